-- The text of answers while they are generated: each row continues its message at position start_seq (code points
-- over both channels). Rows go when the whole text is stored with the message.
CREATE TABLE journal (
    message_id BIGINT      NOT NULL,
    start_seq  BIGINT      NOT NULL,
    channel    VARCHAR(16) NOT NULL,
    text       LONGTEXT    NOT NULL,
    PRIMARY KEY (message_id, start_seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- runs_json: how the channels alternate in the text; parts_json: which model wrote which part of a continued answer;
-- cancel_at: when another daemon run asked its owner to end it.
ALTER TABLE chat_message ADD COLUMN runs_json LONGTEXT;
ALTER TABLE chat_message ADD COLUMN parts_json TEXT;
ALTER TABLE chat_message ADD COLUMN cancel_at BIGINT;

CREATE INDEX chat_message_parent ON chat_message (conversation_id, parent_id);
