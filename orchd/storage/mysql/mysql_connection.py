"""One connection to a MySQL or MariaDB server. Only this file and `mysql_errors.py` know trio-mysql.

What its source taught (1.0.3), and where this file works around it:

* It can't close the stream that it opens (`SocketStream` has no `close`), which leaks a socket until it is collected.
  So we open the stream, hand it over, and close it ourselves.
* `use_unicode` is off unless asked for: text would come back as bytes. A password is encoded as latin1 unless it is
  bytes.
* A cursor asks for the server's warnings with another query and turns them into Python warnings: switched off.
* Of MySQL 8's default authentication it forgets two `await`s: one where the server asks for it from the start, one
  where the password is in the server's cache. So the server is made to ask later, and `_CachingSha2` answers.
* With `ssl`, a server without TLS gets the password scramble and all data in the clear: refused.
* A cancelled query leaves half of an answer in the stream; such a connection is closed, never used again.
"""

import socket
import ssl as tls
import struct
from contextlib import suppress
from typing import Any

import trio
import trio_mysql._auth
import trio_mysql.connections
import trio_mysql.constants.CLIENT as FLAG
import trio_mysql.constants.FIELD_TYPE as TYPE
import trio_mysql.converters
import trio_mysql.cursors
import trio_mysql.protocol

from orchd.errors import OrchdError, StartError, TooLarge
from orchd.storage.database import Result, SqlValue
from orchd.storage.mysql.mysql_errors import NO_MYSQL, DriverError, Packet, mapped_errors
from orchd.storage.readiness import AWAY, Away
from orchd.storage.url import MysqlUrl

_SESSION = (
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION,ANSI_QUOTES,PIPES_AS_CONCAT,"
    "NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', innodb_lock_wait_timeout = {lock_seconds}"
)


def _number(text: str) -> int | float:
    return float(text) if "." in text or "e" in text else int(text)


_DECODERS = {
    **dict.fromkeys((TYPE.TINY, TYPE.SHORT, TYPE.LONG, TYPE.LONGLONG, TYPE.INT24, TYPE.YEAR), int),
    **dict.fromkeys((TYPE.FLOAT, TYPE.DOUBLE), float),
    **dict.fromkeys((TYPE.DECIMAL, TYPE.NEWDECIMAL), _number),
}
_CONVERSIONS = {**trio_mysql.converters.encoders, **_DECODERS}


class _Cursor(trio_mysql.cursors.Cursor):  # type: ignore[misc]  # trio-mysql is untyped
    _defer_warnings = True


class _Driver(trio_mysql.connections.Connection):  # type: ignore[misc]  # trio-mysql is untyped
    _auth_plugin_name: str

    async def _read_packet(self, packet_type: type = trio_mysql.protocol.MysqlPacket) -> Any:
        return await super()._read_packet(Packet if packet_type is trio_mysql.protocol.MysqlPacket else packet_type)

    async def _get_server_information(self) -> None:
        await super()._get_server_information()
        if self.ssl and not self.server_capabilities & FLAG.SSL:
            raise StartError("database.url asks for ssl=1, but the database server offers no TLS")
        if self._auth_plugin_name in ("caching_sha2_password", "sha256_password"):
            # Pretend to try another plugin, so that the server asks to switch to the one it wants.
            self._auth_plugin_name = "mysql_native_password"


class _CachingSha2:
    """MySQL 8's default login, as its client protocol describes it under "caching_sha2_password information"."""

    def __init__(self, driver: _Driver) -> None:
        self._driver = driver

    async def authenticate(self, switch: Any) -> Any:
        nonce = switch.read_all()[:20]  # a zero byte follows it
        reply = await self._say(trio_mysql._auth.scramble_caching_sha2(self._driver.password, nonce))
        if reply.is_ok_packet():
            return reply
        if reply.get_all_data() == b"\x01\x03":  # the password was in the server's cache: it goes on by itself
            return await self._driver._read_packet()
        if not self._driver._secure:
            raise StartError(
                "the server wants the password itself, which takes TLS or its socket: add ?ssl=1 or ?socket="
            )
        return await self._say(self._driver.password + b"\0")

    async def _say(self, data: bytes) -> Any:
        await self._driver.write_packet(data)
        return await self._driver._read_packet()


