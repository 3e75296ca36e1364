"""What the errors of MySQL, MariaDB and of proxies before them mean to us.

Their codes are an open world: Galera, ProxySQL, MaxScale and the clouds have their own. So what is known to be final is
listed (a duplicate, a broken reference, a text too long, a right that is missing, a value or a statement that is
wrong), by SQLSTATE where there is a class of it; so is what is known to be the database that can't go on now, which is
waited for. Whatever else comes may be either, and the database is asked which (`UnknownFailure`). What a client may
read says no more than that; number, state and the server's own words are for the log.
"""

import os
import re
import ssl as tls
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import trio
import trio_mysql.err
import trio_mysql.protocol

from orchd.errors import Conflict, StartError, TooLarge
from orchd.patterns import lazy_pattern
from orchd.storage.database import ValueRefused
from orchd.storage.readiness import AWAY, DISK_FULL, NO_TABLES, Away, DiskFull, UnknownFailure

_DUPLICATE = "this already exists"
_REFERENCE = "this refers to something that does not exist, or is referred to"
_CONFLICTS = {1062: _DUPLICATE, 1586: _DUPLICATE, **dict.fromkeys((1216, 1217, 1451, 1452), _REFERENCE)}
_RETRIES = frozenset({1020, 1205, 1213, 1412})
"""Record changed since read, lock wait timeout, deadlock, table altered: run the transaction again."""
_TOO_LARGE = {
    1406: "a text is longer than the database keeps there",
    1153: "this is longer than the database server accepts in one statement",
    1301: "this is longer than the database server accepts in one statement",
}
_SEARCHES = {188: "too much fits for the database to search for it", 191: "the database searches for fewer words"}
"""Of one query in an index of words, whatever the server is like."""
_LOGINS = {
    1045: "the server refused the user: its name or password is wrong",
    1698: "the server refused the user: its name or password is wrong",
    1524: "the server wants an authentication plugin that orchd does not know",
    2059: "the server wants an authentication plugin that orchd does not know",
}
_DENIED = frozenset({1044, 1142, 1143, 1227, 1370, 1410, 1449})
_FULL = frozenset({1021, 1114})
_NO_SPACE = lazy_pattern(r"\b(?:error|errno:|errcode:) (?:28|122)\b", re.IGNORECASE)
"""The system's error (`ENOSPC`, `EDQUOT`) in the server's words of one that may be any."""
_WRITING = frozenset({3, 1026, 1030})
_OUTAGES = {
    **dict.fromkeys(_WRITING, "the database's disk can't be written"),
    **dict.fromkeys((1290, 1792, 1836), "the database is read-only"),
    **dict.fromkeys((1040, 1129, 1203, 1226), "the database takes no more connections"),
    **dict.fromkeys((1046, 1049), "the database does not exist"),
    **dict.fromkeys((1053, 1077, 1927, 2003, 2006, 2013, 2055), AWAY),
    **dict.fromkeys((1317, 1969, 3024), "the database did not answer in time"),
    **dict.fromkeys((1146, 1054, 1932), NO_TABLES),
    1037: "the database is out of memory",
}
_OUR_STATEMENT = frozenset({1052, 1064, 1066, 1109, 1110, 1136, 1149, 1241, 1305, 1318, 1327, 1390, 1582, 1583, 1630})
"""Wrong SQL: a defect of ours."""
_OUR_VALUE = ("21", "22", "23")
"""SQLSTATE classes of values that don't fit, whatever is tried: a defect of ours, and of one row."""

_CONNECTION = "08"
"""SQLSTATE class of connections that fail, and of proxies and clusters that can't serve one."""

NO_SUCH_TABLE = 1146
UNKNOWN_DATABASE = 1049
PACKET_TOO_LARGE = 1153
WRITES_IN_A_READ = 1792
LOCK_WAIT_TIMEOUT = 1205
_TRUST = "add its authority to the system's, or name a file with it in SSL_CERT_FILE"
NO_MYSQL = "what answers there is no MySQL server"
_SAID_CHARACTERS = 300

DriverError = trio_mysql.err.Error
"""What is none of ours: a defect in a statement."""


class TryAgain(Exception):
    """The transaction can't go on because of another one, and may be run again. `waited`: it did wait for a lock."""

    def __init__(self, waited: bool) -> None:
        super().__init__(waited)
        self.waited = waited


