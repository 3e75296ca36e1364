-- Imports of conversations: how far each has come. epoch: the daemon run that works on it. Times are Unix milliseconds.
CREATE TABLE conversation_import (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id     BIGINT       NOT NULL,
    version     BIGINT       NOT NULL,
    name        VARCHAR(200) NOT NULL,
    source      VARCHAR(32),
    status      VARCHAR(16)  NOT NULL,
    imported    BIGINT       NOT NULL,
    skipped     BIGINT       NOT NULL,
    failed      BIGINT       NOT NULL,
    messages    BIGINT       NOT NULL,
    bytes       BIGINT       NOT NULL,
    total_bytes BIGINT,
    error_json  TEXT,
    epoch       VARCHAR(64)  NOT NULL,
    ended_at    BIGINT,
    created_at  BIGINT       NOT NULL,
    updated_at  BIGINT       NOT NULL,
    deleted_at  BIGINT,
    INDEX conversation_import_user (user_id, created_at, id),
    INDEX conversation_import_status (status, user_id),
    INDEX conversation_import_removed (deleted_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What became of each conversation of a file. place: which one of the file it is, from 1.
CREATE TABLE conversation_import_line (
    id              BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    import_id       BIGINT        NOT NULL,
    place           BIGINT        NOT NULL,
    outcome         VARCHAR(16)   NOT NULL,
    fault           VARCHAR(32),
    message         VARCHAR(1000) NOT NULL,
    title           VARCHAR(200)  NOT NULL,
    source_id       VARCHAR(128),
    conversation_id BIGINT,
    notes_json      VARCHAR(2000) NOT NULL,
    INDEX conversation_import_line_import (import_id, id),
    INDEX conversation_import_line_outcome (import_id, outcome, id),
    CONSTRAINT conversation_import_line_of FOREIGN KEY (import_id) REFERENCES conversation_import (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
