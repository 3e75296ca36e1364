-- deleted_with: the message whose removal took this one along, itself where it was removed by itself. edited_from: the
-- question that this one was asked in place of. Times are Unix milliseconds.
ALTER TABLE chat_message ADD COLUMN deleted_at BIGINT;
ALTER TABLE chat_message ADD COLUMN deleted_with BIGINT;
ALTER TABLE chat_message ADD COLUMN edited_from BIGINT;
CREATE INDEX chat_message_removed ON chat_message (deleted_at);

-- What people think of an answer, each in one word, and why.
CREATE TABLE message_rating (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id    BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    rating     VARCHAR(8) NOT NULL,
    reason     VARCHAR(2000),
    created_at BIGINT NOT NULL,
    CONSTRAINT message_rating_of FOREIGN KEY (message_id) REFERENCES chat_message (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX message_rating_one ON message_rating (user_id, message_id);
CREATE INDEX message_rating_message ON message_rating (message_id);

-- Emoji that people have put to a message.
CREATE TABLE message_reaction (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id    BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    emoji      VARCHAR(16) NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT message_reaction_of FOREIGN KEY (message_id) REFERENCES chat_message (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX message_reaction_one ON message_reaction (user_id, message_id, emoji);
CREATE INDEX message_reaction_message ON message_reaction (message_id);
