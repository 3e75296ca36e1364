-- Accounts at services that want money for their models. Money is counted in millionths of a unit of the currency, months
-- are those of UTC. present: NULL once a row was removed, so that its name is free again. Times are Unix milliseconds.
CREATE TABLE account (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id            INTEGER NOT NULL,
    version            INTEGER NOT NULL,
    name               TEXT    NOT NULL,
    service            TEXT    NOT NULL,
    account_identifier TEXT    NOT NULL,
    credential_id      INTEGER,
    currency           TEXT    NOT NULL,
    credit_limit       INTEGER,
    alert_threshold    INTEGER,
    credit_balance     INTEGER,
    prices_json        TEXT    NOT NULL,
    metadata_json      TEXT    NOT NULL,
    active             INTEGER NOT NULL,
    last_sync          INTEGER,
    usage_this_month   INTEGER NOT NULL,
    usage_month        TEXT    NOT NULL,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    deleted_at         INTEGER,
    present            INTEGER AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
);

CREATE UNIQUE INDEX account_name ON account (user_id, name, present);
CREATE INDEX account_removed ON account (deleted_at);

-- What was asked of model servers that belong to accounts. day: days since 1970-01-01, UTC. asked_by: the user for whom.
-- cost_micros: NULL where no price was known.
CREATE TABLE account_usage (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id        INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    day               INTEGER NOT NULL,
    at                INTEGER NOT NULL,
    asked_by          INTEGER NOT NULL,
    task_id           INTEGER,
    server            TEXT    NOT NULL,
    model             TEXT    NOT NULL,
    requests          INTEGER NOT NULL,
    prompt_tokens     INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_micros       INTEGER
);

CREATE INDEX account_usage_day ON account_usage (account_id, day, model);
CREATE INDEX account_usage_row ON account_usage (account_id, id);
CREATE INDEX account_usage_old ON account_usage (day, id);

-- Which account pays for what is asked of a model server; it may be gone.
ALTER TABLE provider ADD COLUMN account_id INTEGER;
