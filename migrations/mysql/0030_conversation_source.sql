-- source and source_id: from which program's export a conversation was taken, and what it was called there.
ALTER TABLE conversation ADD COLUMN source VARCHAR(32);
ALTER TABLE conversation ADD COLUMN source_id VARCHAR(128);
CREATE INDEX conversation_source ON conversation (user_id, source, source_id);

-- A conversation that is being copied or imported in several transactions. It is the daemon's own until it is whole;
-- user_id and project_id: whose it will be then. epoch: the daemon run that makes it. Times are Unix milliseconds.
CREATE TABLE conversation_draft (
    id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    row_id     BIGINT      NOT NULL,
    user_id    BIGINT      NOT NULL,
    project_id BIGINT,
    epoch      VARCHAR(64) NOT NULL,
    created_at BIGINT      NOT NULL,
    UNIQUE INDEX conversation_draft_row (row_id),
    INDEX conversation_draft_user (user_id),
    INDEX conversation_draft_project (project_id),
    CONSTRAINT conversation_draft_of FOREIGN KEY (row_id) REFERENCES conversation (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
