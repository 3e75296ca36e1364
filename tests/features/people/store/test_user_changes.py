"""Users are made, changed and deleted so that there is always an admin, and nothing is lost that is not meant to be."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import Struct

from orchd.entity.owned import OWNED_TABLES
from orchd.entity.owned_rows import count_rows_of
from orchd.errors import Conflict, Invalid, NotFound
from orchd.features.people.store.queries import USERS, UserDraft
from orchd.features.people.store.user_changes import (
    create_first_user,
    create_user,
    delete_some_and_tell,
    disable_to_delete,
    give_and_remove_user,
    set_password,
    update_user,
)
from orchd.features.setting.queries import Holder, values_for
from orchd.features.setting.queries import store as store_setting
from orchd.protocol.identity import UserRole
from orchd.storage import Database, Result, Statement, Steps
from tests.examples import examples
from tests.house.source import ROOT

NOW = 1_800_000_000_000


class Change(Struct, frozen=True, omit_defaults=True):
    role: UserRole


class Shut(Struct, frozen=True):
    disabled: bool


def add_conversation(user_id: int) -> Steps[int]:
    done = yield Statement(
        "INSERT INTO conversation (title, message_count, created_at, updated_at, user_id) VALUES ('t', 0, 1, 1, ?)",
        (user_id,),
    )
    return done.last_id


def add_assistant(user_id: int, name: str) -> Steps[None]:
    yield Statement(
        "INSERT INTO assistant (name, description, category, fallbacks_json, system_prompt, capabilities_json, active,"
        " created_at, updated_at, user_id) VALUES (?, '', 'c', '[]', '', '[]', 1, 1, 1, ?)",
        (name, user_id),
    )


async def test_the_first_user_is_an_admin_and_takes_over_what_was_there(store: Database) -> None:
    await store.write(add_conversation, 0)
    await store.write(add_assistant, 0, "helper")
    for holder in (Holder(0), Holder(0, everybody=True)):
        await store.write(store_setting, holder, "language", "pt", NOW)
    with pytest.raises(Invalid) as refused:
        await store.write(create_user, UserDraft("maria", "member"), NOW)
    assert refused.value.path == "$.data.role"
    maria = await store.write(create_user, UserDraft("maria", "admin"), NOW)
    assert await store.read(count_rows_of, maria.id) == {"conversation": 1, "assistant": 1}
    assert await store.read(count_rows_of, 0) == {}
    own = {user: (await store.read(values_for, user))["language"] for user in (maria.id, 0)}
    assert {user: stored.everybody for user, stored in own.items()} == {maria.id: False, 0: True}
    joao = await store.write(create_user, UserDraft("joão", "member"), NOW)
    assert await store.read(count_rows_of, joao.id) == {}


async def test_a_name_is_had_once(store: Database) -> None:
    await store.write(create_user, UserDraft("maria", "admin"), NOW)
    with pytest.raises(Conflict) as refused:
        await store.write(create_user, UserDraft("maria", "viewer"), NOW)
    assert refused.value.path == "$.data.name"
    with pytest.raises(Conflict):
        await store.write(create_first_user, UserDraft("other", "admin"), NOW)


async def test_the_last_admin_stays(store: Database) -> None:
    maria = await store.write(create_user, UserDraft("maria", "admin"), NOW)
    joao = await store.write(create_user, UserDraft("joão", "member"), NOW)
    for steps in (
        lambda: update_user(maria.id, Change("member"), NOW),
        lambda: update_user(maria.id, Shut(True), NOW),
        lambda: give_and_remove_user(maria.id, joao.id, NOW),
        lambda: disable_to_delete(maria.id, NOW),
    ):
        with pytest.raises(Conflict):
            await store.write(steps)
    assert (await store.read(USERS.get, maria.id)).role == "admin"
    await store.write(update_user, joao.id, Change("admin"), NOW)
    await store.write(update_user, joao.id, Shut(True), NOW)
    with pytest.raises(Conflict):  # an admin who can't log in is none
        await store.write(update_user, maria.id, Change("viewer"), NOW)
    await store.write(update_user, joao.id, Shut(False), NOW)
    await store.write(update_user, maria.id, Change("viewer"), NOW)


async def test_a_user_with_rows_is_deleted_only_if_somebody_says_what_becomes_of_them(store: Database) -> None:
    await store.write(create_user, UserDraft("maria", "admin"), NOW)
    joao = await store.write(create_user, UserDraft("joão", "member"), NOW)
    ana = await store.write(create_user, UserDraft("ana", "member"), NOW)
    for _ in range(3):
        await store.write(add_conversation, joao.id)
    with pytest.raises(Conflict) as refused:
        await store.write(give_and_remove_user, joao.id, None, NOW)
    assert refused.value.details["rows"] == {"conversation": 3}
    for to in (joao.id, 999):
        with pytest.raises(Invalid):
            await store.write(give_and_remove_user, joao.id, to, NOW)
    await store.write(give_and_remove_user, joao.id, ana.id, NOW)
    assert await store.read(count_rows_of, ana.id) == {"conversation": 3}
    with pytest.raises(NotFound):
        await store.read(USERS.get, joao.id)
    await store.write(disable_to_delete, ana.id, NOW)
    assert await store.write(delete_some_and_tell, ana.id, 5)
    assert not await store.write(delete_some_and_tell, ana.id, 5)
    await store.write(give_and_remove_user, ana.id, None, NOW)


async def test_what_a_user_may_have_once_is_not_given_to_somebody_who_has_it(store: Database) -> None:
    maria = await store.write(create_user, UserDraft("maria", "admin"), NOW)
    joao = await store.write(create_user, UserDraft("joão", "member"), NOW)
    await store.write(add_assistant, joao.id, "helper")
    await store.write(add_assistant, maria.id, "helper")
    with pytest.raises(Conflict) as refused:
        await store.write(give_and_remove_user, joao.id, maria.id, NOW)
    assert "assistant" in refused.value.message
    assert (await store.read(USERS.get, joao.id)).id == joao.id


async def test_a_version_that_is_not_the_present_one_changes_nothing(store: Database) -> None:
    maria = await store.write(create_user, UserDraft("maria", "admin"), NOW)
    await store.write(set_password, maria.id, "hash", NOW)
    with pytest.raises(Conflict):
        await store.write(update_user, maria.id, Shut(False), NOW, maria.version)


ROLES: tuple[UserRole, ...] = ("admin", "member", "viewer")
IDS = st.integers(1, 6)


class Patch(Struct, frozen=True):
    role: UserRole
    disabled: bool


def drive(connection: sqlite3.Connection, steps: Steps[object]) -> None:
    """Run a transaction's statements; rolled back where it raises."""
    result: Result | None = None
    try:
        while True:
            statement: Statement = steps.send(result) if result is not None else next(steps)
            done = connection.execute(statement.sql, statement.params)
            result = Result(done.fetchall(), done.lastrowid or 0, max(done.rowcount, 0))
    except StopIteration:
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


