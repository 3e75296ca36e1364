"""Which columns hold the members of a struct, and how values get into them and out again.

The type says it: numbers and texts stand as they are, also enumerations (`Literal`) of them; a `bool` is 0 or 1; a
`Timestamp` is a number of Unix milliseconds; lists, tuples, dicts and structs are JSON, in a column `MEMBER_json`.
A member that may be None has a column that may be NULL.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, get_args, get_origin, get_type_hints

import msgspec

from orchd.protocol.types import Timestamp, timestamp, unix_milliseconds
from orchd.storage import SqlValue

Kind: TypeAlias = Literal["integer", "real", "text"]
_KINDS: dict[type, Kind] = {int: "integer", float: "real", str: "text"}
_JSON = (msgspec.Struct, dict, list, tuple)


@dataclass(frozen=True)
class NamedColumn:
    """`Annotated[str, NamedColumn("user_name")]`: the column has another name than the member."""

    column: str


@dataclass(frozen=True, init=False)
class SpreadMember:
    """`Annotated[Budget, SpreadMember("max_calls", "max_tokens")]`: the members of this member have columns of their
    own."""

    columns: tuple[str, ...]

    def __init__(self, *columns: str) -> None:
        object.__setattr__(self, "columns", columns)


class Elsewhere:
    """`Annotated[tuple[int, ...], Elsewhere]`: another table has it; whoever reads a row says what it is."""


class Column(NamedTuple):
    """One column as both databases must have it."""

    name: str
    kind: Kind
    optional: bool


class Member(NamedTuple):
    """A member and its columns: `store` makes their values, `show` makes the member of them; None: it is the value."""

    name: str
    columns: tuple[Column, ...]
    store: Callable[[Any], tuple[SqlValue, ...]] | None
    show: Callable[..., Any] | None


class _Type(NamedTuple):
    kind: Kind
    optional: bool
    json: bool
    store: Callable[[Any], SqlValue] | None
    show: Callable[[Any], Any] | None


def members_of(row: type[msgspec.Struct]) -> tuple[Member, ...]:
    """Return the members of a row's struct that stand in its table. Raises `TypeError` for a type without a column."""
    hints = get_type_hints(row, include_extras=True)
    named = ((name, hints[name]) for name in row.__struct_fields__)
    return tuple(_member(name, hint) for name, hint in named if Elsewhere not in _notes(hint))


def _member(name: str, hint: Any) -> Member:
    spread = next((note for note in _notes(hint) if isinstance(note, SpreadMember)), None)
    if spread is not None:
        return _spread(name, get_args(hint)[0], spread.columns)
    named = next((note.column for note in _notes(hint) if isinstance(note, NamedColumn)), None)
    found = _type(hint)
    column = Column(named or (f"{name}_json" if found.json else name), found.kind, found.optional)
    return Member(name, (column,), _tupled(found.store), found.show)


def _spread(name: str, whole: Any, columns: tuple[str, ...]) -> Member:
    """Parts of a member are numbers and texts, which need no translation."""
    types = [_type(hint) for hint in get_type_hints(whole, include_extras=True).values()]
    if any(part.store for part in types):
        raise TypeError(f"what is in {name} can't be spread over columns")
    is_struct = issubclass(whole, msgspec.Struct)
    parts = (Column(column, part.kind, part.optional) for column, part in zip(columns, types, strict=True))
    return Member(name, tuple(parts), msgspec.structs.astuple if is_struct else tuple, whole)


def _notes(hint: Any) -> tuple[Any, ...]:
    return get_args(hint)[1:] if get_origin(hint) is Annotated else ()


def _type(hint: Any) -> _Type:
    """Return how values of a type are stored. Raises `TypeError`."""
    if hint == Timestamp:
        return _Type("integer", False, False, unix_milliseconds, timestamp)
    if get_origin(hint) is Annotated:
        return _type(get_args(hint)[0])
    if NoneType in get_args(hint):
        return _optional(_type(reduce(or_, (kind for kind in get_args(hint) if kind is not NoneType))))
    if hint is bool:
        return _Type("integer", False, False, int, bool)
    kind = _KINDS.get(type(get_args(hint)[0]) if get_origin(hint) is Literal else hint)
    return _json(hint) if kind is None else _Type(kind, False, False, None, None)


def _optional(found: _Type) -> _Type:
    store, show = found.store, found.show
    return found._replace(
        optional=True,
        store=None if store is None else lambda value: None if value is None else store(value),
        show=None if show is None else lambda value: None if value is None else show(value),
    )


def _json(hint: Any) -> _Type:
    if not issubclass(get_origin(hint) or hint, _JSON):
        raise TypeError(f"{hint} has no column")
    decoder = msgspec.json.Decoder(hint)
    return _Type("text", False, True, lambda value: msgspec.json.encode(value).decode(), decoder.decode)


def _tupled(store: Callable[[Any], SqlValue] | None) -> Callable[[Any], tuple[SqlValue, ...]] | None:
    return None if store is None else lambda value: (store(value),)
