-- What the daemon tells people of. source: what it is about; one user is told of each only once, or not again for some
-- time. Times are Unix milliseconds.
CREATE TABLE notification (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id     BIGINT       NOT NULL,
    version     BIGINT       NOT NULL,
    kind        VARCHAR(32)  NOT NULL,
    source      VARCHAR(200) NOT NULL,
    title       VARCHAR(600) NOT NULL,
    text        TEXT         NOT NULL,
    task_id     BIGINT,
    approval_id BIGINT,
    is_read     BIGINT       NOT NULL,
    read_at     BIGINT,
    created_at  BIGINT       NOT NULL,
    updated_at  BIGINT       NOT NULL,
    deleted_at  BIGINT
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX notification_user ON notification (user_id, id);
CREATE INDEX notification_source ON notification (user_id, source, created_at);
CREATE INDEX notification_removed ON notification (deleted_at);
