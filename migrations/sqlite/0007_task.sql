-- Tasks, split into subtasks. Times are Unix milliseconds. ready: a runner should look at it; owner: the daemon run that
-- has it in hand; version: grows with each change, whoever makes it, so that nobody overwrites unseen changes;
-- round: how often it was begun anew; planned: its subtasks come from a planner.
CREATE TABLE task (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_name    TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    priority     INTEGER NOT NULL,
    model        TEXT,
    status       TEXT    NOT NULL,
    waits_for    TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    wish         TEXT    NOT NULL,
    ready        INTEGER NOT NULL,
    owner        TEXT,
    version      INTEGER NOT NULL,
    round        INTEGER NOT NULL,
    planned      INTEGER NOT NULL,
    plan_model   TEXT,
    auto_run     INTEGER NOT NULL,
    max_calls    INTEGER,
    max_tokens   INTEGER,
    max_minutes  REAL,
    calls        INTEGER NOT NULL,
    tokens       INTEGER NOT NULL,
    seconds      REAL    NOT NULL,
    due_at       INTEGER,
    result       TEXT,
    result_notes TEXT    NOT NULL,
    links_json   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    started_at   INTEGER,
    completed_at INTEGER
);

CREATE INDEX task_updated ON task (updated_at, id);
CREATE INDEX task_status ON task (status, updated_at, id);
CREATE INDEX task_ready ON task (ready, owner, priority, id);
CREATE INDEX task_owner ON task (owner, version);
CREATE INDEX task_figures ON task (status, completed_at, started_at, calls, tokens, seconds);

-- task_id is begun only when depends_on is completed.
CREATE TABLE task_dependency (
    task_id    INTEGER NOT NULL,
    depends_on INTEGER NOT NULL,
    PRIMARY KEY (task_id, depends_on),
    FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE,
    FOREIGN KEY (depends_on) REFERENCES task (id) ON DELETE CASCADE
);

CREATE INDEX task_dependency_on ON task_dependency (depends_on);

-- kept: the attempt whose result this is; the others stay with their steps.
CREATE TABLE subtask (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id        INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    title          TEXT    NOT NULL,
    prompt         TEXT    NOT NULL,
    task_type      TEXT    NOT NULL,
    difficulty     INTEGER NOT NULL,
    assistant      TEXT,
    model          TEXT,
    needs_approval INTEGER NOT NULL,
    status         TEXT    NOT NULL,
    attempts       INTEGER NOT NULL,
    kept           INTEGER,
    result         TEXT,
    result_model   TEXT,
    score          INTEGER,
    reviewer       TEXT,
    notes          TEXT    NOT NULL,
    verified       INTEGER NOT NULL,
    self_checked   INTEGER NOT NULL,
    reasons_json   TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    completed_at   INTEGER,
    FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE
);

CREATE INDEX subtask_of_task ON subtask (task_id, position, id);

CREATE TABLE subtask_dependency (
    subtask_id INTEGER NOT NULL,
    depends_on INTEGER NOT NULL,
    PRIMARY KEY (subtask_id, depends_on),
    FOREIGN KEY (subtask_id) REFERENCES subtask (id) ON DELETE CASCADE,
    FOREIGN KEY (depends_on) REFERENCES subtask (id) ON DELETE CASCADE
);

CREATE INDEX subtask_dependency_on ON subtask_dependency (depends_on);

-- Durable execution: a row is written before a step runs (state intent), and its end with what follows from it in one
-- transaction. made: the attempt that a check is about; epoch: the daemon run that began it last; runs: how often it was
-- begun; retryable: it may be begun again although it was twice.
CREATE TABLE task_step (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id     INTEGER NOT NULL,
    step        TEXT    NOT NULL,
    attempt     INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    subtask_id  INTEGER,
    made        INTEGER,
    round       INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    runs        INTEGER NOT NULL,
    retryable   INTEGER NOT NULL,
    epoch       TEXT    NOT NULL,
    result_json TEXT,
    error_json  TEXT,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE,
    FOREIGN KEY (subtask_id) REFERENCES subtask (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX task_step_once ON task_step (task_id, step, attempt);
CREATE INDEX task_step_of_subtask ON task_step (subtask_id, id);

CREATE TABLE task_log (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id      INTEGER NOT NULL,
    subtask_id   INTEGER,
    level        TEXT    NOT NULL,
    message      TEXT    NOT NULL,
    details_json TEXT,
    created_at   INTEGER NOT NULL,
    FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE
);

CREATE INDEX task_log_of_task ON task_log (task_id, id);

-- A person's word: hash names the exact action that it is about.
CREATE TABLE task_approval (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id    INTEGER NOT NULL,
    subtask_id INTEGER,
    kind       TEXT    NOT NULL,
    hash       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    note       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    decided_at INTEGER,
    FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE,
    FOREIGN KEY (subtask_id) REFERENCES subtask (id) ON DELETE CASCADE
);

CREATE INDEX task_approval_of_task ON task_approval (task_id, id);
CREATE INDEX task_approval_state ON task_approval (state, id);

-- How models did at kinds of tasks: runs made, of those checked, approved and scored, the sum of the scores.
CREATE TABLE model_quality (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    model     TEXT    NOT NULL,
    task_type TEXT    NOT NULL,
    runs      INTEGER NOT NULL,
    checked   INTEGER NOT NULL,
    approved  INTEGER NOT NULL,
    scored    INTEGER NOT NULL,
    score_sum INTEGER NOT NULL,
    tokens    INTEGER NOT NULL,
    seconds   REAL    NOT NULL
);

CREATE UNIQUE INDEX model_quality_one ON model_quality (model, task_type);
