-- The words of an entry are read after its row was stored (listed: 0 until then), once for many rows. What is written with
-- each answer has as few indexes as it can do with.
DROP INDEX search_entry_user ON search_entry;

-- Changes are read and forgotten by their numbers, in which they were made.
DROP INDEX entity_change_kind ON entity_change;
DROP INDEX entity_change_time ON entity_change;

-- Each word stands there once for each gram, also when two daemons note it at once.
DELETE a FROM search_word a JOIN search_word b ON a.gram = b.gram AND a.word = b.word AND a.id > b.id;
DROP INDEX search_word_gram ON search_word;
CREATE UNIQUE INDEX search_word_gram ON search_word (gram, word);
