"""One connection: against a real server, and against a scripted one where MariaDB does not speak like MySQL 8."""

import hashlib
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest
import trio

from orchd.errors import StartError
from orchd.storage.mysql.mysql_connection import MysqlConnection, connect
from orchd.storage.mysql.mysql_errors import error_code
from orchd.storage.readiness import Away
from orchd.storage.url import MysqlUrl, parse_url
from tests.fix_mariadb import MariaServer

HANG_SECONDS = 90.0
SALT = b"abcdefghijklmnopqrst"
PASSWORD = "s3cr\u00ebt"
CAPABILITIES = 0x000FF7DF & ~0x800 & ~0x20  # all of old, but neither TLS nor compression
OK = b"\0\0\0\2\0\0\0"
EOF_PACKET = b"\xfe\0\0\2\0"


@pytest.fixture
async def connection(mariadb: MariaServer) -> AsyncIterator[MysqlConnection]:
    url = parse_url(mariadb.url("mysql"))
    assert isinstance(url, MysqlUrl)
    opened = await connect(url, lock_seconds=1)
    yield opened
    await opened.aclose()


async def test_the_session(connection: MysqlConnection) -> None:
    found = await connection.execute(
        "SELECT @@time_zone, @@autocommit, @@innodb_lock_wait_timeout, @@character_set_client, @@character_set_results"
    )
    assert found.rows == [("+00:00", 1, 1, "utf8mb4", "utf8mb4")]
    strict = await connection.execute("SELECT @@sql_mode LIKE '%STRICT_ALL_TABLES%'")
    assert strict.rows == [(1,)]


async def test_a_refused_statement_leaves_the_connection_usable(connection: MysqlConnection) -> None:
    with pytest.raises(Away) as caught:
        await connection.execute("SELECT * FROM nowhere.at_all")
    assert error_code(caught.value.__cause__) == 1146
    assert connection.usable
    assert (await connection.execute("SELECT %s", ("x",))).rows == [("x",)]


async def test_a_cancelled_statement_does_not(connection: MysqlConnection) -> None:
    with trio.move_on_after(0.05) as scope:
        await connection.execute("SELECT SLEEP(10)")
    assert scope.cancelled_caught
    assert not connection.usable
    with pytest.raises(Away):
        await connection.execute("SELECT 1")


async def test_warnings_of_the_server_are_nobody_s_business(connection: MysqlConnection) -> None:
    await connection.execute("DROP TABLE IF EXISTS nothing_like_that")  # a warning would fail this test


def lenenc(*texts: bytes) -> bytes:
    return b"".join(bytes([len(text)]) + text for text in texts)


class Mysql8:
    """The server's side of a login with `caching_sha2_password` and of the two statements after it."""

    def __init__(self, *, cached: bool = True) -> None:
        self.cached = cached
        self.heard: list[bytes] = []
        self.scramble = b""

    async def serve(self, stream: trio.SocketStream) -> None:
        self.stream, self.buffer = stream, b""
        await self.send(0, self.greeting())
        if b"mysql_native_password" not in await self.receive():
            return
        await self.send(2, b"\xfecaching_sha2_password\0" + SALT + b"\0")
        self.scramble = await self.receive()
        await self.send(4, b"\x01\x03" if self.cached else b"\x01\x04")
        await self.send(5, OK)
        while (command := await self.receive()) != b"\x01":
            self.heard.append(command[1:])
            await self.answer(command)

    def greeting(self) -> bytes:
        low, high = CAPABILITIES & 0xFFFF, CAPABILITIES >> 16
        head = b"\x0a8.0.36\0" + struct.pack("<I", 7) + SALT[:8] + b"\0" + struct.pack("<HBHHB", low, 255, 2, high, 21)
        return head + bytes(10) + SALT[8:] + b"\0" + b"caching_sha2_password\0"

    async def answer(self, command: bytes) -> None:
        if b"SELECT" not in command:
            await self.send(1, OK)
            return
        field = lenenc(b"def", b"", b"", b"", b"n", b"n") + b"\x0c" + struct.pack("<HIBHB", 63, 20, 8, 0, 0) + b"\0\0"
        for number, packet in enumerate((b"\1", field, EOF_PACKET, lenenc(b"67108864"), EOF_PACKET), start=1):
            await self.send(number, packet)

    async def send(self, number: int, payload: bytes) -> None:
        await self.stream.send_all(struct.pack("<I", len(payload))[:3] + bytes([number]) + payload)

    async def receive(self) -> bytes:
        while len(self.buffer) < 4 or len(self.buffer) < 4 + int.from_bytes(self.buffer[:3], "little"):
            try:
                received = await self.stream.receive_some()
            except trio.BrokenResourceError:  # a client that hangs up may leave something unread
                received = b""
            if not received:
                return b"\x01"
            self.buffer += received
        size = int.from_bytes(self.buffer[:3], "little")
        payload, self.buffer = self.buffer[4 : 4 + size], self.buffer[4 + size :]
        return payload


def scrambled(password: bytes) -> bytes:
    """As MySQL's documentation of caching_sha2_password has it: XOR(SHA256(p), SHA256(SHA256(SHA256(p)), nonce))."""
    first = hashlib.sha256(password).digest()
    second = hashlib.sha256(hashlib.sha256(first).digest() + SALT).digest()
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


@asynccontextmanager
async def served(server: Mysql8) -> AsyncIterator[MysqlUrl]:
    with trio.fail_after(HANG_SECONDS):
        async with trio.open_nursery() as nursery:
            listeners = await nursery.start(partial(trio.serve_tcp, server.serve, 0, host="127.0.0.1"))
            yield MysqlUrl("127.0.0.1", listeners[0].socket.getsockname()[1], "me", PASSWORD, "n")
            nursery.cancel_scope.cancel()


async def test_the_default_login_of_mysql_8() -> None:
    server = Mysql8()
    async with served(server) as url:
        connection = await connect(url, lock_seconds=3)
        assert (await connection.execute("SELECT 1")).rows == [(67108864,)]
        await connection.aclose()
    assert server.scramble == scrambled(PASSWORD.encode())
    assert b"innodb_lock_wait_timeout = 3" in server.heard[0]


async def test_a_password_is_not_sent_in_the_clear() -> None:
    server = Mysql8(cached=False)
    async with served(server) as url:
        with pytest.raises(StartError, match="takes TLS or its socket") as caught:
            await connect(url, lock_seconds=3)
        assert PASSWORD not in str(caught.value)
        with pytest.raises(StartError, match="offers no TLS"):
            await connect(replace(url, ssl=True), lock_seconds=3)
    assert server.heard == []
