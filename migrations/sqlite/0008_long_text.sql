-- Only MySQL needs it, for texts that are longer than its server takes in one statement; here so that both have the same.
CREATE TABLE long_text (
    name       TEXT    NOT NULL,
    piece      INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (name, piece)
);
