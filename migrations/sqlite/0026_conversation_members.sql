-- Conversations are kept like all that people keep. tags_json is a list of words, params_json and metadata_json are
-- objects. assistant_id: whose model and system prompt are taken where the conversation has none. auto_title: whether
-- the daemon may give it another title; what was there before may have one that somebody gave.
ALTER TABLE conversation ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE conversation ADD COLUMN deleted_at INTEGER;
ALTER TABLE conversation ADD COLUMN assistant_id INTEGER REFERENCES assistant (id) ON DELETE SET NULL;
ALTER TABLE conversation ADD COLUMN params_json TEXT;
ALTER TABLE conversation ADD COLUMN folder TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN tags_json TEXT NOT NULL DEFAULT '[]';
ALTER TABLE conversation ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN auto_title INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN metadata_json TEXT;
CREATE INDEX conversation_pinned ON conversation (user_id, pinned, updated_at, id);
CREATE INDEX conversation_project_pinned ON conversation (project_id, pinned, updated_at, id);
CREATE INDEX conversation_removed ON conversation (deleted_at);
CREATE INDEX conversation_assistant ON conversation (assistant_id);
