-- What can be searched for. group_id: of the conversation that a row is in. listed: 0 until its words stand in
-- search_word, and search_text says whose it is by now. Times are Unix milliseconds.
CREATE TABLE search_entry (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind       VARCHAR(32) NOT NULL,
    row_id     BIGINT NOT NULL,
    group_id   BIGINT,
    user_id    BIGINT NOT NULL,
    project_id BIGINT,
    listed     BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX search_entry_row ON search_entry (kind, row_id);
CREATE INDEX search_entry_group ON search_entry (group_id);
CREATE INDEX search_entry_user ON search_entry (user_id);
CREATE INDEX search_entry_project ON search_entry (project_id);
CREATE INDEX search_entry_listed ON search_entry (listed, id);

-- The words of an entry, folded, and signs of whose it is; all ASCII. Its rowid is the entry's id.
CREATE TABLE search_text (
    rowid BIGINT   NOT NULL PRIMARY KEY,
    owner VARCHAR(64) NOT NULL,
    words LONGTEXT NOT NULL,
    FULLTEXT INDEX search_text_words (owner, words)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The words that there are, by all that is three characters long in them, and once with the gram ''.
CREATE TABLE search_word (
    id   BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    gram VARCHAR(3) NOT NULL,
    word VARCHAR(160) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX search_word_gram ON search_word (gram, word);

-- How far the rows that were there before have been indexed, by kind; whole: all of them.
CREATE TABLE search_source (
    id     BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind   VARCHAR(32) NOT NULL,
    row_id BIGINT NOT NULL,
    whole  BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX search_source_kind ON search_source (kind);
