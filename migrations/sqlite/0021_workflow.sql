-- Steps that lead to one another. present: NULL where a row was removed, so that the name is free again. Times are Unix
-- milliseconds.
CREATE TABLE workflow (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER NOT NULL,
    project_id  INTEGER,
    version     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    steps_json  TEXT    NOT NULL,
    active      INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    deleted_at  INTEGER,
    present     INTEGER AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
);

CREATE UNIQUE INDEX workflow_name ON workflow (user_id, name, present);
CREATE INDEX workflow_project ON workflow (project_id, name);
CREATE INDEX workflow_removed ON workflow (deleted_at);
