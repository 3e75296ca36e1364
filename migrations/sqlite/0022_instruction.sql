-- What models are told besides: of one assistant, or in all that somebody asks (assistant_id NULL). An instruction goes
-- for good with its assistant. Times are Unix milliseconds.
CREATE TABLE instruction (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id          INTEGER NOT NULL,
    project_id       INTEGER,
    title            TEXT    NOT NULL,
    instruction_text TEXT    NOT NULL,
    description      TEXT    NOT NULL,
    category         TEXT    NOT NULL,
    assistant_id     INTEGER REFERENCES assistant (id) ON DELETE CASCADE,
    priority         INTEGER NOT NULL,
    active           INTEGER NOT NULL,
    usage_count      INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    deleted_at       INTEGER
);

CREATE INDEX instruction_title ON instruction (user_id, title, id);
CREATE INDEX instruction_priority ON instruction (user_id, priority, id);
CREATE INDEX instruction_project ON instruction (project_id, title, id);
CREATE INDEX instruction_assistant ON instruction (assistant_id);
CREATE INDEX instruction_removed ON instruction (deleted_at);
