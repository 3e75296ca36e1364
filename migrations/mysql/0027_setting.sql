-- What people have set. holder_id: NULL for the local owner, and for everybody. updated_at: Unix milliseconds.
CREATE TABLE setting (
    id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    holder_id  BIGINT,
    everybody  BIGINT      NOT NULL,
    name       VARCHAR(64) NOT NULL,
    value_json TEXT        NOT NULL,
    updated_at BIGINT      NOT NULL,
    CONSTRAINT setting_of_user FOREIGN KEY (holder_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX setting_holder ON setting (everybody, holder_id, name);
