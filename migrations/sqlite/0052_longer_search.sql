-- More of long texts is searched: those of which a part may not have been are read again.
UPDATE search_entry SET listed = 0 WHERE size IS NULL OR size > 8192;
