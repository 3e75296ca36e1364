-- A conversation is a tree of messages; leaf_id names the end of its active branch. Times are Unix milliseconds.
CREATE TABLE conversation (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    title         TEXT    NOT NULL,
    model         TEXT,
    system_prompt TEXT,
    leaf_id       INTEGER,
    message_count INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);

CREATE INDEX conversation_updated ON conversation (updated_at, id);

-- usage_json, timings_json and error_json hold the wire's own objects. owner names the daemon run that generates.
CREATE TABLE chat_message (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL,
    parent_id       INTEGER,
    role            TEXT    NOT NULL,
    content         TEXT    NOT NULL,
    reasoning       TEXT    NOT NULL,
    status          TEXT    NOT NULL,
    model           TEXT,
    finish_reason   TEXT,
    usage_json      TEXT,
    timings_json    TEXT,
    error_json      TEXT,
    owner           TEXT,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    FOREIGN KEY (conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);

CREATE INDEX chat_message_conversation ON chat_message (conversation_id, id);
CREATE INDEX chat_message_status ON chat_message (status, owner);

-- Each run of a daemon that uses this database: how another one can tell whether it still lives.
CREATE TABLE daemon (
    epoch      TEXT    NOT NULL PRIMARY KEY,
    machine    TEXT    NOT NULL,
    pid        INTEGER NOT NULL,
    pid_started INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
);
