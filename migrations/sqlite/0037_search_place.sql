-- text_id: where the words of an entry stand in search_text: in its user's place, or that of all rows in projects. All
-- words are read again, and stand there then.
ALTER TABLE search_entry ADD COLUMN text_id INTEGER;
UPDATE search_entry SET text_id = id, listed = 0;
