-- Who asked a question, by the name of then: an object, NULL where nobody was logged in, and for earlier questions.
ALTER TABLE chat_message ADD COLUMN asker_json TEXT;
