-- People and programs, and whose each row is. user_id 0 is the local owner: whoever uses the daemon while there is no
-- user. Times are Unix milliseconds.
CREATE TABLE user (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    disabled      INTEGER NOT NULL,
    password_hash TEXT,
    issuer        TEXT,
    subject       TEXT,
    version       INTEGER NOT NULL,
    seen_at       INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);

CREATE UNIQUE INDEX user_name ON user (name);
CREATE UNIQUE INDEX user_subject ON user (issuer, subject);

-- hash: HMAC-SHA-256 of the token under a key of the server; hint: its last characters. models_json NULL: any model.
CREATE TABLE api_token (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    hash        TEXT    NOT NULL,
    hint        TEXT    NOT NULL,
    scopes_json TEXT    NOT NULL,
    models_json TEXT,
    background  INTEGER NOT NULL,
    expires_at  INTEGER,
    used_at     INTEGER,
    revoked_at  INTEGER,
    created_at  INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX api_token_hash ON api_token (hash);
CREATE INDEX api_token_user ON api_token (user_id, id);

-- Somebody logged in by a browser. hash: of the cookie's value; seen_at: the last use, about.
CREATE TABLE web_session (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL,
    hash       TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    agent      TEXT    NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX web_session_hash ON web_session (hash);
CREATE INDEX web_session_user ON web_session (user_id, id);
CREATE INDEX web_session_expires ON web_session (expires_at);

-- What has changed of who may do what, so that each daemon run applies it to those it has let in.
CREATE TABLE access_change (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER,
    created_at INTEGER NOT NULL
);

-- What is shared: rows that belong to a project are seen by its members. user_id: who made it.
CREATE TABLE project (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);

CREATE UNIQUE INDEX project_name ON project (user_id, name);

CREATE TABLE team (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX team_name ON team (name);

CREATE TABLE team_member (
    team_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (team_id, user_id),
    FOREIGN KEY (team_id) REFERENCES team (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
);

CREATE INDEX team_member_user ON team_member (user_id);

-- Either a user or a team.
CREATE TABLE project_member (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL,
    user_id    INTEGER,
    team_id    INTEGER,
    role       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (project_id) REFERENCES project (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
    FOREIGN KEY (team_id) REFERENCES team (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX project_member_user ON project_member (project_id, user_id);
CREATE UNIQUE INDEX project_member_team ON project_member (project_id, team_id);
CREATE INDEX project_member_of_user ON project_member (user_id);
CREATE INDEX project_member_of_team ON project_member (team_id);

ALTER TABLE conversation ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN project_id INTEGER;
DROP INDEX conversation_updated;
CREATE INDEX conversation_updated ON conversation (user_id, updated_at, id);
CREATE INDEX conversation_project ON conversation (project_id, updated_at, id);

ALTER TABLE task ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN project_id INTEGER;
ALTER TABLE task DROP COLUMN user_name;
DROP INDEX task_updated;
DROP INDEX task_status;
DROP INDEX task_figures;
CREATE INDEX task_updated ON task (user_id, updated_at, id);
CREATE INDEX task_status ON task (user_id, status, updated_at, id);
CREATE INDEX task_project ON task (project_id, updated_at, id);
CREATE INDEX task_figures ON task (user_id, status, completed_at, started_at, calls, tokens, seconds);

ALTER TABLE assistant ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE assistant ADD COLUMN project_id INTEGER;
DROP INDEX assistant_name;
DROP INDEX assistant_category;
CREATE UNIQUE INDEX assistant_name ON assistant (user_id, name);
CREATE INDEX assistant_category ON assistant (user_id, category, name);
CREATE INDEX assistant_project ON assistant (project_id, name);

DROP INDEX model_rating_one;
ALTER TABLE model_rating ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE model_rating DROP COLUMN user_name;
CREATE UNIQUE INDEX model_rating_one ON model_rating (user_id, model, task_type);

ALTER TABLE verification ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verification DROP COLUMN user_name;
CREATE INDEX verification_user ON verification (user_id, id);

ALTER TABLE text_job ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE text_job DROP COLUMN user_name;
CREATE INDEX text_job_user ON text_job (user_id, id);
