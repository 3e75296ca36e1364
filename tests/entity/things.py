"""An entity as entities of the daemon are, with all that a table can keep."""

from typing import Annotated, Literal, NamedTuple, TypeAlias

from msgspec import UNSET, Struct, UnsetType

from orchd.entity import Elsewhere, NamedColumn, SortOrder, SpreadMember, StoredAs, Table, TaggedMember, TypedBy
from orchd.protocol.types import Timestamp

Colour: TypeAlias = Literal["red", "blue"]


class Limits(Struct, frozen=True):
    most: Annotated[int | None, NamedColumn("max_count")] = None
    share: float = 0.5


class Place(NamedTuple):
    shelf: str
    row: Annotated[int, NamedColumn("shelf_row")]


class Thing(Struct, frozen=True, kw_only=True, rename="camel"):
    id: int
    owner: Annotated[str, NamedColumn("user_name")] = "ann"
    long_name: str
    colour: Colour | None = None
    active: bool = True
    tags: tuple[str, ...] = ()
    extra: dict[str, int] | None = None
    limits: Annotated[Limits, SpreadMember] = Limits()
    place: Annotated[Place, SpreadMember] = Place("a", 1)
    parents: Annotated[tuple[int, ...], Elsewhere] = ()
    version: int = 1
    created_at: Timestamp
    updated_at: int
    deleted_at: int | None = None


class ThingCreate(Struct, frozen=True):
    long_name: str
    colour: Colour | None = None
    active: bool = True
    tags: tuple[str, ...] = ()
    extra: dict[str, int] | None = None
    limits: Limits = Limits()


class ThingUpdate(Struct, frozen=True):
    thing_id: int = 0
    long_name: str | UnsetType = UNSET
    colour: Colour | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    extra: dict[str, int] | UnsetType | None = UNSET
    limits: Limits | UnsetType = UNSET


THINGS = Table("thing", Thing, "thing", key="thing_id", unique=("long_name",), long=("long_name",))
BY_NAME = SortOrder(("long_name",))
LATEST = SortOrder(("updated_at", "id"), down=True)


class Weight(Struct, frozen=True):
    grams: int


class Name(Struct, frozen=True):
    words: list[str]


class Found(Struct, frozen=True):
    value: Annotated[Weight | Name, TypedBy("kind", {"weight": Weight, "name": Name})]
    at: Timestamp


class Lost(Struct, frozen=True):
    reason: str
    at: Timestamp


class Search(Struct, frozen=True):
    """What is looked for in a thing, and how that ended."""

    id: int
    kind: Literal["weight", "name"]
    runs: int = 1
    haste: Annotated[Literal["low", "high"], StoredAs({"low": 0, "high": 9})] = "low"
    note: Annotated[str | None, NamedColumn("remark"), StoredAs({None: ""})] = None
    due: Timestamp | None = None
    end: Annotated[Found | Lost | None, TaggedMember("state", {"open": None, "found": Found, "lost": Lost})] = None


class SearchContent(Struct, frozen=True):
    """What somebody wants to be searched; where is noted elsewhere."""

    kind: Literal["weight", "name"]
    places: tuple[int, ...] = ()


class SearchListed(Struct, frozen=True):
    """What a list shows."""

    id: int
    haste: Annotated[Literal["low", "high"], StoredAs({"low": 0, "high": 9})]


SEARCHES = Table("search", Search, "search", unread=("thing_id",), elsewhere=("places",), defaults={"note": "new"})

SQL = """
CREATE TABLE thing (
    id INTEGER NOT NULL PRIMARY KEY {auto}, user_name VARCHAR(40) NOT NULL, long_name {text} NOT NULL,
    colour VARCHAR(9), active INTEGER NOT NULL, tags_json {text} NOT NULL, extra_json {text}, max_count BIGINT,
    share DOUBLE PRECISION NOT NULL, shelf VARCHAR(9) NOT NULL, shelf_row INTEGER NOT NULL, version INTEGER NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT
) {table};
CREATE TABLE search (
    id INTEGER NOT NULL PRIMARY KEY {auto}, thing_id INTEGER NOT NULL, kind VARCHAR(9) NOT NULL, runs INTEGER NOT NULL,
    haste INTEGER NOT NULL, remark {text} NOT NULL, due BIGINT,
    state VARCHAR(9) NOT NULL, value_json {text}, at BIGINT, reason {text}
) {table}
"""
