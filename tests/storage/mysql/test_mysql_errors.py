"""What servers and proxies may say, and what it means to us: an open world, of which few things are final."""

import socket

import pytest
import trio

from orchd.errors import Conflict, StartError, TooLarge, Unavailable
from orchd.storage.database import ValueRefused
from orchd.storage.mysql.mysql_connection import MysqlConnection, connect
from orchd.storage.mysql.mysql_errors import DriverError, Packet, TryAgain, mapped_errors
from orchd.storage.readiness import AWAY, NO_TABLES, Away, DiskFull, UnknownFailure
from orchd.storage.url import MysqlUrl, parse_url
from tests.fix_mariadb import LIMITED, MariaServer


def mapped(code: int, said: str = "host 10.0.0.1", state: str = "HY000") -> BaseException:
    """Return what becomes of an error packet."""
    packet = Packet(b"\xff" + code.to_bytes(2, "little") + b"#" + state.encode() + said.encode(), "utf8")
    with pytest.raises(Exception) as caught, mapped_errors():  # noqa: PT011  # which one is the point
        packet.raise_for_error()
    return caught.value


@pytest.mark.parametrize("code", [1062, 1586, 1452])
def test_conflicts(code: int) -> None:
    assert isinstance(mapped(code, state="23000"), Conflict)


@pytest.mark.parametrize(
    ("code", "state", "waited"), [(1205, "HY000", True), (1213, "40001", False), (3101, "40000", False)]
)
def test_what_is_run_again(code: int, state: str, waited: bool) -> None:
    again = mapped(code, state=state)
    assert isinstance(again, TryAgain)
    assert again.waited is waited


@pytest.mark.parametrize(
    ("code", "state"),
    [(1047, "08S01"), (9001, "HY000"), (1118, "42000"), (1792, "25006"), (1040, "08004"), (2013, "HY000"),
     (65000, "HY000"), (1146, "42S02"), (1054, "42S22"), (1290, "HY000"), (1105, "HY000"), (4031, "HY000")],
)  # fmt: skip
def test_whatever_is_not_known_to_be_final_is_an_outage(code: int, state: str) -> None:
    error = mapped(code, state=state)
    assert isinstance(error, Away)
    assert isinstance(error, Unavailable)
    assert "10.0.0.1" not in error.message
    assert error.cause is not None
    assert f"error {code} ({state})" in error.cause, "the log says what it was"


@pytest.mark.parametrize(
    ("code", "state", "unknown"),
    [
        (9001, "HY000", True),
        (1118, "42000", True),
        (1047, "08S01", False),
        (1040, "08004", False),
        (2013, "HY000", False),
    ],
)
def test_what_nobody_has_listed_may_be_the_statement_s_own(code: int, state: str, unknown: bool) -> None:
    assert isinstance(mapped(code, state=state), UnknownFailure) is unknown


@pytest.mark.parametrize(
    ("code", "said", "full"),
    [
        (1021, "Disk full (/var/tmp/#sql); waiting for someone to free some space... (errno: 28)", True),
        (1114, "The table 'message' is full", True),
        (1030, 'Got error 28 "No space left on device" from storage engine InnoDB', True),
        (1030, 'Got error 122 "Disk quota exceeded" from storage engine InnoDB', True),
        (1030, 'Got error 168 "Unknown (generic) error from engine" from storage engine InnoDB', False),
        (1026, "Error writing file 'x' (Errcode: 28 \"No space left on device\")", True),
        (3, "Error writing file '/tmp/MLf' (Errcode: 5 - Input/output error)", False),
        (3, "Error writing file '/tmp/MLf28' (errno: 28 - No space left on device)", True),
    ],
)
def test_a_full_disk_is_told_from_one_that_fails(code: int, said: str, full: bool) -> None:
    error = mapped(code, said)
    assert isinstance(error, Away)
    assert (error.reason == "storage_full") is isinstance(error, DiskFull) is full
    assert error.cause is not None
    assert said in error.cause


