-- Until when an admin may read one row of somebody else. owner_id: whose it was when that was told them by the
-- audit log. Times are Unix milliseconds.
CREATE TABLE access_grant (
    id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    admin_id   BIGINT      NOT NULL,
    kind       VARCHAR(16) NOT NULL,
    target_id  BIGINT      NOT NULL,
    owner_id   BIGINT      NOT NULL,
    created_at BIGINT      NOT NULL,
    expires_at BIGINT      NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX access_grant_target ON access_grant (admin_id, kind, target_id);
CREATE INDEX access_grant_end ON access_grant (expires_at);
