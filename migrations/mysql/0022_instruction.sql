-- What models are told besides: of one assistant, or in all that somebody asks (assistant_id NULL). An instruction goes
-- for good with its assistant. Times are Unix milliseconds.
CREATE TABLE instruction (
    id               BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    project_id       BIGINT,
    title            VARCHAR(200) NOT NULL,
    instruction_text TEXT         NOT NULL,
    description      TEXT         NOT NULL,
    category         VARCHAR(100) NOT NULL,
    assistant_id     BIGINT,
    priority         BIGINT       NOT NULL,
    active           BIGINT       NOT NULL,
    usage_count      BIGINT       NOT NULL,
    version          BIGINT       NOT NULL,
    created_at       BIGINT       NOT NULL,
    updated_at       BIGINT       NOT NULL,
    deleted_at       BIGINT,
    INDEX instruction_title (user_id, title, id),
    INDEX instruction_priority (user_id, priority, id),
    INDEX instruction_project (project_id, title, id),
    INDEX instruction_assistant (assistant_id),
    INDEX instruction_removed (deleted_at),
    FOREIGN KEY (assistant_id) REFERENCES assistant (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
