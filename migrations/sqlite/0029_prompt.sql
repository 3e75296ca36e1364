-- Questions that are kept to be asked again, with places that variables fill. present: NULL once it was removed, so that
-- its name is free again. Times are Unix milliseconds.
CREATE TABLE prompt (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id        INTEGER NOT NULL,
    project_id     INTEGER,
    name           TEXT NOT NULL,
    text           TEXT NOT NULL,
    description    TEXT NOT NULL,
    category       TEXT NOT NULL,
    tags_json      TEXT NOT NULL,
    variables_json TEXT NOT NULL,
    changelog      TEXT NOT NULL,
    active         INTEGER NOT NULL,
    use_count      INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    deleted_at     INTEGER,
    present        INTEGER AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
);

CREATE UNIQUE INDEX prompt_name ON prompt (user_id, name, present);
CREATE INDEX prompt_use ON prompt (user_id, use_count, id);
CREATE INDEX prompt_project ON prompt (project_id, name, id);
CREATE INDEX prompt_removed ON prompt (deleted_at);

-- The texts that a prompt had before, by numbers of their own from 1 on.
CREATE TABLE prompt_version (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    prompt_id      INTEGER NOT NULL REFERENCES prompt (id) ON DELETE CASCADE,
    number         INTEGER NOT NULL,
    text           TEXT NOT NULL,
    variables_json TEXT NOT NULL,
    changelog      TEXT NOT NULL,
    replaced_at    INTEGER NOT NULL
);

CREATE UNIQUE INDEX prompt_version_number ON prompt_version (prompt_id, number);
