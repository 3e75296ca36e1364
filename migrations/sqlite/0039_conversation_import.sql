-- Imports of conversations: how far each has come. epoch: the daemon run that works on it. Times are Unix milliseconds.
CREATE TABLE conversation_import (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    source      TEXT,
    status      TEXT    NOT NULL,
    imported    INTEGER NOT NULL,
    skipped     INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    messages    INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    total_bytes INTEGER,
    error_json  TEXT,
    epoch       TEXT    NOT NULL,
    ended_at    INTEGER,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    deleted_at  INTEGER
);

CREATE INDEX conversation_import_user ON conversation_import (user_id, created_at, id);
CREATE INDEX conversation_import_status ON conversation_import (status, user_id);
CREATE INDEX conversation_import_removed ON conversation_import (deleted_at);

-- What became of each conversation of a file. place: which one of the file it is, from 1.
CREATE TABLE conversation_import_line (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    import_id       INTEGER NOT NULL,
    place           INTEGER NOT NULL,
    outcome         TEXT    NOT NULL,
    fault           TEXT,
    message         TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    source_id       TEXT,
    conversation_id INTEGER,
    notes_json      TEXT    NOT NULL,
    FOREIGN KEY (import_id) REFERENCES conversation_import (id) ON DELETE CASCADE
);

CREATE INDEX conversation_import_line_import ON conversation_import_line (import_id, id);
CREATE INDEX conversation_import_line_outcome ON conversation_import_line (import_id, outcome, id);
