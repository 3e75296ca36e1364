-- A long text being worked through, chunk by chunk, so that what is done need not be done again. Times are Unix
-- milliseconds. error_json holds the wire's own object.
CREATE TABLE text_job (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_name    TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    instruction  TEXT    NOT NULL,
    reduction    TEXT,
    model        TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);

CREATE INDEX text_job_updated ON text_job (updated_at);

CREATE TABLE text_part (
    job_id        INTEGER NOT NULL,
    part          INTEGER NOT NULL,
    start_at      INTEGER NOT NULL,
    end_at        INTEGER NOT NULL,
    output        TEXT,
    finish_reason TEXT,
    error_json    TEXT,
    attempts      INTEGER NOT NULL,
    PRIMARY KEY (job_id, part),
    FOREIGN KEY (job_id) REFERENCES text_job (id) ON DELETE CASCADE
);
