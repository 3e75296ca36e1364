-- What has become of rows, in the order in which it was committed: whoever writes takes the next number and holds the
-- one row of change_number until then. left_project_id: of the project in which the row was before. Times are Unix
-- milliseconds.
CREATE TABLE change_number (
    id     INTEGER NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
);

INSERT INTO change_number (id, number) VALUES (1, 0);

CREATE TABLE entity_change (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT NOT NULL,
    row_id          INTEGER NOT NULL,
    happening       TEXT NOT NULL,
    user_id         INTEGER NOT NULL,
    project_id      INTEGER,
    left_project_id INTEGER,
    created_at      INTEGER NOT NULL
);

CREATE INDEX entity_change_kind ON entity_change (kind, number);
CREATE INDEX entity_change_time ON entity_change (created_at);

-- What is removed is kept for some time. present: NULL then, so that its name is free again.
ALTER TABLE assistant ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE assistant ADD COLUMN deleted_at INTEGER;
ALTER TABLE assistant ADD COLUMN present INTEGER AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL;
DROP INDEX assistant_name;
CREATE UNIQUE INDEX assistant_name ON assistant (user_id, name, present);
CREATE INDEX assistant_removed ON assistant (deleted_at);
