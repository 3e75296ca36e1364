"""MySQL and MariaDB: a pool of connections. The only room that knows trio-mysql."""
