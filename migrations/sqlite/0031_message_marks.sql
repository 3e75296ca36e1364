-- deleted_with: the message whose removal took this one along, itself where it was removed by itself. edited_from: the
-- question that this one was asked in place of. Times are Unix milliseconds.
ALTER TABLE chat_message ADD COLUMN deleted_at INTEGER;
ALTER TABLE chat_message ADD COLUMN deleted_with INTEGER;
ALTER TABLE chat_message ADD COLUMN edited_from INTEGER;
CREATE INDEX chat_message_removed ON chat_message (deleted_at) WHERE deleted_at IS NOT NULL;

-- What people think of an answer, each in one word, and why.
CREATE TABLE message_rating (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL,
    message_id INTEGER NOT NULL REFERENCES chat_message (id) ON DELETE CASCADE,
    rating     TEXT    NOT NULL,
    reason     TEXT,
    created_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX message_rating_one ON message_rating (user_id, message_id);
CREATE INDEX message_rating_message ON message_rating (message_id);

-- Emoji that people have put to a message.
CREATE TABLE message_reaction (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL,
    message_id INTEGER NOT NULL REFERENCES chat_message (id) ON DELETE CASCADE,
    emoji      TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX message_reaction_one ON message_reaction (user_id, message_id, emoji);
CREATE INDEX message_reaction_message ON message_reaction (message_id);
