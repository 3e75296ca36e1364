-- attempts_json: the models that were asked in vain before an answer, and why.
ALTER TABLE chat_message ADD COLUMN attempts_json TEXT;
