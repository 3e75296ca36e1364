-- size: bytes of the words of an entry, so that a search need not read them to know how many it may read.
ALTER TABLE search_entry ADD COLUMN size INTEGER;
