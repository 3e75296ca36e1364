-- What users and tokens have asked of models. day: days since 1970-01-01, UTC; token_id 0: by none.
CREATE TABLE model_usage (
    user_id           INTEGER NOT NULL,
    day               INTEGER NOT NULL,
    token_id          INTEGER NOT NULL,
    model             TEXT    NOT NULL,
    requests          INTEGER NOT NULL,
    prompt_tokens     INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    PRIMARY KEY (user_id, day, token_id, model)
);

CREATE INDEX model_usage_token ON model_usage (token_id, day);

-- How much may be asked in a period. subject: a user's or a token's id, or a role. NULL: without a limit.
CREATE TABLE quota (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_kind TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    period       TEXT    NOT NULL,
    requests     INTEGER,
    tokens       INTEGER,
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);

CREATE UNIQUE INDEX quota_one ON quota (subject_kind, subject, period);

-- What of a quota is used, of a user's (also where it is the role's) or a token's. Times are Unix milliseconds.
CREATE TABLE quota_use (
    subject_kind TEXT    NOT NULL,
    subject_id   INTEGER NOT NULL,
    period       TEXT    NOT NULL,
    starts_at    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    requests     INTEGER NOT NULL,
    tokens       INTEGER NOT NULL,
    PRIMARY KEY (subject_kind, subject_id, period, starts_at)
);
