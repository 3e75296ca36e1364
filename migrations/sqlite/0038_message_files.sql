-- Files that were sent with a question, as they were called then: a list of objects, NULL for none.
ALTER TABLE chat_message ADD COLUMN files_json TEXT;
