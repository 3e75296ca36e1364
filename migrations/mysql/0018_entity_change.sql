-- What has become of rows, in the order in which it was committed: whoever writes takes the next number and holds the
-- one row of change_number until then. left_project_id: of the project in which the row was before. Times are Unix
-- milliseconds.
CREATE TABLE change_number (
    id     BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO change_number (id, number) VALUES (1, 0);

CREATE TABLE entity_change (
    number          BIGINT NOT NULL PRIMARY KEY,
    kind            VARCHAR(32) NOT NULL,
    row_id          BIGINT NOT NULL,
    happening       VARCHAR(16) NOT NULL,
    user_id         BIGINT NOT NULL,
    project_id      BIGINT,
    left_project_id BIGINT,
    created_at      BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX entity_change_kind ON entity_change (kind, number);
CREATE INDEX entity_change_time ON entity_change (created_at);

-- What is removed is kept for some time. present: NULL then, so that its name is free again.
ALTER TABLE assistant ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE assistant ADD COLUMN deleted_at BIGINT;
ALTER TABLE assistant ADD COLUMN present BIGINT AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL;
DROP INDEX assistant_name ON assistant;
CREATE UNIQUE INDEX assistant_name ON assistant (user_id, name, present);
CREATE INDEX assistant_removed ON assistant (deleted_at);
