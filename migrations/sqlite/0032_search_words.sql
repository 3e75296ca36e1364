-- The words of an entry are read after its row was stored (listed: 0 until then), once for many rows. What is written with
-- each answer has as few indexes as it can do with, and those of projects, and of what was removed, only know such rows.
DROP INDEX search_entry_user;
DROP INDEX search_entry_project;
DROP INDEX search_entry_listed;
CREATE INDEX search_entry_project ON search_entry (project_id) WHERE project_id IS NOT NULL;
CREATE INDEX search_entry_listed ON search_entry (listed, id) WHERE listed = 0;

DROP INDEX conversation_project;
DROP INDEX conversation_project_pinned;
DROP INDEX conversation_removed;
DROP INDEX conversation_assistant;
DROP INDEX conversation_source;
CREATE INDEX conversation_project ON conversation (project_id, updated_at, id) WHERE project_id IS NOT NULL;
CREATE INDEX conversation_project_pinned ON conversation (project_id, pinned, updated_at, id) WHERE project_id IS NOT NULL;
CREATE INDEX conversation_removed ON conversation (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX conversation_assistant ON conversation (assistant_id) WHERE assistant_id IS NOT NULL;
CREATE INDEX conversation_source ON conversation (user_id, source, source_id) WHERE source IS NOT NULL;

-- Changes are read and forgotten by their numbers, in which they were made.
DROP INDEX entity_change_kind;
DROP INDEX entity_change_time;

-- Each word stands there once for each gram, also when two daemons note it at once.
DELETE FROM search_word WHERE id NOT IN (SELECT MIN(id) FROM search_word GROUP BY gram, word);
DROP INDEX search_word_gram;
CREATE UNIQUE INDEX search_word_gram ON search_word (gram, word);
