-- subtask.cause_json, task_log.fact_json: the same for programs as `notes` and `message` say for people; NULL where only
-- those say it. notification.subject: the name in its title.
ALTER TABLE subtask ADD COLUMN cause_json TEXT;
ALTER TABLE task_log ADD COLUMN fact_json TEXT;
ALTER TABLE notification ADD COLUMN subject VARCHAR(600) NOT NULL DEFAULT '';
