-- Words of other scripts stand in the index in another form, so that they are found by how they begin: they are read again.
-- (On MySQL words get a table of their own; here FTS5 has one.)
UPDATE search_entry SET listed = 0
 WHERE text_id IN (SELECT rowid FROM search_text WHERE words LIKE '%!_x!_%' ESCAPE '!');
