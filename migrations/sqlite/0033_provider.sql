-- Model servers that admins have added, beside those of the configuration. credential_id: of the one that a server is sent
-- as its key; it may be gone. present: NULL once a row was removed, so that its name is free again. Times are Unix
-- milliseconds, those that end in _seconds are not.
CREATE TABLE provider (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    version             INTEGER NOT NULL,
    name                TEXT    NOT NULL,
    url                 TEXT    NOT NULL,
    kind                TEXT,
    credential_id       INTEGER,
    slots               INTEGER,
    models_json         TEXT    NOT NULL,
    aliases_json        TEXT    NOT NULL,
    connect_seconds     REAL    NOT NULL,
    first_event_seconds REAL    NOT NULL,
    gap_seconds         REAL    NOT NULL,
    total_seconds       REAL,
    active              INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    deleted_at          INTEGER,
    present             INTEGER AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
);

CREATE UNIQUE INDEX provider_name ON provider (name, present);
CREATE UNIQUE INDEX provider_url ON provider (url, present);
CREATE INDEX provider_removed ON provider (deleted_at);
