-- What can be searched for. group_id: of the conversation that a row is in. listed: 0 until its words stand in
-- search_word, and search_text says whose it is by now. Times are Unix milliseconds.
CREATE TABLE search_entry (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    row_id     INTEGER NOT NULL,
    group_id   INTEGER,
    user_id    INTEGER NOT NULL,
    project_id INTEGER,
    listed     INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX search_entry_row ON search_entry (kind, row_id);
CREATE INDEX search_entry_group ON search_entry (group_id);
CREATE INDEX search_entry_user ON search_entry (user_id);
CREATE INDEX search_entry_project ON search_entry (project_id);
CREATE INDEX search_entry_listed ON search_entry (listed, id);

-- The words of an entry, folded, and signs of whose it is; all ASCII. Its rowid is the entry's id.
CREATE VIRTUAL TABLE search_text USING fts5 (
    owner, words, tokenize = 'unicode61 remove_diacritics 0 tokenchars _'
);

-- The words that there are, by all that is three characters long in them, and once with the gram ''.
CREATE TABLE search_word (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    gram TEXT NOT NULL,
    word TEXT NOT NULL
);

CREATE INDEX search_word_gram ON search_word (gram, word);

-- How far the rows that were there before have been indexed, by kind; whole: all of them.
CREATE TABLE search_source (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind   TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    whole  INTEGER NOT NULL
);

CREATE UNIQUE INDEX search_source_kind ON search_source (kind);