class MysqlConnection:
    """A session set up for the common dialect, in autocommit mode. Made by `connect`; `close` or `aclose` ends it."""

    def __init__(self, driver: Any, stream: trio.SocketStream, url: MysqlUrl) -> None:
        self._driver = driver
        self._stream = stream
        self._url = url
        self.max_bytes = 16 * 1024 * 1024
        """The longest statement that the server takes; as it says itself once the session is set up."""
        self.serializable = False
        self.usable = True
        """Whether no answer is under way; False after a cancellation or a loss."""

    async def set_up(self, lock_seconds: int) -> None:
        """Give the session the settings that the common dialect relies on."""
        await self._execute(_SESSION.format(lock_seconds=lock_seconds), None)
        found = await self._execute("SELECT @@max_allowed_packet", None)
        self.max_bytes = int(found.rows[0][0])

    async def execute(self, sql: str, params: tuple[SqlValue, ...] | None = None) -> Result:
        """Run one statement: as it stands, or with `%s` replaced by `params`.

        Raises `Away` when the connection is lost or the server can't go on, `Conflict`, `TryAgain`, `StartError` for
        refused privileges, `TooLarge`, `ValueRefused`. After a cancellation the connection must be closed.
        """
        try:
            return await self._execute(sql, params)
        except StartError as error:
            raise StartError(f"{self._url}: {_for(error, self._url, await self._account())}") from error.__cause__

    async def _account(self) -> str | None:
        """The account that the server took the user for; None where it can't be asked."""
        if not self.usable:
            return None
        with suppress(OrchdError, StartError):
            user, _, host = str((await self._execute("SELECT CURRENT_USER()", None)).rows[0][0]).rpartition("@")
            return f"'{user}'@'{host}'"
        return None

    def takes(self, sql: str, params: tuple[SqlValue, ...]) -> bool:
        """Whether the server accepts a statement of this length."""
        texts = [value for value in params if isinstance(value, str | bytes)]
        if 5 * sum(map(len, texts)) + len(sql) + 32 * len(params) < self.max_bytes:  # four bytes each, quotes doubled
            return True
        return len(self._query(_Cursor(self._driver), sql, params)) < self.max_bytes

    @staticmethod
    def _query(cursor: Any, sql: str, params: tuple[SqlValue, ...] | None) -> bytes:
        query: bytes = cursor.mogrify(sql, params).encode("utf-8", "surrogateescape")
        return query

    async def _execute(self, sql: str, params: tuple[SqlValue, ...] | None) -> Result:
        cursor = _Cursor(self._driver)
        query = self._query(cursor, sql, params)
        if len(query) >= self.max_bytes:
            raise TooLarge("this is longer than the database server accepts in one statement", reason="too_long")
        self.usable = False
        with mapped_errors():
            try:
                await cursor.execute(query)
            except DriverError:
                self.usable = self._driver.open  # the server refused the statement: its answer is read
                raise
        self.usable = True
        return Result(list(cursor._rows or ()), cursor.lastrowid or 0, max(cursor.rowcount, 0))

    def close(self) -> None:
        """Close the socket at once; the server rolls back what was not committed."""
        self._driver._sock = None
        self._stream.socket.close()

    async def aclose(self) -> None:
        """Say goodbye, then close; waits a second at most."""
        with trio.move_on_after(1, shield=True):
            await self._driver.aclose()
        self.close()


async def trust_of(url: MysqlUrl) -> tls.SSLContext | None:
    """Whom to trust where `url` asks for TLS. To be made once for many connections: it reads files, in a thread."""
    return await trio.to_thread.run_sync(tls.create_default_context) if url.ssl else None


async def connect(
    url: MysqlUrl, *, lock_seconds: int, database: bool = True, trust: tls.SSLContext | None = None
) -> MysqlConnection:
    """A connection to `url`, or to its server only. Raises `Away` or `StartError`; the caller sets a deadline.

    `lock_seconds`: how long one statement waits for a lock before the server gives up. `trust`: what `trust_of` gave.
    """
    trust = trust or await trust_of(url)
    with mapped_errors():
        stream = await _open_stream(url)
    connection = MysqlConnection(_make_driver(url, database, trust), stream, url)
    done = False
    try:
        with mapped_errors():
            await connection._driver.connect(stream)
        await connection.set_up(lock_seconds)
        done = True
    except RuntimeError as error:  # trio-mysql lacks a package for this user's way to log in
        raise StartError(f"{url}: the user logs in by a plugin that orchd does not know") from error
    except (struct.error, IndexError, ValueError) as error:  # the driver reads whatever comes as a greeting
        raise Away(AWAY, cause=NO_MYSQL) from error
    except StartError as error:
        raise StartError(f"{url}: {_for(error, url, None)}") from error
    finally:
        if not done:
            connection.close()
    return connection


async def _open_stream(url: MysqlUrl) -> trio.SocketStream:
    if url.socket is not None:
        return await trio.open_unix_socket(url.socket)
    stream = await trio.open_tcp_stream(url.host, url.port)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return stream


def _for(error: StartError, url: MysqlUrl, account: str | None) -> str:
    """What is told of a missing right, with the names that its GRANT needs."""
    named = str(error).replace("`DATABASE`", f"`{url.name}`")
    return named.replace("`ACCOUNT`", account or f"the account of the user {url.user}")


def _make_driver(url: MysqlUrl, database: bool, trust: tls.SSLContext | None) -> Any:
    driver = _Driver(
        user=url.user,
        password=url.password.encode(),
        host=url.host,
        database=url.name if database else None,
        charset="utf8mb4",
        use_unicode=True,
        autocommit=True,
        binary_prefix=True,
        client_flag=FLAG.FOUND_ROWS,
        conv=_CONVERSIONS,
        cursorclass=_Cursor,
        auth_plugin_map={"caching_sha2_password": _CachingSha2},
        ssl=trust,
    )
    driver._secure = url.socket is not None  # a Unix socket may carry a password in the clear
    return driver
