-- What people know, with its sources; what is removed is kept for some time. present: NULL then, so that the title is
-- free again. synced_at: Unix milliseconds, NULL for never, as all times here are.
CREATE TABLE knowledge (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id     BIGINT       NOT NULL,
    project_id  BIGINT,
    version     BIGINT       NOT NULL,
    title       VARCHAR(200) NOT NULL,
    description TEXT         NOT NULL,
    category    VARCHAR(100) NOT NULL,
    tags_json   TEXT         NOT NULL,
    content     MEDIUMTEXT   NOT NULL,
    active      BIGINT       NOT NULL,
    created_at  BIGINT       NOT NULL,
    updated_at  BIGINT       NOT NULL,
    deleted_at  BIGINT,
    present     BIGINT       AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX knowledge_title ON knowledge (user_id, title, present);
CREATE INDEX knowledge_project ON knowledge (project_id, title);
CREATE INDEX knowledge_removed ON knowledge (deleted_at);

CREATE TABLE knowledge_source (
    id            BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    knowledge_id  BIGINT        NOT NULL,
    version       BIGINT        NOT NULL,
    type          VARCHAR(16)   NOT NULL,
    title         VARCHAR(200)  NOT NULL,
    content       MEDIUMTEXT    NOT NULL,
    url           VARCHAR(1000),
    metadata_json MEDIUMTEXT    NOT NULL,
    active        BIGINT        NOT NULL,
    sync_state    VARCHAR(16)   NOT NULL,
    synced_at     BIGINT,
    created_at    BIGINT        NOT NULL,
    updated_at    BIGINT        NOT NULL,
    deleted_at    BIGINT,
    CONSTRAINT knowledge_source_of FOREIGN KEY (knowledge_id) REFERENCES knowledge (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX knowledge_source_knowledge ON knowledge_source (knowledge_id, id);
CREATE INDEX knowledge_source_removed ON knowledge_source (deleted_at);
