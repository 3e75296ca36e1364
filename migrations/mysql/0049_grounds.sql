-- subtask.grounds_json: the same for programs as the first of `reasons` say for people; NULL where only those say it.
ALTER TABLE subtask ADD COLUMN grounds_json LONGTEXT;
