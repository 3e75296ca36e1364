"""Which columns a struct has, and that values come back as they went."""

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType, structs

from orchd.entity.columns import Column, Elsewhere, NamedColumn, SpreadMember, StoredAs, members_of
from orchd.protocol.types import Timestamp
from tests.entity.things import Found, Limits, Lost, Name, Place, Search, Thing, Weight

TIME = "2030-03-17T17:46:40.000Z"
COLUMNS = {column.name: column for member in members_of(Thing) for column in member.columns}


def test_each_member_has_its_columns_but_those_that_are_elsewhere() -> None:
    assert list(COLUMNS) == [
        "id", "user_name", "long_name", "colour", "active", "tags_json", "extra_json", "max_count", "share", "shelf",
        "shelf_row", "version", "created_at", "updated_at", "deleted_at",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "column",
    [
        Column("user_name", "text", False),
        Column("colour", "text", True),
        Column("active", "integer", False),
        Column("tags_json", "text", False),
        Column("extra_json", "text", True),
        Column("max_count", "integer", True),
        Column("share", "real", False),
        Column("created_at", "integer", False),
    ],
)
def test_the_type_says_what_the_column_is(column: Column) -> None:
    assert COLUMNS[column.name] == column


THINGS = st.builds(
    Thing,
    id=st.integers(1, 2**53),
    long_name=st.text(),
    colour=st.sampled_from(["red", "blue", None]),
    active=st.booleans(),
    tags=st.lists(st.text()).map(tuple),
    extra=st.none() | st.dictionaries(st.text(), st.integers(0, 9)),
    limits=st.builds(Limits, st.none() | st.integers(0, 9), st.floats(0, 1)),
    place=st.builds(Place, st.text(), st.integers(0, 9)),
    created_at=st.just(TIME),
    updated_at=st.integers(0, 2**53),
)


@given(THINGS)
def test_what_was_stored_is_shown(thing: Thing) -> None:
    values = structs.asdict(thing)
    for member in members_of(Thing):
        value = values[member.name]
        stored = (value,) if member.store is None else member.store(value)
        assert all(part is None or type(part) in (int, float, str) for part in stored)
        assert (stored[0] if member.show is None else member.show(*stored)) == value


@pytest.mark.parametrize(
    ("kind", "end", "stored"),
    [
        ("weight", None, ("open", None, None, None)),
        ("weight", Found(Weight(3), TIME), ("found", '{"grams":3}', 1_900_000_000_000, None)),
        ("name", Found(Name(["x"]), TIME), ("found", '{"words":["x"]}', 1_900_000_000_000, None)),
        ("name", Lost("gone", TIME), ("lost", None, 1_900_000_000_000, "gone")),
    ],
)
def test_a_column_says_which_struct_it_is_and_another_of_which_type_its_json(
    kind: str, end: Found | Lost | None, stored: tuple[object, ...]
) -> None:
    member = members_of(Search)[-1]
    assert member.store is not None
    assert member.show is not None
    assert member.store(end) == stored
    assert member.beside == ("kind",)
    assert member.show(*stored, kind) == end


def test_what_only_some_have_may_be_missing() -> None:
    assert members_of(Search)[-1].columns == (
        Column("state", "text", False),
        Column("value_json", "text", True),
        Column("at", "integer", True),
        Column("reason", "text", True),
    )


@pytest.mark.parametrize(
    ("name", "value", "stored", "column"),
    [
        ("haste", "high", 9, Column("haste", "integer", False)),
        ("note", None, "", Column("remark", "text", False)),
        ("note", "words", "words", Column("remark", "text", False)),
        ("due", None, None, Column("due", "integer", True)),
        ("due", TIME, 1_900_000_000_000, Column("due", "integer", True)),
    ],
)
def test_some_values_are_others_in_their_column(
    name: str, value: str | None, stored: str | int | None, column: Column
) -> None:
    member = next(member for member in members_of(Search) if member.name == name)
    assert member.columns == (column,)
    assert member.store is not None
    assert member.show is not None
    assert member.store(value) == (stored,)
    assert member.show(stored) == value


class Stay(Struct):
    since: Annotated[Timestamp, NamedColumn("since_ms")]
    rooms: list[int] | UnsetType
    guest: Annotated[str | None, StoredAs({None: ""})]
    place: Annotated[Place, SpreadMember]
    found: Annotated[list[int], Elsewhere] = []


class Booking(Struct):
    stay: Annotated[Stay, SpreadMember]


@pytest.mark.parametrize(
    ("stay", "stored"),
    [
        (Stay(TIME, [1, 2], None, Place("a", 1)), (1_900_000_000_000, "[1,2]", "", "a", 1)),
        (Stay(TIME, UNSET, "ann", Place("b", 2)), (1_900_000_000_000, None, "ann", "b", 2)),
    ],
)
def test_a_struct_is_spread_with_all_that_its_members_are(stay: Stay, stored: tuple[object, ...]) -> None:
    (member,) = members_of(Booking)
    assert [column.name for column in member.columns] == ["since_ms", "rooms_json", "guest", "shelf", "shelf_row"]
    assert [column.optional for column in member.columns] == [False, True, False, False, False]
    assert member.store is not None
    assert member.show is not None
    assert member.store(stay) == stored
    assert member.show(*stored) == stay


class Inner(Struct):
    tags: set[int]


@pytest.mark.parametrize("hint", [bytes, object, Any, set[int], complex, Annotated[Inner, SpreadMember]])
def test_what_no_column_holds_is_refused_at_once(hint: Any) -> None:
    holder = type("Holder", (Struct,), {"__annotations__": {"id": int, "member": hint}})
    with pytest.raises(TypeError):
        members_of(holder)
