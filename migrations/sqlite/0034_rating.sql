-- Ratings are kept like all that people keep. present: NULL once one was removed. Times are Unix milliseconds.
ALTER TABLE model_rating ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE model_rating ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE model_rating ADD COLUMN deleted_at INTEGER;
ALTER TABLE model_rating ADD COLUMN present INTEGER AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL;
UPDATE model_rating SET updated_at = created_at;
DROP INDEX model_rating_one;
CREATE UNIQUE INDEX model_rating_one ON model_rating (user_id, model, task_type, present);
CREATE INDEX model_rating_use ON model_rating (user_id, updated_at, id);
CREATE INDEX model_rating_model ON model_rating (model);
CREATE INDEX model_rating_removed ON model_rating (deleted_at);
