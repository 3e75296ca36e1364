-- What users and tokens have asked of models. day: days since 1970-01-01, UTC; token_id 0: by none.
CREATE TABLE model_usage (
    user_id           BIGINT NOT NULL,
    day               BIGINT NOT NULL,
    token_id          BIGINT NOT NULL,
    model             VARCHAR(256)    NOT NULL,
    requests          BIGINT NOT NULL,
    prompt_tokens     BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    PRIMARY KEY (user_id, day, token_id, model)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX model_usage_token ON model_usage (token_id, day);

-- How much may be asked in a period. subject: a user's or a token's id, or a role. NULL: without a limit.
CREATE TABLE quota (
    id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    subject_kind VARCHAR(8)    NOT NULL,
    subject      VARCHAR(20)    NOT NULL,
    period       VARCHAR(8)    NOT NULL,
    requests     BIGINT,
    tokens       BIGINT,
    version      BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX quota_one ON quota (subject_kind, subject, period);

-- What of a quota is used, of a user's (also where it is the role's) or a token's. Times are Unix milliseconds.
CREATE TABLE quota_use (
    subject_kind VARCHAR(8)    NOT NULL,
    subject_id   BIGINT NOT NULL,
    period       VARCHAR(8)    NOT NULL,
    starts_at    BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL,
    requests     BIGINT NOT NULL,
    tokens       BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, subject_id, period, starts_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
