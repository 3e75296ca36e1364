-- Who did what to which row: log-ins, refusals, and what admins or holders of rights change. user_id NULL: nobody who was
-- recognised, or the command line; name is what the user was called then. owner_id: whose row it was about. before and
-- after have no secrets. times: how often it happened, where several are one row. at is Unix milliseconds.
CREATE TABLE audit_log (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    user_id     INTEGER,
    name        TEXT    NOT NULL,
    token_id    INTEGER,
    address     TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    target_kind TEXT    NOT NULL,
    target_id   TEXT    NOT NULL,
    owner_id    INTEGER,
    outcome     TEXT    NOT NULL,
    before_json TEXT,
    after_json  TEXT,
    times       INTEGER NOT NULL
);

CREATE INDEX audit_log_at ON audit_log (at, id);
CREATE INDEX audit_log_user ON audit_log (user_id, id);
CREATE INDEX audit_log_owner ON audit_log (owner_id, id);
CREATE INDEX audit_log_action ON audit_log (action, id);
