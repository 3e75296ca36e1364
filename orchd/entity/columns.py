"""Which columns hold the members of a struct, and how values get into them and out again.

The type says it: numbers and texts stand as they are, also enumerations (`Literal`) of them; a `bool` is 0 or 1; a
`Timestamp` is a number of Unix milliseconds; lists, tuples, dicts and structs are JSON, in a column `MEMBER_json`.
A member that may be None has a column that may be NULL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType

from orchd.protocol.types import Timestamp, timestamp, unix_milliseconds
from orchd.storage import SqlValue

Kind: TypeAlias = Literal["integer", "real", "text"]
_KINDS: dict[type, Kind] = {int: "integer", float: "real", str: "text"}
_IS_TIMESTAMP = get_args(Timestamp)[1]
_JSON = (msgspec.Struct, dict, list, tuple)


@dataclass(frozen=True)
class NamedColumn:
    """`Annotated[str, NamedColumn("user_name")]`: the column has another name than the member."""

    column: str


class SpreadMember:
    """`Annotated[Budget, SpreadMember]`: the members of this struct, or named tuple, have columns of their own."""


@dataclass(frozen=True, eq=False)
class StoredAs:
    """`Annotated[Level | None, StoredAs({"low": 0, "high": 1})]`: what these values are in the column; others stand as
    they are. With None among them the column is never NULL."""

    values: Mapping[Any, SqlValue]


@dataclass(frozen=True, eq=False)
class TypedBy:
    """`Annotated[Result, TypedBy("kind", RESULTS)]`: JSON of the type that the value of another column names."""

    column: str
    types: Mapping[str, type]


@dataclass(frozen=True, eq=False)
class TaggedMember:
    """`Annotated[Success | Failure | None, TaggedMember("state", {"open": None, "done": Success, ...})]`: the column
    says which of these structs it is; the members of all of them have a column each, NULL unless it has that member."""

    column: str
    structs: Mapping[str, type[msgspec.Struct] | None]


class Elsewhere:
    """`Annotated[tuple[int, ...], Elsewhere]`: another table has it; whoever reads a row says what it is."""


class Column(NamedTuple):
    """One column as both databases must have it."""

    name: str
    kind: Kind
    optional: bool


class Member(NamedTuple):
    """A member and its columns: `store` makes their values, `show` makes the member of them; None: it is the value.
    `show` is also given the values of columns `beside` it."""

    name: str
    columns: tuple[Column, ...]
    store: Callable[[Any], tuple[SqlValue, ...]] | None
    show: Callable[..., Any] | None
    beside: tuple[str, ...] = ()


class _Type(NamedTuple):
    kind: Kind
    optional: bool
    json: bool
    store: Callable[[Any], SqlValue] | None
    show: Callable[[Any], Any] | None


def members_of(row: Any) -> tuple[Member, ...]:
    """Return the members of a row's struct that stand in its table. Raises `TypeError` for a type without a column."""
    hints = get_type_hints(row, include_extras=True)
    named = ((name, hints[name]) for name in _names(row))
    return tuple(_member(name, hint) for name, hint in named if Elsewhere not in _notes(hint))


def _member(name: str, hint: Any) -> Member:
    named: str | None = None
    for note in _notes(hint):
        match note:
            case type() if note is SpreadMember:
                return _spread(name, get_args(hint)[0])
            case TypedBy():
                return _typed_by(name, note)
            case TaggedMember():
                return _tagged_member(name, note)
            case NamedColumn():
                named = note.column
    found = _type(hint)
    for note in _notes(hint):
        if isinstance(note, StoredAs):
            found = _stored_as(found, note.values)
    column = Column(named or (f"{name}_json" if found.json else name), found.kind, found.optional)
    return Member(name, (column,), _as_tuple(found.store), found.show)


def _spread(name: str, whole: Any) -> Member:
    parts = members_of(whole)
    columns = tuple(column for part in parts for column in part.columns)
    names = [part.name for part in parts]
    if names == _names(whole) and not any(part.store for part in parts):
        is_struct = issubclass(whole, msgspec.Struct)
        return Member(name, columns, msgspec.structs.astuple if is_struct else tuple, whole)

    def store(value: Any) -> tuple[SqlValue, ...]:
        return tuple(stored for part in parts for stored in _values_of(part, value))

    at = {column.name: place for place, column in enumerate(columns)}
    places = [
        (part.name, part.show, [at[own] for own in (*(column.name for column in part.columns), *part.beside)])
        for part in parts
    ]

    def show(*values: Any) -> Any:
        return whole(
            **{
                part: values[own[0]] if convert is None else convert(*[values[place] for place in own])
                for part, convert, own in places
            }
        )

    return Member(name, columns, store, show)


