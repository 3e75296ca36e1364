-- subtask.remarks_json, task.result_remarks_json: the same for programs as `notes` and `result_notes` say for people; NULL
-- where only those say it. notification.detail_json: likewise for its `text`.
ALTER TABLE subtask ADD COLUMN remarks_json TEXT;
ALTER TABLE task ADD COLUMN result_remarks_json TEXT;
ALTER TABLE notification ADD COLUMN detail_json TEXT;