@contextmanager
def refusals() -> Iterator[None]:
    """A block that may be refused, which then has changed nothing."""
    with suppress(Conflict, NotFound, Invalid):
        yield


class Admins(RuleBasedStateMachine):
    """Random changes of users, and rows that they have."""

    def __init__(self) -> None:
        super().__init__()
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("PRAGMA foreign_keys = ON")
        for path in sorted((ROOT / "migrations" / "sqlite").glob("*.sql")):
            self.connection.executescript(path.read_text(encoding="utf-8"))
        self.names = iter(f"user{number}" for number in range(10_000))
        self.begun = False
        self.rows = 0

    def teardown(self) -> None:
        self.connection.close()

    def run(self, steps: Callable[[], Steps[object]]) -> None:
        with refusals():
            drive(self.connection, steps())

    @rule(role=st.sampled_from(ROLES))
    def create(self, role: UserRole) -> None:
        self.run(lambda: create_user(UserDraft(next(self.names), role), 1))
        self.begun = self.begun or self.count("user") > 0

    @rule(user_id=IDS, role=st.sampled_from(ROLES), disabled=st.booleans())
    def change(self, user_id: int, role: UserRole, disabled: bool) -> None:
        self.run(lambda: update_user(user_id, Patch(role, disabled), 2))

    @rule(user_id=IDS, to=st.none() | IDS)
    def remove(self, user_id: int, to: int | None) -> None:
        self.run(lambda: give_and_remove_user(user_id, to, 3))

    @rule(user_id=IDS)
    def remove_with_rows(self, user_id: int) -> None:
        with refusals():
            drive(self.connection, disable_to_delete(user_id, 4))
            before = self.count("conversation")
            drive(self.connection, delete_some_and_tell(user_id, 4))
            self.rows -= before - self.count("conversation")
            drive(self.connection, give_and_remove_user(user_id, None, 4))

    @rule(user_id=st.integers(0, 6))
    def store_row(self, user_id: int) -> None:
        found = self.connection.execute("SELECT id FROM user WHERE id = ?", (user_id,)).fetchone()
        if found or (user_id == 0 and not self.begun):
            self.connection.execute(
                "INSERT INTO conversation (title, message_count, created_at, updated_at, user_id)"
                " VALUES ('t', 0, 1, 1, ?)",
                (user_id,),
            )
            self.connection.commit()
            self.rows += 1

    @invariant()
    def an_admin_is_left(self) -> None:
        if self.begun:
            assert self.count("user WHERE role = 'admin' AND disabled = 0") > 0

    @invariant()
    def every_row_is_somebodys(self) -> None:
        assert self.count("conversation") == self.rows
        if self.begun:
            for table in OWNED_TABLES:
                assert not self.count(f"{table} WHERE user_id NOT IN (SELECT id FROM user)")

    def count(self, what: str) -> int:
        return int(self.connection.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0])


TestAdmins = Admins.TestCase
TestAdmins.settings = settings(max_examples=examples(60), stateful_step_count=30, deadline=None)
