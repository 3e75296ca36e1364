-- Tasks, split into subtasks. Times are Unix milliseconds. ready: a runner should look at it; owner: the daemon run that
-- has it in hand; version: grows with each change, whoever makes it, so that nobody overwrites unseen changes;
-- round: how often it was begun anew; planned: its subtasks come from a planner.
CREATE TABLE task (
    id           BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_name    VARCHAR(256)  NOT NULL,
    title        VARCHAR(1000) NOT NULL,
    description  LONGTEXT      NOT NULL,
    priority     BIGINT        NOT NULL,
    model        VARCHAR(256),
    status       VARCHAR(16)   NOT NULL,
    waits_for    VARCHAR(16)   NOT NULL,
    reason       TEXT          NOT NULL,
    wish         VARCHAR(16)   NOT NULL,
    ready        BIGINT        NOT NULL,
    owner        VARCHAR(64),
    version      BIGINT        NOT NULL,
    round        BIGINT        NOT NULL,
    planned      BIGINT        NOT NULL,
    plan_model   VARCHAR(600),
    auto_run     BIGINT        NOT NULL,
    max_calls    BIGINT,
    max_tokens   BIGINT,
    max_minutes  DOUBLE,
    calls        BIGINT        NOT NULL,
    tokens       BIGINT        NOT NULL,
    seconds      DOUBLE        NOT NULL,
    due_at       BIGINT,
    result       LONGTEXT,
    result_notes TEXT          NOT NULL,
    links_json   LONGTEXT      NOT NULL,
    created_at   BIGINT        NOT NULL,
    updated_at   BIGINT        NOT NULL,
    started_at   BIGINT,
    completed_at BIGINT,
    INDEX task_updated (updated_at, id),
    INDEX task_status (status, updated_at, id),
    INDEX task_ready (ready, owner, priority, id),
    INDEX task_owner (owner, version),
    INDEX task_figures (status, completed_at, started_at, calls, tokens, seconds)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- task_id is begun only when depends_on is completed.
CREATE TABLE task_dependency (
    task_id    BIGINT NOT NULL,
    depends_on BIGINT NOT NULL,
    PRIMARY KEY (task_id, depends_on),
    INDEX task_dependency_on (depends_on),
    CONSTRAINT task_dependency_of FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE,
    CONSTRAINT task_dependency_needs FOREIGN KEY (depends_on) REFERENCES task (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- kept: the attempt whose result this is; the others stay with their steps.
CREATE TABLE subtask (
    id             BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    task_id        BIGINT        NOT NULL,
    position       BIGINT        NOT NULL,
    title          VARCHAR(1000) NOT NULL,
    prompt         LONGTEXT      NOT NULL,
    task_type      VARCHAR(32)   NOT NULL,
    difficulty     BIGINT        NOT NULL,
    assistant      VARCHAR(200),
    model          VARCHAR(256),
    needs_approval BIGINT        NOT NULL,
    status         VARCHAR(16)   NOT NULL,
    attempts       BIGINT        NOT NULL,
    kept           BIGINT,
    result         LONGTEXT,
    result_model   VARCHAR(600),
    score          BIGINT,
    reviewer       VARCHAR(600),
    notes          LONGTEXT      NOT NULL,
    verified       BIGINT        NOT NULL,
    self_checked   BIGINT        NOT NULL,
    reasons_json   LONGTEXT      NOT NULL,
    created_at     BIGINT        NOT NULL,
    updated_at     BIGINT        NOT NULL,
    completed_at   BIGINT,
    INDEX subtask_of_task (task_id, position, id),
    CONSTRAINT subtask_in_task FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE subtask_dependency (
    subtask_id BIGINT NOT NULL,
    depends_on BIGINT NOT NULL,
    PRIMARY KEY (subtask_id, depends_on),
    INDEX subtask_dependency_on (depends_on),
    CONSTRAINT subtask_dependency_of FOREIGN KEY (subtask_id) REFERENCES subtask (id) ON DELETE CASCADE,
    CONSTRAINT subtask_dependency_needs FOREIGN KEY (depends_on) REFERENCES subtask (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Durable execution: a row is written before a step runs (state intent), and its end with what follows from it in one
-- transaction. made: the attempt that a check is about; epoch: the daemon run that began it last; runs: how often it was
-- begun; retryable: it may be begun again although it was twice.
CREATE TABLE task_step (
    id          BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    task_id     BIGINT      NOT NULL,
    step        VARCHAR(64) NOT NULL,
    attempt     BIGINT      NOT NULL,
    kind        VARCHAR(16) NOT NULL,
    subtask_id  BIGINT,
    made        BIGINT,
    round       BIGINT      NOT NULL,
    state       VARCHAR(16) NOT NULL,
    runs        BIGINT      NOT NULL,
    retryable   BIGINT      NOT NULL,
    epoch       VARCHAR(64) NOT NULL,
    result_json LONGTEXT,
    error_json  TEXT,
    started_at  BIGINT      NOT NULL,
    ended_at    BIGINT,
    UNIQUE INDEX task_step_once (task_id, step, attempt),
    INDEX task_step_of_subtask (subtask_id, id),
    CONSTRAINT task_step_of_task FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE,
    CONSTRAINT task_step_in_subtask FOREIGN KEY (subtask_id) REFERENCES subtask (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE task_log (
    id           BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    task_id      BIGINT      NOT NULL,
    subtask_id   BIGINT,
    level        VARCHAR(16) NOT NULL,
    message      TEXT        NOT NULL,
    details_json TEXT,
    created_at   BIGINT      NOT NULL,
    INDEX task_log_of_task (task_id, id),
    CONSTRAINT task_log_in_task FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A person's word: hash names the exact action that it is about.
CREATE TABLE task_approval (
    id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    task_id    BIGINT      NOT NULL,
    subtask_id BIGINT,
    kind       VARCHAR(16) NOT NULL,
    hash       VARCHAR(64) NOT NULL,
    state      VARCHAR(16) NOT NULL,
    note       TEXT        NOT NULL,
    created_at BIGINT      NOT NULL,
    decided_at BIGINT,
    INDEX task_approval_of_task (task_id, id),
    INDEX task_approval_state (state, id),
    CONSTRAINT task_approval_in_task FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE,
    CONSTRAINT task_approval_of_subtask FOREIGN KEY (subtask_id) REFERENCES subtask (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How models did at kinds of tasks: runs made, of those checked, approved and scored, the sum of the scores.
CREATE TABLE model_quality (
    id        BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    model     VARCHAR(600) NOT NULL,
    task_type VARCHAR(32)  NOT NULL,
    runs      BIGINT       NOT NULL,
    checked   BIGINT       NOT NULL,
    approved  BIGINT       NOT NULL,
    scored    BIGINT       NOT NULL,
    score_sum BIGINT       NOT NULL,
    tokens    BIGINT       NOT NULL,
    seconds   DOUBLE       NOT NULL,
    UNIQUE INDEX model_quality_one (model, task_type)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