def _names(whole: Any) -> list[str]:
    return list(whole.__struct_fields__ if issubclass(whole, msgspec.Struct) else whole._fields)


def _stored_as(found: _Type, values: Mapping[Any, SqlValue]) -> _Type:
    shown = {stored: value for value, stored in values.items()}
    kind = _KINDS[type(next(iter(shown)))]
    return _Type(
        kind,
        found.optional and None not in values,
        False,
        lambda value: values.get(value, value),
        lambda stored: shown.get(stored, stored),
    )


def _typed_by(name: str, note: TypedBy) -> Member:
    decoders: dict[str, msgspec.json.Decoder[Any]] = {
        value: msgspec.json.Decoder(kind) for value, kind in note.types.items()
    }
    column = Column(f"{name}_json", "text", False)
    return Member(
        name, (column,), _as_tuple(_as_json), lambda text, value: decoders[value].decode(text), (note.column,)
    )


def _tagged_member(name: str, note: TaggedMember) -> Member:
    """A part of it has one column, and parts of one name are alike in all its structs."""
    kinds = {tag: members_of(kind) if kind is not None else () for tag, kind in note.structs.items()}
    tags = {type(None) if kind is None else kind: tag for tag, kind in note.structs.items()}
    parts = {member.columns[0].name: member for members in kinds.values() for member in members}
    beside = tuple(column for part in parts.values() for column in part.beside)

    def store(value: Any) -> tuple[SqlValue, ...]:
        tag = tags[type(value)]
        own = {part.name: part for part in kinds[tag]}
        return tag, *(_values_of(own[part.name], value)[0] if part.name in own else None for part in parts.values())

    def show(tag: str, *values: Any) -> Any:
        kind, given = note.structs[tag], dict(zip((*parts, *beside), values, strict=True))
        if kind is None:
            return None
        return kind(**{part.name: _value_of(part, given) for part in kinds[tag]})

    columns = (part.columns[0]._replace(optional=True) for part in parts.values())
    return Member(name, (Column(note.column, "text", False), *columns), store, show, beside)


def _values_of(part: Member, value: Any) -> tuple[SqlValue, ...]:
    own = getattr(value, part.name)
    return (own,) if part.store is None else part.store(own)


def _value_of(part: Member, given: Mapping[str, Any]) -> Any:
    own = [given[column.name] for column in part.columns]
    return own[0] if part.show is None else part.show(*own, *(given[column] for column in part.beside))


def _notes(hint: Any) -> tuple[Any, ...]:
    return get_args(hint)[1:] if get_origin(hint) is Annotated else ()


def _type(hint: Any) -> _Type:
    """Return how values of a type are stored. Raises `TypeError`."""
    if _IS_TIMESTAMP in _notes(hint):
        return _Type("integer", False, False, unix_milliseconds, timestamp)
    if get_origin(hint) is Annotated:
        return _type(get_args(hint)[0])
    for absent in (None, UNSET):
        if type(absent) in get_args(hint):
            others = (kind for kind in get_args(hint) if kind is not type(absent))
            return _optional(_type(reduce(or_, others)), absent)
    if hint is bool:
        return _Type("integer", False, False, int, bool)
    kind = _KINDS.get(type(get_args(hint)[0]) if get_origin(hint) is Literal else hint)
    return _json(hint) if kind is None else _Type(kind, False, False, None, None)


def _optional(found: _Type, absent: UnsetType | None) -> _Type:
    """What is absent is NULL."""
    store, show = found.store, found.show
    if absent is None and store is None:
        return found._replace(optional=True)
    return found._replace(
        optional=True,
        store=lambda value: None if value is absent or value is None else value if store is None else store(value),
        show=lambda value: absent if value is None else value if show is None else show(value),
    )


def _json(hint: Any) -> _Type:
    if not issubclass(get_origin(hint) or hint, _JSON):
        raise TypeError(f"{hint} has no column")
    decoder = msgspec.json.Decoder(hint)
    return _Type("text", False, True, _as_json, decoder.decode)


def _as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _as_tuple(store: Callable[[Any], SqlValue] | None) -> Callable[[Any], tuple[SqlValue, ...]] | None:
    return None if store is None else lambda value: (store(value),)
