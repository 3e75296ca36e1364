-- Secrets, each sealed under a master key that does not stand here; key_id names it. The row "anchor" of server_key
-- says which master key this database is sealed under. Times are Unix milliseconds.
CREATE TABLE server_key (
    name       VARCHAR(64)  NOT NULL PRIMARY KEY,
    sealed     VARCHAR(512) NOT NULL,
    key_id     VARCHAR(16)  NOT NULL,
    created_at BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- hint: the last characters of a long secret. test_json: what came of the last test, the wire's own object.
CREATE TABLE credential (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id    BIGINT       NOT NULL,
    project_id BIGINT,
    name       VARCHAR(200) NOT NULL,
    kind       VARCHAR(32)  NOT NULL,
    hint       VARCHAR(16)  NOT NULL,
    sealed     TEXT         NOT NULL,
    key_id     VARCHAR(16)  NOT NULL,
    test_json  TEXT,
    version    BIGINT       NOT NULL,
    changed_at BIGINT       NOT NULL,
    created_at BIGINT       NOT NULL,
    updated_at BIGINT       NOT NULL,
    UNIQUE INDEX credential_name (user_id, name),
    INDEX credential_key (key_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
