-- MariaDB's full text index never finds a text that has the number of a deleted one, as it may after a crash. The text 0
-- takes a new number before any is deleted, so that the highest one is never free.
DROP TABLE search_text;
CREATE TABLE search_text (
    rowid BIGINT   NOT NULL PRIMARY KEY,
    owner VARCHAR(64) NOT NULL,
    words LONGTEXT NOT NULL,
    FULLTEXT INDEX search_text_words (owner, words)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO search_text (rowid, owner, words) VALUES (0, '', '');
UPDATE search_entry SET listed = 0, text_id = NULL;
