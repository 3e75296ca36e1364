-- What people know, with its sources; what is removed is kept for some time. present: NULL then, so that the title is
-- free again. synced_at: Unix milliseconds, NULL for never, as all times here are.
CREATE TABLE knowledge (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER NOT NULL,
    project_id  INTEGER,
    version     INTEGER NOT NULL,
    title       TEXT    NOT NULL,
    description TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    tags_json   TEXT    NOT NULL,
    content     TEXT    NOT NULL,
    active      INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    deleted_at  INTEGER,
    present     INTEGER AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
);

CREATE UNIQUE INDEX knowledge_title ON knowledge (user_id, title, present);
CREATE INDEX knowledge_project ON knowledge (project_id, title);
CREATE INDEX knowledge_removed ON knowledge (deleted_at);

CREATE TABLE knowledge_source (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    knowledge_id  INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    type          TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    content       TEXT    NOT NULL,
    url           TEXT,
    metadata_json TEXT    NOT NULL,
    active        INTEGER NOT NULL,
    sync_state    TEXT    NOT NULL,
    synced_at     INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    deleted_at    INTEGER,
    FOREIGN KEY (knowledge_id) REFERENCES knowledge (id) ON DELETE CASCADE
);

CREATE INDEX knowledge_source_knowledge ON knowledge_source (knowledge_id, id);
CREATE INDEX knowledge_source_removed ON knowledge_source (deleted_at);
