-- What a model is asked again and again, with places that variables fill. params_json: sampling parameters. present: NULL
-- once it was removed, so that its name is free again. Times are Unix milliseconds.
CREATE TABLE template (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id        INTEGER NOT NULL,
    project_id     INTEGER,
    name           TEXT    NOT NULL,
    description    TEXT    NOT NULL,
    category       TEXT    NOT NULL,
    variables_json TEXT    NOT NULL,
    system_text    TEXT    NOT NULL,
    user_text      TEXT    NOT NULL,
    params_json    TEXT    NOT NULL,
    active         INTEGER NOT NULL,
    use_count      INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    deleted_at     INTEGER,
    present        INTEGER AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
);

CREATE UNIQUE INDEX template_name ON template (user_id, name, present);
CREATE INDEX template_use ON template (user_id, use_count, id);
CREATE INDEX template_project ON template (project_id, name, id);
CREATE INDEX template_removed ON template (deleted_at);
