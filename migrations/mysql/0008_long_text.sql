-- Texts that are longer than the server takes in one statement, a row a piece; the column that one belongs to holds a mark
-- with its name. Written and read by the storage room alone. Times are Unix milliseconds.
CREATE TABLE long_text (
    name       VARCHAR(32) NOT NULL,
    piece      BIGINT      NOT NULL,
    body       LONGTEXT    NOT NULL,
    created_at BIGINT      NOT NULL,
    PRIMARY KEY (name, piece),
    INDEX long_text_created (created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
