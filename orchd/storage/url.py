"""Database URLs. What is wrong with one is told without repeating it: it may hold a password."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qsl, quote, unquote, unquote_to_bytes, urlsplit

from orchd.errors import ConfigurationError
from orchd.patterns import lazy_pattern

MYSQL_PORT = 3306
_PLAIN_USER = lazy_pattern(r"[\w.-]+")
_FORMS = "use sqlite:///absolute/path or mysql://user:password@host:3306/name"


@dataclass(frozen=True)
class SqliteUrl:
    """A database in a file."""

    path: Path

    def __str__(self) -> str:
        return f"sqlite://{self.path}"


@dataclass(frozen=True)
class MysqlUrl:
    """A database on a MySQL or MariaDB server. `socket`: the path of its Unix socket, used instead of host and port."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    name: str
    socket: str | None = None
    ssl: bool = False

    def __str__(self) -> str:
        where = self.socket or f"{self.host}:{self.port}"
        user = (
            self.user if _PLAIN_USER.fullmatch(self.user) else "***"
        )  # a wrong escape may have put the password there
        return f"mysql://{user}@{where}/{self.name}"


DatabaseUrl: TypeAlias = SqliteUrl | MysqlUrl


def parse_url(url: str) -> DatabaseUrl:
    """Read `sqlite:///absolute/path` or `mysql://user:password@host:port/name?socket=/path&ssl=1` (also `mariadb://`).

    User, password, name and path may be percent-encoded. Raises `ConfigurationError`, whose text is free of the URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigurationError(f"database.url: its host or port can't be read; {_FORMS}") from None
    if parts.scheme == "sqlite":
        return _sqlite(parts)
    if parts.scheme in ("mysql", "mariadb"):
        return _mysql(parts, port or MYSQL_PORT)
    raise ConfigurationError(f"database.url: unknown kind of database; {_FORMS}")


def with_password(url: str, password: str) -> str:
    """Return a URL of a MySQL server that has no password with this one. Raises `ConfigurationError` for any other."""
    parsed, parts = parse_url(url), urlsplit(url)
    if isinstance(parsed, SqliteUrl):
        raise ConfigurationError("database.url: a SQLite file has no password")
    if parts.password is not None:
        raise ConfigurationError("database.url: it has a password already")
    user, _, place = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}").geturl()


def _sqlite(parts: SplitResult) -> SqliteUrl:
    path = os.fsdecode(unquote_to_bytes(parts.path))
    if parts.netloc or parts.query or parts.fragment or not path.startswith("/") or path.endswith("/") or "\0" in path:
        raise ConfigurationError(
            "database.url: sqlite needs an absolute path to a file: sqlite:///var/lib/orchd/orchd.db"
        )
    return SqliteUrl(Path("/" + path.lstrip("/")))


def _mysql(parts: SplitResult, port: int) -> MysqlUrl:
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name or "`" in name or "\0" in name or len(name) > 64:
        raise ConfigurationError(f"database.url: the database has no usable name; {_FORMS}")
    if "@" in name:
        raise ConfigurationError("database.url: a `/` or `@` in the password must be written as %2F or %40")
    if not parts.username:
        raise ConfigurationError(f"database.url: the user is missing; {_FORMS}")
    if parts.fragment:
        raise ConfigurationError("database.url: a `#` in the password must be written as %23")
    socket, ssl = _options(parts.query)
    return MysqlUrl(
        host=parts.hostname or "localhost",
        port=port,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        name=name,
        socket=socket,
        ssl=ssl,
    )


def _options(query: str) -> tuple[str | None, bool]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    socket = options.pop("socket", None)
    ssl = options.pop("ssl", "0")
    if options:
        raise ConfigurationError("database.url: the options after `?` are `socket` and `ssl`")
    if ssl not in ("0", "1"):
        raise ConfigurationError("database.url: `ssl` is 0 or 1")
    if socket is not None and not socket.startswith("/"):
        raise ConfigurationError("database.url: `socket` is an absolute path")
    return socket, ssl == "1"
