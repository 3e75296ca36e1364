-- Entries without a row (row_id = -id) are dropped with their words by whoever reads words; those there are have rows.
UPDATE search_entry SET listed = 0 WHERE row_id < 0;
