-- The words of entries get a table of their own in place of the server's index of words, which takes no part in transactions
-- and forgets texts after a crash. All words are read again, in the background.
DROP TABLE search_text;
CREATE TABLE search_text (
    rowid BIGINT      NOT NULL PRIMARY KEY,
    owner VARCHAR(64) NOT NULL,
    words LONGTEXT    NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A word of an entry, as search_text has it. place: its upper bits of text_id, a user's or that of all projects.
CREATE TABLE search_posting (
    place   BIGINT         NOT NULL,
    word    VARBINARY(203) NOT NULL,
    text_id BIGINT         NOT NULL,
    PRIMARY KEY (place, word, text_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

UPDATE search_entry SET listed = 0, text_id = NULL;
