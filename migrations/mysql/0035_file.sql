-- Files that people upload. file: somebody's name for a content; what is removed is kept for some time. file_content: what is
-- on the disk, once by its SHA-256, as long as a file has it. file_upload: what is coming; file_id: what it has become.
-- Times are Unix milliseconds.
CREATE TABLE file (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id     BIGINT NOT NULL,
    project_id  BIGINT,
    version     BIGINT NOT NULL,
    name        VARCHAR(255)    NOT NULL,
    description TEXT    NOT NULL,
    type        VARCHAR(100)    NOT NULL,
    size        BIGINT NOT NULL,
    sha256      VARCHAR(64)    NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    deleted_at  BIGINT
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX file_user ON file (user_id, id);
CREATE INDEX file_name ON file (user_id, name);
CREATE INDEX file_project ON file (project_id, id);
CREATE INDEX file_removed ON file (deleted_at);
CREATE INDEX file_sha256 ON file (sha256);

CREATE TABLE file_content (
    sha256     VARCHAR(64)    NOT NULL PRIMARY KEY,
    size       BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE file_upload (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id    BIGINT NOT NULL,
    name       VARCHAR(255)    NOT NULL,
    size       BIGINT NOT NULL,
    sha256     VARCHAR(64),
    received   BIGINT NOT NULL,
    file_id    BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX file_upload_user ON file_upload (user_id, id);
CREATE INDEX file_upload_time ON file_upload (updated_at);
