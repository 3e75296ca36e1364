-- The text of answers while they are generated: each row continues its message at position start_seq (code points
-- over both channels). Rows go when the whole text is stored with the message.
CREATE TABLE journal (
    message_id INTEGER NOT NULL,
    start_seq  INTEGER NOT NULL,
    channel    TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    PRIMARY KEY (message_id, start_seq)
);

-- runs_json: how the channels alternate in the text; parts_json: which model wrote which part of a continued answer;
-- cancel_at: when another daemon run asked its owner to end it.
ALTER TABLE chat_message ADD COLUMN runs_json TEXT;
ALTER TABLE chat_message ADD COLUMN parts_json TEXT;
ALTER TABLE chat_message ADD COLUMN cancel_at INTEGER;

CREATE INDEX chat_message_parent ON chat_message (conversation_id, parent_id);
