-- A long text being worked through, chunk by chunk, so that what is done need not be done again. Times are Unix
-- milliseconds. error_json holds the wire's own object.
CREATE TABLE text_job (
    id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_name    VARCHAR(256) NOT NULL,
    body         LONGTEXT     NOT NULL,
    instruction  LONGTEXT     NOT NULL,
    reduction    LONGTEXT,
    model        VARCHAR(256),
    created_at   BIGINT       NOT NULL,
    updated_at   BIGINT       NOT NULL,
    INDEX text_job_updated (updated_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE text_part (
    job_id        BIGINT NOT NULL,
    part          BIGINT NOT NULL,
    start_at      BIGINT NOT NULL,
    end_at        BIGINT NOT NULL,
    output        LONGTEXT,
    finish_reason VARCHAR(64),
    error_json    TEXT,
    attempts      BIGINT NOT NULL,
    PRIMARY KEY (job_id, part),
    CONSTRAINT text_part_of_job FOREIGN KEY (job_id) REFERENCES text_job (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
