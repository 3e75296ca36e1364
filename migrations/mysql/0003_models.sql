-- One measurement of a model on a model server. runs_json holds each run by itself, so that any figure can be taken
-- again; prompt names the fixed prompt that was used: only equal ones can be compared. Times are Unix milliseconds.
CREATE TABLE model_benchmark (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    model      VARCHAR(256) NOT NULL,
    backend    VARCHAR(256) NOT NULL,
    prompt     BIGINT       NOT NULL,
    max_tokens BIGINT       NOT NULL,
    load_ms    BIGINT,
    runs_json  LONGTEXT     NOT NULL,
    created_at BIGINT       NOT NULL,
    INDEX model_benchmark_model (model, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What a user thinks of a model for a kind of task ('' for all): the newest word counts.
CREATE TABLE model_rating (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_name  VARCHAR(256) NOT NULL,
    model      VARCHAR(256) NOT NULL,
    task_type  VARCHAR(32)  NOT NULL,
    rating     BIGINT       NOT NULL,
    comment    TEXT,
    created_at BIGINT       NOT NULL,
    UNIQUE INDEX model_rating_one (user_name, model, task_type)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- model and fallbacks_json name models as frames do; they need not be there when the row is written.
CREATE TABLE assistant (
    id                BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name              VARCHAR(200) NOT NULL,
    description       TEXT         NOT NULL,
    category          VARCHAR(100) NOT NULL,
    model             VARCHAR(256),
    fallbacks_json    TEXT         NOT NULL,
    system_prompt     LONGTEXT     NOT NULL,
    capabilities_json TEXT         NOT NULL,
    active            BIGINT       NOT NULL,
    created_at        BIGINT       NOT NULL,
    updated_at        BIGINT       NOT NULL,
    UNIQUE INDEX assistant_name (name),
    INDEX assistant_category (category, name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
