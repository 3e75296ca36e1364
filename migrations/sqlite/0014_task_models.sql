-- models_json: the models that a task may use, where a token that is limited to them has made it; NULL: any.
ALTER TABLE task ADD COLUMN models_json TEXT;

CREATE INDEX task_project_status ON task (project_id, status, updated_at, id);
