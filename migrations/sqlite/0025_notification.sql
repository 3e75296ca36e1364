-- What the daemon tells people of. source: what it is about; one user is told of each only once, or not again for some
-- time. Times are Unix milliseconds.
CREATE TABLE notification (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    task_id     INTEGER,
    approval_id INTEGER,
    is_read     INTEGER NOT NULL,
    read_at     INTEGER,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    deleted_at  INTEGER
);

CREATE INDEX notification_user ON notification (user_id, id);
CREATE INDEX notification_source ON notification (user_id, source, created_at);
CREATE INDEX notification_removed ON notification (deleted_at);