class Packet(trio_mysql.protocol.MysqlPacket):  # type: ignore[misc]  # trio-mysql is untyped
    """Keeps the SQLSTATE of an error, which the driver drops, and its number, which the driver reads as signed."""

    def raise_for_error(self) -> None:
        code = int.from_bytes(self._data[1:3], "little")
        state = self._data[4:9].decode("ascii", "replace") if self._data[3:4] == b"#" else ""
        try:
            super().raise_for_error()
        except DriverError as error:
            error.args, error.sqlstate = (code, *error.args[1:]), state
            raise


def error_code(error: BaseException | None) -> int | None:
    """The server's number for the error behind one of ours, None if there is none."""
    if isinstance(error, DriverError) and error.args and isinstance(error.args[0], int):
        return error.args[0]
    return None


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn trio-mysql's errors into ours. Wrong SQL is a defect, and passes as it is."""
    try:
        yield
    except DriverError as error:
        mapped = _map(error)
        if mapped is None:
            raise
        raise mapped from error
    except (OSError, trio.BrokenResourceError, trio.ClosedResourceError) as error:
        if isinstance(error.__cause__, tls.SSLCertVerificationError):
            raise StartError(f"its certificate is not trusted ({error.__cause__.verify_message}): {_TRUST}") from error
        raise Away(AWAY, cause=_why(error)) from error


def _map(error: Any) -> Exception | None:
    code, state = error_code(error), getattr(error, "sqlstate", "")
    if code in _CONFLICTS:
        return Conflict(_CONFLICTS[code], reason="changed")
    if code in _RETRIES or state.startswith("40"):
        return TryAgain(waited=code == LOCK_WAIT_TIMEOUT)
    if code in _TOO_LARGE:
        return TooLarge(_TOO_LARGE[code], reason="too_long")
    if code in _SEARCHES:
        return TooLarge(_SEARCHES[code], reason="too_long")
    if code in _LOGINS:
        return StartError(_LOGINS[code])
    if code in _DENIED:
        return StartError(_missing_right(str(error.args[-1])))
    if code in _OUR_STATEMENT:
        return None
    if state.startswith(_OUR_VALUE):
        return ValueRefused("the database refused a value")
    return _away(code, state, error)


def _away(code: int | None, state: str, error: Any) -> Away:
    if code is None:  # the driver's own: the connection is closed, or what answers does not speak its protocol
        wrong = str(error.args[0] if error.args else "").startswith("Packet sequence number")
        return Away(AWAY, cause=NO_MYSQL if wrong else str(error)[:_SAID_CHARACTERS])
    said = f"error {code}" + (f" ({state})" if state else "") + f": {error.args[-1]}"
    if code in _FULL or (code in _WRITING and _NO_SPACE.search(str(error.args[-1])[:_SAID_CHARACTERS])):
        return DiskFull(DISK_FULL, cause=said[:_SAID_CHARACTERS])
    if code not in _OUTAGES and not state.startswith(_CONNECTION):
        return UnknownFailure("the database can't do this now", cause=said[:_SAID_CHARACTERS])
    return Away(_OUTAGES.get(code, "the database can't do this now"), cause=said[:_SAID_CHARACTERS])


def _missing_right(said: str) -> str:
    """One line for the operator: which right is missing, and how it is given. The connection fills in DATABASE and
    ACCOUNT: a server names the host that one comes from, and not the account that it took one for."""
    right, denied, whom = said.partition(" command denied to user ")
    if denied and whom.startswith("'"):
        user = whom.split("'")[1]
        return (
            f"the user {user} lacks the right {right} in this database. Give it what orchd needs: "
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES, DROP ON `DATABASE`.* TO `ACCOUNT`"
        )
    _, needed, rest = said.partition("at least one of) the ")
    if needed:
        right = rest.partition(" privilege")[0]
        return f"the user lacks the right {right}; give it with GRANT {right} ON *.* TO `ACCOUNT`"
    return "the user may not use or create this database. Give it the right: GRANT ALL ON `DATABASE`.* TO `ACCOUNT`"


def _why(error: BaseException) -> str:
    """What the system says of a connection that did not come about, or was lost."""
    while True:
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        elif isinstance(error.__cause__, OSError | BaseExceptionGroup):
            error = error.__cause__
        else:
            break
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
