-- A conversation is a tree of messages; leaf_id names the end of its active branch. Times are Unix milliseconds.
CREATE TABLE conversation (
    id            BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    title         VARCHAR(1000) NOT NULL,
    model         VARCHAR(256),
    system_prompt LONGTEXT,
    leaf_id       BIGINT,
    message_count BIGINT        NOT NULL,
    created_at    BIGINT        NOT NULL,
    updated_at    BIGINT        NOT NULL,
    INDEX conversation_updated (updated_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- usage_json, timings_json and error_json hold the wire's own objects. owner names the daemon run that generates.
CREATE TABLE chat_message (
    id              BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    conversation_id BIGINT      NOT NULL,
    parent_id       BIGINT,
    role            VARCHAR(16) NOT NULL,
    content         LONGTEXT    NOT NULL,
    reasoning       LONGTEXT    NOT NULL,
    status          VARCHAR(16) NOT NULL,
    model           VARCHAR(256),
    finish_reason   VARCHAR(64),
    usage_json      TEXT,
    timings_json    TEXT,
    error_json      TEXT,
    owner           VARCHAR(64),
    created_at      BIGINT      NOT NULL,
    updated_at      BIGINT      NOT NULL,
    INDEX chat_message_conversation (conversation_id, id),
    INDEX chat_message_status (status, owner),
    CONSTRAINT chat_message_in_conversation FOREIGN KEY (conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Each run of a daemon that uses this database: how another one can tell whether it still lives.
CREATE TABLE daemon (
    epoch       VARCHAR(64)  NOT NULL PRIMARY KEY,
    machine     VARCHAR(256) NOT NULL,
    pid         BIGINT       NOT NULL,
    pid_started BIGINT       NOT NULL,
    seen_at     BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
