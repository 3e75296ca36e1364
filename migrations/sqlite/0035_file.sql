-- Files that people upload. file: somebody's name for a content; what is removed is kept for some time. file_content: what is
-- on the disk, once by its SHA-256, as long as a file has it. file_upload: what is coming; file_id: what it has become.
-- Times are Unix milliseconds.
CREATE TABLE file (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER NOT NULL,
    project_id  INTEGER,
    version     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    type        TEXT    NOT NULL,
    size        INTEGER NOT NULL,
    sha256      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    deleted_at  INTEGER
);

CREATE INDEX file_user ON file (user_id, id);
CREATE INDEX file_name ON file (user_id, name);
CREATE INDEX file_project ON file (project_id, id);
CREATE INDEX file_removed ON file (deleted_at);
CREATE INDEX file_sha256 ON file (sha256);

CREATE TABLE file_content (
    sha256     TEXT    NOT NULL PRIMARY KEY,
    size       INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE file_upload (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    sha256     TEXT,
    received   INTEGER NOT NULL,
    file_id    INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE INDEX file_upload_user ON file_upload (user_id, id);
CREATE INDEX file_upload_time ON file_upload (updated_at);
