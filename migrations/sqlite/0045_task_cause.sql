-- cause_json: why a task stands as it does, for programs; NULL where only `reason` says it, or nothing is to be said.
ALTER TABLE task ADD COLUMN cause_json TEXT;
