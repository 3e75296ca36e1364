-- People and programs, and whose each row is. user_id 0 is the local owner: whoever uses the daemon while there is no
-- user. Times are Unix milliseconds.
CREATE TABLE user (
    id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name          VARCHAR(200) NOT NULL,
    role          VARCHAR(16)  NOT NULL,
    disabled      BIGINT       NOT NULL,
    password_hash VARCHAR(256),
    issuer        VARCHAR(255),
    subject       VARCHAR(255),
    version       BIGINT       NOT NULL,
    seen_at       BIGINT,
    created_at    BIGINT       NOT NULL,
    updated_at    BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX user_name ON user (name);
CREATE UNIQUE INDEX user_subject ON user (issuer, subject);

-- hash: HMAC-SHA-256 of the token under a key of the server; hint: its last characters. models_json NULL: any model.
CREATE TABLE api_token (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id     BIGINT       NOT NULL,
    name        VARCHAR(200) NOT NULL,
    hash        VARCHAR(64)  NOT NULL,
    hint        VARCHAR(16)  NOT NULL,
    scopes_json TEXT         NOT NULL,
    models_json TEXT,
    background  BIGINT       NOT NULL,
    expires_at  BIGINT,
    used_at     BIGINT,
    revoked_at  BIGINT,
    created_at  BIGINT       NOT NULL,
    CONSTRAINT api_token_of_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX api_token_hash ON api_token (hash);
CREATE INDEX api_token_user ON api_token (user_id, id);

-- Somebody logged in by a browser. hash: of the cookie's value; seen_at: the last use, about.
CREATE TABLE web_session (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id    BIGINT       NOT NULL,
    hash       VARCHAR(64)  NOT NULL,
    address    VARCHAR(64)  NOT NULL,
    agent      VARCHAR(256) NOT NULL,
    seen_at    BIGINT       NOT NULL,
    expires_at BIGINT       NOT NULL,
    created_at BIGINT       NOT NULL,
    CONSTRAINT web_session_of_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX web_session_hash ON web_session (hash);
CREATE INDEX web_session_user ON web_session (user_id, id);
CREATE INDEX web_session_expires ON web_session (expires_at);

-- What has changed of who may do what, so that each daemon run applies it to those it has let in.
CREATE TABLE access_change (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id    BIGINT,
    created_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What is shared: rows that belong to a project are seen by its members. user_id: who made it.
CREATE TABLE project (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id     BIGINT       NOT NULL,
    name        VARCHAR(200) NOT NULL,
    description TEXT         NOT NULL,
    version     BIGINT       NOT NULL,
    created_at  BIGINT       NOT NULL,
    updated_at  BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX project_name ON project (user_id, name);

CREATE TABLE team (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name       VARCHAR(200) NOT NULL,
    version    BIGINT       NOT NULL,
    created_at BIGINT       NOT NULL,
    updated_at BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX team_name ON team (name);

CREATE TABLE team_member (
    team_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (team_id, user_id),
    CONSTRAINT team_member_of_team FOREIGN KEY (team_id) REFERENCES team (id) ON DELETE CASCADE,
    CONSTRAINT team_member_of_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX team_member_user ON team_member (user_id);

-- Either a user or a team.
CREATE TABLE project_member (
    id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    project_id BIGINT      NOT NULL,
    user_id    BIGINT,
    team_id    BIGINT,
    role       VARCHAR(16) NOT NULL,
    created_at BIGINT      NOT NULL,
    CONSTRAINT project_member_of_project FOREIGN KEY (project_id) REFERENCES project (id) ON DELETE CASCADE,
    CONSTRAINT project_member_of_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
    CONSTRAINT project_member_of_team FOREIGN KEY (team_id) REFERENCES team (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX project_member_user ON project_member (project_id, user_id);
CREATE UNIQUE INDEX project_member_team ON project_member (project_id, team_id);
CREATE INDEX project_member_of_user ON project_member (user_id);
CREATE INDEX project_member_of_team ON project_member (team_id);

ALTER TABLE conversation ADD COLUMN user_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN project_id BIGINT;
DROP INDEX conversation_updated ON conversation;
CREATE INDEX conversation_updated ON conversation (user_id, updated_at, id);
CREATE INDEX conversation_project ON conversation (project_id, updated_at, id);

ALTER TABLE task ADD COLUMN user_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN project_id BIGINT;
ALTER TABLE task DROP COLUMN user_name;
DROP INDEX task_updated ON task;
DROP INDEX task_status ON task;
DROP INDEX task_figures ON task;
CREATE INDEX task_updated ON task (user_id, updated_at, id);
CREATE INDEX task_status ON task (user_id, status, updated_at, id);
CREATE INDEX task_project ON task (project_id, updated_at, id);
CREATE INDEX task_figures ON task (user_id, status, completed_at, started_at, calls, tokens, seconds);

ALTER TABLE assistant ADD COLUMN user_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE assistant ADD COLUMN project_id BIGINT;
DROP INDEX assistant_name ON assistant;
DROP INDEX assistant_category ON assistant;
CREATE UNIQUE INDEX assistant_name ON assistant (user_id, name);
CREATE INDEX assistant_category ON assistant (user_id, category, name);
CREATE INDEX assistant_project ON assistant (project_id, name);

DROP INDEX model_rating_one ON model_rating;
ALTER TABLE model_rating ADD COLUMN user_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE model_rating DROP COLUMN user_name;
CREATE UNIQUE INDEX model_rating_one ON model_rating (user_id, model, task_type);

ALTER TABLE verification ADD COLUMN user_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE verification DROP COLUMN user_name;
CREATE INDEX verification_user ON verification (user_id, id);

ALTER TABLE text_job ADD COLUMN user_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE text_job DROP COLUMN user_name;
CREATE INDEX text_job_user ON text_job (user_id, id);
