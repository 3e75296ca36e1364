-- Who did what to which row: log-ins, refusals, and what admins or holders of rights change. user_id NULL: nobody who was
-- recognised, or the command line; name is what the user was called then. owner_id: whose row it was about. before and
-- after have no secrets. times: how often it happened, where several are one row. at is Unix milliseconds.
CREATE TABLE audit_log (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at          BIGINT       NOT NULL,
    user_id     BIGINT,
    name        VARCHAR(200) NOT NULL,
    token_id    BIGINT,
    address     VARCHAR(64)  NOT NULL,
    action      VARCHAR(64)  NOT NULL,
    target_kind VARCHAR(32)  NOT NULL,
    target_id   VARCHAR(200) NOT NULL,
    owner_id    BIGINT,
    outcome     VARCHAR(16)  NOT NULL,
    before_json TEXT,
    after_json  TEXT,
    times       BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX audit_log_at ON audit_log (at, id);
CREATE INDEX audit_log_user ON audit_log (user_id, id);
CREATE INDEX audit_log_owner ON audit_log (owner_id, id);
CREATE INDEX audit_log_action ON audit_log (action, id);
