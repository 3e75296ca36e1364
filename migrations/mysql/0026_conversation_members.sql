-- Conversations are kept like all that people keep. tags_json is a list of words, params_json and metadata_json are
-- objects. assistant_id: whose model and system prompt are taken where the conversation has none. auto_title: whether
-- the daemon may give it another title; what was there before may have one that somebody gave.
ALTER TABLE conversation ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE conversation ADD COLUMN deleted_at BIGINT;
ALTER TABLE conversation ADD COLUMN assistant_id BIGINT;
ALTER TABLE conversation ADD COLUMN params_json TEXT;
ALTER TABLE conversation ADD COLUMN folder VARCHAR(100) NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN tags_json VARCHAR(4300) NOT NULL DEFAULT '[]';
ALTER TABLE conversation ADD COLUMN pinned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN unread BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN auto_title BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN metadata_json MEDIUMTEXT;
CREATE INDEX conversation_pinned ON conversation (user_id, pinned, updated_at, id);
CREATE INDEX conversation_project_pinned ON conversation (project_id, pinned, updated_at, id);
CREATE INDEX conversation_removed ON conversation (deleted_at);
ALTER TABLE conversation ADD CONSTRAINT conversation_of_assistant FOREIGN KEY (assistant_id) REFERENCES assistant (id) ON DELETE SET NULL;
