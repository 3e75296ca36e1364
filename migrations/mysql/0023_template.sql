-- What a model is asked again and again, with places that variables fill. params_json: sampling parameters. present: NULL
-- once it was removed, so that its name is free again. Times are Unix milliseconds.
CREATE TABLE template (
    id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id        BIGINT       NOT NULL,
    project_id     BIGINT,
    name           VARCHAR(200) NOT NULL,
    description    TEXT         NOT NULL,
    category       VARCHAR(100) NOT NULL,
    variables_json LONGTEXT     NOT NULL,
    system_text    LONGTEXT     NOT NULL,
    user_text      LONGTEXT     NOT NULL,
    params_json    TEXT         NOT NULL,
    active         BIGINT       NOT NULL,
    use_count      BIGINT       NOT NULL,
    version        BIGINT       NOT NULL,
    created_at     BIGINT       NOT NULL,
    updated_at     BIGINT       NOT NULL,
    deleted_at     BIGINT,
    present        BIGINT AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL,
    UNIQUE INDEX template_name (user_id, name, present),
    INDEX template_use (user_id, use_count, id),
    INDEX template_project (project_id, name, id),
    INDEX template_removed (deleted_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
