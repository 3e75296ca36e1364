"""A table does what a dict of its rows would, on both databases."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, structs

from orchd.entity import Table
from orchd.errors import Conflict, NotFound, OrchdError
from orchd.protocol.types import timestamp
from orchd.storage import Database, Statement, Steps, open_database
from tests.entity.things import (
    BY_NAME,
    LATEST,
    SEARCHES,
    SQL,
    THINGS,
    Found,
    Limits,
    Lost,
    Name,
    Place,
    Search,
    SearchContent,
    SearchListed,
    Thing,
    ThingCreate,
    ThingUpdate,
    Weight,
)
from tests.examples import examples
from tests.fix_storage import MYSQL_WORDS, READY_SECONDS, SQLITE_WORDS, MakeMigrations

NOW = 1_900_000_000_000


@asynccontextmanager
async def opened(url: str, make_migrations: MakeMigrations) -> AsyncIterator[Database]:
    directory = make_migrations()
    for kind, words in (("sqlite", SQLITE_WORDS), ("mysql", MYSQL_WORDS)):
        (directory / kind / "0002_thing.sql").write_text(SQL.format(**words))
    async with open_database(url, pool_size=2, timeout=10.0, migrations=directory) as database:
        with trio.fail_after(READY_SECONDS):
            await database.wait_ready()
        yield database


@pytest.fixture
async def things(database_url: str, make_migrations: MakeMigrations) -> AsyncIterator[Database]:
    """A database with the table of things, on each kind in turn."""
    async with opened(database_url, make_migrations) as database:
        yield database


async def test_what_was_added_is_there_with_what_the_struct_says_for_the_rest(things: Database) -> None:
    thing = await things.write(THINGS.add, ThingCreate("one", "red", tags=("x", "é🦜"), limits=Limits(3)), NOW)
    assert thing == Thing(
        id=thing.id, owner="ann", long_name="one", colour="red", active=True, tags=("x", "é🦜"), extra=None,
        limits=Limits(3, 0.5), place=Place("a", 1), created_at=timestamp(NOW), updated_at=NOW,
    )  # fmt: skip
    assert await things.read(THINGS.find, thing.id) == await things.read(THINGS.get, thing.id) == thing
    assert await things.read(THINGS.find, thing.id + 1) is None


async def test_what_is_absent_stays_and_null_clears(things: Database) -> None:
    one = await things.write(THINGS.add, ThingCreate("one", "red", extra={"a": 1}), NOW)
    changed = await things.write(THINGS.change, one.id, ThingUpdate(colour=None, active=False), NOW + 1)
    assert changed == structs.replace(one, colour=None, active=False, version=2, updated_at=NOW + 1)
    still = await things.write(THINGS.change, one.id, ThingUpdate(active=False), None)
    assert (still.updated_at, still.version) == (NOW + 1, 3)
    cleared = await things.write(THINGS.change, one.id, ThingUpdate(extra=None, limits=Limits(None, 1.0)), NOW + 2)
    assert (cleared.extra, cleared.limits, cleared.version) == (None, Limits(None, 1.0), 4)


async def test_errors_name_the_member_as_requests_do(things: Database) -> None:
    await things.write(THINGS.add, ThingCreate("one"), NOW)
    two = await things.write(THINGS.add, ThingCreate("two"), NOW)
    with pytest.raises(Conflict, match="there is a thing of that longName") as taken:
        await things.write(THINGS.add, ThingCreate("one"), NOW)
    assert (taken.value.field, taken.value.path) == ("longName", "$.data.longName")
    with pytest.raises(Conflict):
        await things.write(THINGS.change, two.id, ThingUpdate(long_name="one"), NOW)
    for missing in (THINGS.get(9), THINGS.change(9, ThingUpdate(long_name="one"), NOW)):
        with pytest.raises(NotFound) as error:
            await things.write(only, missing)
        assert (error.value.field, error.value.path) == ("thingId", "$.data.thingId")


def only(steps: Steps[Thing]) -> Steps[Thing]:
    return (yield from steps)


async def test_only_the_version_that_was_seen_is_changed(things: Database) -> None:
    one = await things.write(THINGS.add, ThingCreate("one"), NOW)
    two = await things.write(THINGS.change, one.id, ThingUpdate(active=False), NOW, version=1)
    assert two.version == 2
    with pytest.raises(Conflict) as stale:
        await things.write(THINGS.change, one.id, ThingUpdate(active=False), NOW, version=1)
    assert (stale.value.field, stale.value.details["version"]) == ("version", 2)
    assert (await things.read(THINGS.get, one.id)) == two


async def test_what_is_deleted_is_unseen_and_its_name_is_free(things: Database) -> None:
    one = await things.write(THINGS.add, ThingCreate("one"), NOW)
    with pytest.raises(TypeError):
        await things.write(THINGS.remove, one.id)
    await things.write(THINGS.remove, one.id, NOW)
    assert await things.read(THINGS.find, one.id) is None
    assert await things.read(THINGS.page, 9) == []
    with pytest.raises(NotFound):
        await things.write(THINGS.remove, one.id, NOW)
    again = await things.write(THINGS.add, ThingCreate("one"), NOW)
    assert await things.read(THINGS.page, 9) == [again]


async def test_an_owner_sees_only_what_is_theirs(things: Database) -> None:
    bob, ann = THINGS.of(owner="bob"), THINGS.of(owner="ann")
    his = await things.write(bob.add, ThingCreate("one"), NOW)
    hers = await things.write(ann.add, ThingCreate("one"), NOW)
    assert (his.owner, hers.owner) == ("bob", "ann")
    assert await things.read(bob.page, 9) == [his]
    for steps in (bob.get(hers.id), bob.change(hers.id, ThingUpdate(active=False), NOW)):
        with pytest.raises(NotFound):
            await things.write(only, steps)
    with pytest.raises(NotFound):
        await things.write(bob.remove, hers.id, NOW)
    assert await things.read(THINGS.get, hers.id) == hers


async def test_pages_follow_each_other_in_any_order(things: Database) -> None:
    for number, name in enumerate("cabed"):
        await things.write(THINGS.add, ThingCreate(name, "red" if name in "ab" else "blue"), NOW + number // 2)
    assert "".join([row.long_name for row in await things.read(THINGS.page, 9, None, BY_NAME)]) == "abcde"
    assert "".join([row.long_name for row in await things.read(THINGS.page, 2, ("b",), BY_NAME)]) == "cd"
    latest = await things.read(THINGS.page, 3, None, LATEST)
    rest = await things.read(THINGS.page, 3, (latest[-1].updated_at, latest[-1].id), LATEST)
    assert "".join(row.long_name for row in latest + rest) == "debac"
    assert [row.long_name for row in await things.read(THINGS.page, 9, colour="red", active=None)] == ["a", "b"]
    assert [row.long_name for row in await things.read(partial(THINGS.all, BY_NAME, colour="blue"))] == ["c", "d", "e"]
    assert len(await things.read(THINGS.all)) == 5
    parents = await things.read(partial(THINGS.get, rest[-1].id, parents=(4, 2)))
    assert (parents.long_name, parents.parents) == ("c", (4, 2))


async def test_a_page_ends_by_bytes_and_shows_that_there_is_more(things: Database) -> None:
    for name in "abcd":
        await things.write(THINGS.add, ThingCreate(name * 100), NOW)
    for room, rows in ((50, 2), (200, 3), (399, 4), (400, 4)):
        assert len(await things.read(THINGS.page, 9, None, BY_NAME, room)) == rows


async def test_a_frequent_change_is_one_statement_and_names_all_that_it_writes(things: Database) -> None:
    one = await things.write(THINGS.add, ThingCreate("one"), NOW)
    save = THINGS.update_of("place", "active", "limits", where="id = ? AND version = ?", also="version = version + 1")

    def saved(thing: Thing, version: int) -> Steps[int]:
        done = yield save(thing, thing.id, version)
        return done.changed

    moved = structs.replace(one, place=Place("b", 7), limits=Limits(1, 0.0), long_name="not this", active=False)
    assert await things.write(saved, moved, 1) == 1
    assert await things.write(saved, moved, 1) == 0
    assert await things.read(THINGS.get, one.id) == structs.replace(moved, long_name="one", active=False, version=2)


class Stranger(Struct):
    long_name: str
    colours: str = "red"


class Nameless(Struct):
    colour: str = "red"


async def test_what_is_no_member_or_lacks_one_is_a_defect_and_not_left_out(things: Database) -> None:
    for wrong in (Stranger("x"), Nameless()):
        with pytest.raises(TypeError):
            await things.write(THINGS.insert, wrong, NOW)
    with pytest.raises(TypeError):
        await things.write(THINGS.insert, ThingCreate("x"), NOW, price=3)
    assert await things.read(THINGS.page, 9) == []


def test_a_struct_that_can_not_be_stored_is_refused_where_it_is_declared() -> None:
    with pytest.raises(TypeError):
        Table("odd", structs_with_bytes(), "odd thing")


def structs_with_bytes() -> type[Struct]:
    return type("Odd", (Struct,), {"__annotations__": {"id": int, "raw": bytes}})


NAMES = st.sampled_from("abcd")
CREATES = st.builds(ThingCreate, NAMES, st.sampled_from(["red", None]), st.booleans(), st.just(("x",)))
UPDATES = st.builds(
    ThingUpdate,
    long_name=st.just(UNSET) | NAMES,
    colour=st.sampled_from([UNSET, None, "blue"]),
    active=st.just(UNSET) | st.booleans(),
    extra=st.sampled_from([UNSET, None, {"n": 1}]),
)
WHICH = st.integers(0, 4)
ACTIONS = st.lists(
    st.tuples(st.just("add"), CREATES)
    | st.tuples(st.just("change"), WHICH, UPDATES)
    | st.tuples(st.just("remove"), WHICH)
    | st.tuples(st.just("page"), st.integers(1, 3), st.sampled_from([True, False, None])),
    max_size=12,
)


class Model:
    """What the table should do, said with a dict."""

    def __init__(self) -> None:
        self.rows: dict[int, Thing] = {}

    def free(self, name: str, own_id: int) -> bool:
        return all(row.long_name != name or row.id == own_id for row in self.seen())

    def seen(self) -> list[Thing]:
        return sorted((row for row in self.rows.values() if row.deleted_at is None), key=lambda row: row.long_name)

    def change(self, thing_id: int, data: ThingUpdate, now: int) -> str | None:
        old = self.rows.get(thing_id)
        if old is None or old.deleted_at is not None:
            return "not_found"
        sent = {
            name: value for name, value in structs.asdict(data).items() if value is not UNSET and name != "thing_id"
        }
        new = structs.replace(old, **sent, version=old.version + 1, updated_at=now)
        if not self.free(new.long_name, thing_id):
            return "conflict"
        self.rows[thing_id] = new
        return None

    def remove(self, thing_id: int, now: int) -> str | None:
        old = self.rows.get(thing_id)
        if old is None or old.deleted_at is not None:
            return "not_found"
        self.rows[thing_id] = structs.replace(old, deleted_at=now, version=old.version + 1, updated_at=now)
        return None


async def said(database: Database, steps: Callable[..., Steps[object]], *args: object) -> str | None:
    try:
        await database.write(steps, *args)
    except OrchdError as error:
        return error.code
    return None


@given(actions=ACTIONS)
@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_changes_agree_with_a_dict(
    database_url: str, make_migrations: MakeMigrations, actions: list[tuple[object, ...]]
) -> None:
    async with opened(database_url, make_migrations) as things:
        for row in await things.read(THINGS.page, 100):
            await things.write(THINGS.remove, row.id, NOW)
        await agree(things, actions)


async def agree(things: Database, actions: list[tuple[object, ...]]) -> None:
    model, ids = Model(), list[int]()
    for now, action in enumerate(actions, NOW):
        thing_id = ids[action[1] % len(ids)] if ids and isinstance(action[1], int) else 0
        match action:
            case ("add", ThingCreate() as data):
                if not model.free(data.long_name, 0):
                    assert await said(things, THINGS.add, data, now) == "conflict"
                else:
                    row = await things.write(THINGS.add, data, now)
                    model.rows[row.id] = row
                    ids.append(row.id)
                    assert all(getattr(row, name) == value for name, value in structs.asdict(data).items())
            case ("change", _, ThingUpdate() as patch):
                assert await said(things, THINGS.change, thing_id, patch, now) == model.change(thing_id, patch, now)
            case ("remove", _):
                assert await said(things, THINGS.remove, thing_id, now) == model.remove(thing_id, now)
            case ("page", int() as limit, active):
                assert await paged(things, limit, active) == [r for r in model.seen() if active in (None, r.active)]
    assert await paged(things, 2, None) == model.seen()


async def paged(database: Database, limit: int, active: object) -> list[Thing]:
    rows: list[Thing] = []
    while True:
        after = (rows[-1].long_name,) if rows else None
        page = await database.read(THINGS.page, limit, after, BY_NAME, active=active)
        rows += page
        if len(page) < limit:
            return rows


async def test_one_of_several_structs_is_stored_under_a_tag_and_found_by_a_column_that_is_not_shown(
    things: Database,
) -> None:
    found, lost = Found(Weight(3), timestamp(NOW)), Lost("gone", timestamp(NOW))
    first = await things.write(partial(SEARCHES.insert, Search(0, "weight", end=found), NOW, thing_id=7))
    second = await things.write(partial(SEARCHES.insert, Search(0, "name"), NOW, thing_id=8))
    assert await things.read(SEARCHES.get, first) == Search(first, "weight", end=found)
    assert await things.read(partial(SEARCHES.page, 9, thing_id=8)) == [Search(second, "name")]
    update = SEARCHES.update_of("runs", "end")
    for end in (lost, None, Found(Name(["x"]), timestamp(NOW))):
        ended = Search(second, "name", runs=2, end=end)
        await things.write(once, update(ended, second))
        assert await things.read(SEARCHES.get, second) == ended
    with pytest.raises(TypeError, match="search has no colour"):
        await things.write(partial(SEARCHES.insert, Search(0, "name"), NOW, colour="red"))


def once(statement: Statement) -> Steps[None]:
    yield statement


async def test_a_row_begins_as_the_table_says_and_is_set_by_names(things: Database) -> None:
    inserted = await things.write(partial(SEARCHES.insert, SearchContent("name", (1, 2)), NOW, thing_id=7))
    assert await things.read(SEARCHES.get, inserted) == Search(inserted, "name", note="new")
    await things.write(partial(SEARCHES.set, inserted, NOW, haste="high", note=None, due=timestamp(NOW)))
    assert await things.read(SEARCHES.get, inserted) == Search(inserted, "name", haste="high", due=timestamp(NOW))
    await things.write(SEARCHES.set, inserted, NOW, SearchContent("weight"))
    assert (await things.read(SEARCHES.get, inserted)).kind == "weight"
    with pytest.raises(TypeError):
        await things.write(partial(SEARCHES.set, inserted, NOW, colour="red"))


async def test_what_is_set_is_a_change_of_the_row(things: Database) -> None:
    one = await things.write(THINGS.add, ThingCreate("one"), NOW)
    await things.write(THINGS.set, one.id, NOW + 1, ThingUpdate(colour="red"))
    assert await things.read(THINGS.get, one.id) == structs.replace(one, colour="red", version=2, updated_at=NOW + 1)


async def test_a_table_may_be_read_by_fewer_members(things: Database) -> None:
    listed = SEARCHES.view(SearchListed)
    ids = [await things.write(partial(SEARCHES.insert, Search(0, "name"), NOW, thing_id=7)) for _ in range(2)]
    await things.write(partial(SEARCHES.set, ids[1], None, haste="high"))
    assert await things.read(listed.page, 9) == [SearchListed(ids[0], "low"), SearchListed(ids[1], "high")]
    assert await things.read(partial(listed.page, 9, kind="weight")) == []
    assert set(listed.unread) == {column.name for column in SEARCHES.all_columns} - {"id", "haste"} | {"thing_id"}
