-- What was found out about an answer: one row a check, one row a claim. message_id names a chat's answer, if it is
-- about one. report_json holds the wire's own object without its claims. Times are Unix milliseconds.
CREATE TABLE verification (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_name   TEXT    NOT NULL,
    message_id  INTEGER,
    outcome     TEXT    NOT NULL,
    confidence  INTEGER NOT NULL,
    report_json TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    FOREIGN KEY (message_id) REFERENCES chat_message (id) ON DELETE CASCADE
);

CREATE INDEX verification_message ON verification (message_id, id);

CREATE TABLE verification_claim (
    verification_id INTEGER NOT NULL,
    claim           INTEGER NOT NULL,
    body            TEXT    NOT NULL,
    start_at        INTEGER NOT NULL,
    end_at          INTEGER NOT NULL,
    support         DOUBLE PRECISION NOT NULL,
    method          TEXT    NOT NULL,
    source          TEXT,
    source_start    INTEGER,
    source_end      INTEGER,
    source_text     TEXT,
    agreement       DOUBLE PRECISION,
    judged          TEXT,
    checked_by      TEXT,
    reason          TEXT,
    score           DOUBLE PRECISION,
    PRIMARY KEY (verification_id, claim),
    FOREIGN KEY (verification_id) REFERENCES verification (id) ON DELETE CASCADE
);
