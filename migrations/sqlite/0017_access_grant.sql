-- Until when an admin may read one row of somebody else. owner_id: whose it was when that was told them by the
-- audit log. Times are Unix milliseconds.
CREATE TABLE access_grant (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    admin_id   INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    target_id  INTEGER NOT NULL,
    owner_id   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);

CREATE INDEX access_grant_target ON access_grant (admin_id, kind, target_id);
CREATE INDEX access_grant_end ON access_grant (expires_at);
