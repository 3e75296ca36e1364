-- Steps that lead to one another. present: NULL where a row was removed, so that the name is free again. Times are Unix
-- milliseconds.
CREATE TABLE workflow (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id     BIGINT       NOT NULL,
    project_id  BIGINT,
    version     BIGINT       NOT NULL,
    name        VARCHAR(200) NOT NULL,
    description TEXT         NOT NULL,
    category    VARCHAR(100) NOT NULL,
    steps_json  MEDIUMTEXT   NOT NULL,
    active      BIGINT       NOT NULL,
    created_at  BIGINT       NOT NULL,
    updated_at  BIGINT       NOT NULL,
    deleted_at  BIGINT,
    present     BIGINT       AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX workflow_name ON workflow (user_id, name, present);
CREATE INDEX workflow_project ON workflow (project_id, name);
CREATE INDEX workflow_removed ON workflow (deleted_at);
