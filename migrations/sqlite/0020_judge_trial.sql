-- What a model said of samples whose labels are known: the newest trial counts. samples is the version of these, made_of
-- what its server told of the model's file then. Times are Unix milliseconds.
CREATE TABLE judge_trial (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    model      TEXT    NOT NULL,
    backend    TEXT    NOT NULL,
    samples    INTEGER NOT NULL,
    made_of    TEXT    NOT NULL,
    trial_json TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX judge_trial_one ON judge_trial (model, backend);
