"""Parts of the statements and rows of a table that follow from its struct and from an order."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, Self

import msgspec
from msgspec import NODEFAULT, Struct, structs

from orchd.entity.columns import Member
from orchd.storage import SqlValue, Statement


class SortOrder(NamedTuple):
    """How a list is ordered: by members that together are different in each row; `down`: the greatest first."""

    members: tuple[str, ...] = ("id",)
    down: bool = False


class Holding(NamedTuple):
    """What a list of words is compared with, so that it holds one: as its JSON begins, or goes on somewhere."""

    beginning: str
    later: str

    @classmethod
    def of(cls, word: str) -> Self:
        """Quotes in words are escaped, so that a bracket or a comma before a quote is none of a word's."""
        text = msgspec.json.encode(word).decode()
        return cls(f"[{text}", f",{text}")


def compare(column: str, value: object) -> str:
    """Return a condition, to follow another one: that a column is this value, or holds it."""
    if isinstance(value, Holding):
        return f" AND (INSTR({column}, ?) = 1 OR INSTR({column}, ?) > 0)"
    return f" AND {column} = ?"


def row_defaults(row: type[Struct]) -> dict[str, Any]:
    """Return what a new row has where nobody says, by the struct."""
    made = {
        field.name: field.default_factory() if field.default is NODEFAULT else field.default
        for field in structs.fields(row)
        if not field.required
    }
    return {"version": 1, **made} if "version" in row.__struct_fields__ else made


def reading(
    members: Iterable[Member], columns: list[str]
) -> list[tuple[str, int, int, list[int], Callable[..., Any] | None]]:
    """Return how each member is made of the columns that were read: its place, those beside it, and by what."""
    places, start = [], 0
    for member in members:
        beside = [columns.index(name) for name in member.beside]
        places.append((member.name, start, start + len(member.columns), beside, member.show))
        start += len(member.columns)
    return places


def beyond(columns: list[str], after: tuple[SqlValue, ...], down: bool) -> tuple[str, list[SqlValue]]:
    """Return a condition, to follow another one: that a row comes after one with these values, greater in one, equal in
    those before."""
    sign = "<" if down else ">"
    ors, values = [], list[SqlValue]()
    for place, column in enumerate(columns):
        ors.append(" AND ".join([*(f"{name} = ?" for name in columns[:place]), f"{column} {sign} ?"]))
        values += after[: place + 1]
    return f" AND {columns[0]} {sign}= ? AND ({' OR '.join(f'({part})' for part in ors)})", [after[0], *values]


class Update(Protocol):
    """Makes a statement of the members of `content` and of the other values in it."""

    def __call__(self, content: Struct, *chosen: SqlValue) -> Statement: ...


def make_update(
    sql: str, members: Sequence[str], stores: Sequence[Callable[[Any], tuple[SqlValue, ...]] | None]
) -> Update:
    """Return what makes a statement that stores these members of a struct."""
    get = attrgetter(*members)
    other = [(place, store) for place, store in enumerate(stores) if store][::-1]

    def statement(content: Struct, *chosen: SqlValue) -> Statement:
        stored: list[Any] = list(get(content)) if len(members) > 1 else [get(content)]
        for place, store in other:  # the last first, since some have more than one column
            stored[place : place + 1] = store(stored[place])
        return Statement(sql, (*stored, *chosen))

    return statement


def camel(member: str) -> str:
    """Return a member's name as the wire has it."""
    first, *others = member.split("_")
    return first + "".join(part.capitalize() for part in others)
