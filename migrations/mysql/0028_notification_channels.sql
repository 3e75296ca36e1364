-- By which channels a notification could not be sent, as a JSON list.
ALTER TABLE notification ADD COLUMN failed_channels_json VARCHAR(200) NOT NULL DEFAULT '[]';
