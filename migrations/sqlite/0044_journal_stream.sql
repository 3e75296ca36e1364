-- Where the model server keeps an answer that is generated, so that it can be taken up after a crash.
CREATE TABLE journal_stream (
    message_id  INTEGER NOT NULL PRIMARY KEY,
    stream_json TEXT    NOT NULL
);
