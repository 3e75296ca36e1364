-- Secrets, each sealed under a master key that does not stand here; key_id names it. The row "anchor" of server_key
-- says which master key this database is sealed under. Times are Unix milliseconds.
CREATE TABLE server_key (
    name       TEXT    NOT NULL PRIMARY KEY,
    sealed     TEXT    NOT NULL,
    key_id     TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);

-- hint: the last characters of a long secret. test_json: what came of the last test, the wire's own object.
CREATE TABLE credential (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL,
    project_id INTEGER,
    name       TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    hint       TEXT    NOT NULL,
    sealed     TEXT    NOT NULL,
    key_id     TEXT    NOT NULL,
    test_json  TEXT,
    version    INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX credential_name ON credential (user_id, name);
CREATE INDEX credential_key ON credential (key_id, id);
