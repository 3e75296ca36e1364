"""Log-ins are noted, whoever finds out who somebody is."""

import pytest

from orchd.access.authenticator import ExternalUser, LogIn, Visitor
from orchd.errors import Forbidden, Unauthorized
from orchd.features.audit.queries import AuditFilter, AuditRow, find_entries
from orchd.features.audit.service import Audit
from orchd.features.audit.watching import WatchedAuthenticator, WatchedEntry
from orchd.protocol.identity import Identity
from orchd.protocol.types import MAX_INTEGER
from orchd.storage import Database

ANA = Identity(5, "ana", "member", web_session_id=3)
VISITOR = Visitor("192.0.2.9", "a browser")


class OneUser:
    """Knows ana, by her password and her cookie."""

    def __init__(self) -> None:
        self.out: list[str] = []

    async def log_in(self, name: str, password: str, visitor: Visitor) -> LogIn:
        if (name, password) != ("ana", "right"):
            raise Unauthorized("wrong")
        return LogIn(ANA, "cookie", 60)

    async def by_cookie(self, cookie: str) -> Identity:
        if cookie != "cookie":
            raise Unauthorized("wrong")
        return ANA

    async def log_out(self, cookie: str, visitor: Visitor) -> None:
        self.out.append(cookie)

    async def set_up(self, token: str, name: str, password: str, visitor: Visitor) -> None:
        if token != "right":
            raise Unauthorized("wrong")


async def rows(store: Database, audit: Audit) -> list[AuditRow]:
    await audit.store()
    return (await store.read(find_entries, AuditFilter(), MAX_INTEGER, 50))[::-1]


async def test_log_ins_and_log_outs_are_noted(store: Database) -> None:
    inner, audit = OneUser(), Audit(store, 9)
    watched = WatchedAuthenticator(inner, audit)  # type: ignore[arg-type]
    assert (await watched.log_in("ana", "right", VISITOR)).cookie == "cookie"
    await watched.log_out("cookie", VISITOR)
    await watched.log_out("unknown", VISITOR)
    assert inner.out == ["cookie", "unknown"]
    found = await rows(store, audit)
    assert [(row.action, row.name, row.user_id, row.outcome) for row in found] == [
        ("login", "ana", 5, "done"),
        ("logout", "ana", 5, "done"),
    ]
    assert {row.address for row in found} == {"192.0.2.9"}


async def test_failed_log_ins_of_an_address_are_one_row_that_names_nothing_typed(store: Database) -> None:
    audit = Audit(store, 9)
    watched = WatchedAuthenticator(OneUser(), audit)  # type: ignore[arg-type]
    for number in range(40):
        with pytest.raises(Unauthorized):
            await watched.log_in(f"my-password-{number}", "x", VISITOR)
    found = await rows(store, audit)
    assert sum(row.times for row in found) == 40
    assert len(found) <= 2, "a minute may end in between"
    assert {(row.user_id, row.name, row.target_id, row.outcome) for row in found} == {(None, "", "", "refused")}


async def test_the_first_user_is_noted_and_so_are_guesses(store: Database) -> None:
    audit = Audit(store, 9)
    watched = WatchedAuthenticator(OneUser(), audit)  # type: ignore[arg-type]
    with pytest.raises(Unauthorized):
        await watched.set_up("wrong", "ana", "x", VISITOR)
    await watched.set_up("right", "ana", "x", VISITOR)
    assert [(row.action, row.outcome, row.target_id, row.address) for row in await rows(store, audit)] == [
        ("setup", "refused", "", "192.0.2.9"),
        ("setup", "done", "ana", "192.0.2.9"),
    ]


class OneEntry:
    """Lets in whom the provider calls ana."""

    async def enter(self, person: ExternalUser, visitor: Visitor, *, create: bool) -> LogIn:
        if person.name != "ana":
            raise Forbidden("no user")
        return LogIn(ANA, "cookie", 60)


async def test_log_ins_by_a_provider_are_noted(store: Database) -> None:
    audit = Audit(store, 9)
    watched = WatchedEntry(OneEntry(), audit)
    ana = ExternalUser("https://login.example", "s-1", "ana", "member", False)
    await watched.enter(ana, VISITOR, create=True)
    with pytest.raises(Forbidden):
        await watched.enter(ana._replace(name="bo"), VISITOR, create=True)
    found = await rows(store, audit)
    assert [(row.action, row.name, row.user_id, row.outcome, row.address) for row in found] == [
        ("login", "ana", 5, "done", "192.0.2.9"),
        ("login", "bo", None, "refused", "192.0.2.9"),
    ]
