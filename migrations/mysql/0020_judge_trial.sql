-- What a model said of samples whose labels are known: the newest trial counts. samples is the version of these, made_of
-- what its server told of the model's file then. Times are Unix milliseconds.
CREATE TABLE judge_trial (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    model      VARCHAR(256) NOT NULL,
    backend    VARCHAR(256) NOT NULL,
    samples    BIGINT       NOT NULL,
    made_of    VARCHAR(256) NOT NULL,
    trial_json TEXT         NOT NULL,
    created_at BIGINT       NOT NULL,
    UNIQUE INDEX judge_trial_one (model, backend)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
