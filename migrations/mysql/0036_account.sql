-- Accounts at services that want money for their models. Money is counted in millionths of a unit of the currency, months
-- are those of UTC. present: NULL once a row was removed, so that its name is free again. Times are Unix milliseconds.
CREATE TABLE account (
    id                 BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id            BIGINT       NOT NULL,
    version            BIGINT       NOT NULL,
    name               VARCHAR(200) NOT NULL,
    service            VARCHAR(100) NOT NULL,
    account_identifier VARCHAR(255) NOT NULL,
    credential_id      BIGINT,
    currency           VARCHAR(3)   NOT NULL,
    credit_limit       BIGINT,
    alert_threshold    BIGINT,
    credit_balance     BIGINT,
    prices_json        MEDIUMTEXT   NOT NULL,
    metadata_json      MEDIUMTEXT   NOT NULL,
    active             BIGINT       NOT NULL,
    last_sync          BIGINT,
    usage_this_month   BIGINT       NOT NULL,
    usage_month        VARCHAR(7)   NOT NULL,
    created_at         BIGINT       NOT NULL,
    updated_at         BIGINT       NOT NULL,
    deleted_at         BIGINT,
    present            BIGINT       AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX account_name ON account (user_id, name, present);
CREATE INDEX account_removed ON account (deleted_at);

-- What was asked of model servers that belong to accounts. day: days since 1970-01-01, UTC. asked_by: the user for whom.
-- cost_micros: NULL where no price was known.
CREATE TABLE account_usage (
    id                BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account_id        BIGINT       NOT NULL,
    day               BIGINT       NOT NULL,
    at                BIGINT       NOT NULL,
    asked_by          BIGINT       NOT NULL,
    task_id           BIGINT,
    server            VARCHAR(256) NOT NULL,
    model             VARCHAR(256) NOT NULL,
    requests          BIGINT       NOT NULL,
    prompt_tokens     BIGINT       NOT NULL,
    completion_tokens BIGINT       NOT NULL,
    cost_micros       BIGINT,
    CONSTRAINT account_usage_of FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX account_usage_day ON account_usage (account_id, day, model);
CREATE INDEX account_usage_row ON account_usage (account_id, id);
CREATE INDEX account_usage_old ON account_usage (day, id);

-- Which account pays for what is asked of a model server; it may be gone.
ALTER TABLE provider ADD COLUMN account_id BIGINT;
