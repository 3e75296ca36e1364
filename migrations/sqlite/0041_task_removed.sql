-- Tasks that are removed are kept for some time, and can be restored.
ALTER TABLE task ADD COLUMN deleted_at INTEGER;
CREATE INDEX task_removed ON task (deleted_at) WHERE deleted_at IS NOT NULL;
DROP INDEX task_figures;
CREATE INDEX task_figures ON task (user_id, status, completed_at, started_at, calls, tokens, seconds, deleted_at);
