-- What was found out about an answer: one row a check, one row a claim. message_id names a chat's answer, if it is
-- about one. report_json holds the wire's own object without its claims. Times are Unix milliseconds.
CREATE TABLE verification (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_name   VARCHAR(256) NOT NULL,
    message_id  BIGINT,
    outcome     VARCHAR(16)  NOT NULL,
    confidence  BIGINT       NOT NULL,
    report_json LONGTEXT     NOT NULL,
    created_at  BIGINT       NOT NULL,
    INDEX verification_message (message_id, id),
    CONSTRAINT verification_of_message FOREIGN KEY (message_id) REFERENCES chat_message (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE verification_claim (
    verification_id BIGINT           NOT NULL,
    claim           BIGINT           NOT NULL,
    body            LONGTEXT         NOT NULL,
    start_at        BIGINT           NOT NULL,
    end_at          BIGINT           NOT NULL,
    support         DOUBLE PRECISION NOT NULL,
    method          VARCHAR(32)      NOT NULL,
    source          VARCHAR(1000),
    source_start    BIGINT,
    source_end      BIGINT,
    source_text     TEXT,
    agreement       DOUBLE PRECISION,
    judged          VARCHAR(16),
    checked_by      VARCHAR(1000),
    reason          TEXT,
    score           DOUBLE PRECISION,
    PRIMARY KEY (verification_id, claim),
    CONSTRAINT verification_claim_of FOREIGN KEY (verification_id) REFERENCES verification (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
