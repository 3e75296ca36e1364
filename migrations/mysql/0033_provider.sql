-- Model servers that admins have added, beside those of the configuration. credential_id: of the one that a server is sent
-- as its key; it may be gone. present: NULL once a row was removed, so that its name is free again. Times are Unix
-- milliseconds, those that end in _seconds are not.
CREATE TABLE provider (
    id                  BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    version             BIGINT       NOT NULL,
    name                VARCHAR(100) NOT NULL,
    url                 VARCHAR(500) NOT NULL,
    kind                VARCHAR(16),
    credential_id       BIGINT,
    slots               BIGINT,
    models_json         MEDIUMTEXT   NOT NULL,
    aliases_json        MEDIUMTEXT   NOT NULL,
    connect_seconds     DOUBLE       NOT NULL,
    first_event_seconds DOUBLE       NOT NULL,
    gap_seconds         DOUBLE       NOT NULL,
    total_seconds       DOUBLE,
    active              BIGINT       NOT NULL,
    created_at          BIGINT       NOT NULL,
    updated_at          BIGINT       NOT NULL,
    deleted_at          BIGINT,
    present             BIGINT       AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE UNIQUE INDEX provider_name ON provider (name, present);
CREATE UNIQUE INDEX provider_url ON provider (url, present);
CREATE INDEX provider_removed ON provider (deleted_at);
