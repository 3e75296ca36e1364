-- source and source_id: from which program's export a conversation was taken, and what it was called there.
ALTER TABLE conversation ADD COLUMN source TEXT;
ALTER TABLE conversation ADD COLUMN source_id TEXT;
CREATE INDEX conversation_source ON conversation (user_id, source, source_id);

-- A conversation that is being copied or imported in several transactions. It is the daemon's own until it is whole;
-- user_id and project_id: whose it will be then. epoch: the daemon run that makes it. Times are Unix milliseconds.
CREATE TABLE conversation_draft (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    row_id     INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    project_id INTEGER,
    epoch      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (row_id) REFERENCES conversation (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX conversation_draft_row ON conversation_draft (row_id);
CREATE INDEX conversation_draft_user ON conversation_draft (user_id);
CREATE INDEX conversation_draft_project ON conversation_draft (project_id);
