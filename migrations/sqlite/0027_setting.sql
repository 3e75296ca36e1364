-- What people have set. holder_id: NULL for the local owner, and for everybody. updated_at: Unix milliseconds.
CREATE TABLE setting (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    holder_id  INTEGER,
    everybody  INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    value_json TEXT    NOT NULL,
    updated_at INTEGER NOT NULL,
    FOREIGN KEY (holder_id) REFERENCES user (id) ON DELETE CASCADE
);

CREATE INDEX setting_holder ON setting (everybody, holder_id, name);
