-- token_id: the token that made a task, whose quotas are for it, too; background: that token waits for people.
ALTER TABLE task ADD COLUMN token_id INTEGER;
ALTER TABLE task ADD COLUMN background INTEGER NOT NULL DEFAULT 0;
