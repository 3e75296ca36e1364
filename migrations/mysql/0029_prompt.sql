-- Questions that are kept to be asked again, with places that variables fill. present: NULL once it was removed, so that
-- its name is free again. Times are Unix milliseconds.
CREATE TABLE prompt (
    id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id        BIGINT NOT NULL,
    project_id     BIGINT,
    name           VARCHAR(200) NOT NULL,
    text           LONGTEXT NOT NULL,
    description    TEXT NOT NULL,
    category       VARCHAR(100) NOT NULL,
    tags_json      TEXT NOT NULL,
    variables_json LONGTEXT NOT NULL,
    changelog      TEXT NOT NULL,
    active         BIGINT NOT NULL,
    use_count      BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    deleted_at     BIGINT,
    present        BIGINT AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL,
    UNIQUE INDEX prompt_name (user_id, name, present),
    INDEX prompt_use (user_id, use_count, id),
    INDEX prompt_project (project_id, name, id),
    INDEX prompt_removed (deleted_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The texts that a prompt had before, by numbers of their own from 1 on.
CREATE TABLE prompt_version (
    id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    prompt_id      BIGINT NOT NULL,
    number         BIGINT NOT NULL,
    text           LONGTEXT NOT NULL,
    variables_json LONGTEXT NOT NULL,
    changelog      TEXT NOT NULL,
    replaced_at    BIGINT NOT NULL,
    UNIQUE INDEX prompt_version_number (prompt_id, number),
    FOREIGN KEY (prompt_id) REFERENCES prompt (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
