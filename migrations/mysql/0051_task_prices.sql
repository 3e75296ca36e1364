-- task.prices_json: what its answers cost, one amount a currency; NULL where no model had a price.
ALTER TABLE task ADD COLUMN prices_json LONGTEXT;
