-- One measurement of a model on a model server. runs_json holds each run by itself, so that any figure can be taken
-- again; prompt names the fixed prompt that was used: only equal ones can be compared. Times are Unix milliseconds.
CREATE TABLE model_benchmark (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    model      TEXT    NOT NULL,
    backend    TEXT    NOT NULL,
    prompt     INTEGER NOT NULL,
    max_tokens INTEGER NOT NULL,
    load_ms    INTEGER,
    runs_json  TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE INDEX model_benchmark_model ON model_benchmark (model, id);

-- What a user thinks of a model for a kind of task ('' for all): the newest word counts.
CREATE TABLE model_rating (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_name  TEXT    NOT NULL,
    model      TEXT    NOT NULL,
    task_type  TEXT    NOT NULL,
    rating     INTEGER NOT NULL,
    comment    TEXT,
    created_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX model_rating_one ON model_rating (user_name, model, task_type);

-- model and fallbacks_json name models as frames do; they need not be there when the row is written.
CREATE TABLE assistant (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    name              TEXT    NOT NULL,
    description       TEXT    NOT NULL,
    category          TEXT    NOT NULL,
    model             TEXT,
    fallbacks_json    TEXT    NOT NULL,
    system_prompt     TEXT    NOT NULL,
    capabilities_json TEXT    NOT NULL,
    active            INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
);

CREATE UNIQUE INDEX assistant_name ON assistant (name);
CREATE INDEX assistant_category ON assistant (category, name);