@pytest.mark.parametrize(("code", "state"), [(1048, "23000"), (1366, "22007"), (1264, "22003"), (1136, "21S01")])
def test_a_value_that_does_not_fit_is_final(code: int, state: str) -> None:
    assert isinstance(mapped(code, state=state), ValueRefused) or code == 1136


@pytest.mark.parametrize("code", [1406, 1153, 1301])
def test_what_is_too_long_is_final(code: int) -> None:
    assert isinstance(mapped(code, state="22001"), TooLarge)


@pytest.mark.parametrize("code", [188, 191])
def test_a_query_that_searches_for_too_much_is_no_outage(code: int) -> None:
    assert isinstance(mapped(code, state="HY000"), TooLarge)


def test_wrong_sql_is_a_defect() -> None:
    assert isinstance(mapped(1064, state="42000"), DriverError)


@pytest.mark.parametrize(
    ("code", "said", "right"),
    [
        (1142, "CREATE command denied to user 'ro'@'localhost' for table `orchd`.`x`", "lacks the right CREATE"),
        (1143, "UPDATE command denied to user 'ro'@'%' for column 'a' in table 'x'", "lacks the right UPDATE"),
        (1227, "Access denied; you need (at least one of) the SUPER privilege(s) for this operation", "GRANT SUPER"),
        (1044, "Access denied for user 'ro'@'%' to database 'orchd'", "GRANT ALL ON `DATABASE`"),
        (1449, "The user specified as a definer ('x'@'%') does not exist", "GRANT"),
        (1045, "Access denied for user 'ro'@'%' (using password: YES)", "name or password is wrong"),
    ],
)
def test_a_missing_right_is_named(code: int, said: str, right: str) -> None:
    error = mapped(code, said, "42000")
    assert isinstance(error, StartError)
    assert right in str(error)
    assert "\n" not in str(error)


async def test_the_real_server_s_words_for_a_missing_right(mariadb: MariaServer) -> None:
    name = mariadb.name_of(mariadb.new_url())
    await mariadb.execute(f"CREATE DATABASE {name}")
    await mariadb.execute(f"GRANT SELECT ON {name}.* TO '{LIMITED}'@'%'")
    url = parse_url(mariadb.url(name, user=LIMITED))
    assert isinstance(url, MysqlUrl)
    connection: MysqlConnection = await connect(url, lock_seconds=1)
    with pytest.raises(StartError, match=rf"lacks the right INSERT.*GRANT .* ON `{name}`\.\* TO '{LIMITED}'@'%'"):
        await connection.execute("INSERT INTO anything (a) VALUES (1)")
    with pytest.raises(Away) as missing:
        await connection.execute("SELECT a FROM anything")
    assert missing.value.message == NO_TABLES
    await connection.aclose()


async def test_why_no_connection_comes_about() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused = await cause_of(MysqlUrl("127.0.0.1", closed.getsockname()[1], "me", "x", "n"))
    assert "refused" in refused
    assert "not known" in (unknown := await cause_of(MysqlUrl("no-such-host.invalid", 1, "me", "x", "n"))) or unknown


@pytest.mark.parametrize(
    "greeting", [b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\1\0\0\0\0", b"\3\0\0\0ab\0"]
)
async def test_what_answers_is_no_mysql_server(greeting: bytes) -> None:
    async def serve(stream: trio.SocketStream) -> None:
        await stream.send_all(greeting)

    async with trio.open_nursery() as nursery:
        (listener, *_) = await nursery.start(trio.serve_tcp, serve, 0)
        port = listener.socket.getsockname()[1]
        assert await cause_of(MysqlUrl("127.0.0.1", port, "me", "x", "n"))
        nursery.cancel_scope.cancel()


async def cause_of(url: MysqlUrl) -> str:
    with trio.fail_after(60), pytest.raises(Away) as caught:
        await connect(url, lock_seconds=1)
    assert caught.value.message == AWAY
    assert caught.value.cause is not None
    return caught.value.cause
