-- By which what a task has asked is found once it is settled.
CREATE INDEX notification_task ON notification (task_id);
