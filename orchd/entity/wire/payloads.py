"""The payloads of an entity's frames, made of the struct of its rows.

Members keep their types, bounds and descriptions, so that the schema is as if each had been written by hand. The type
checker sees the row and not them; what they hold is only passed on, and looked at once it is a row.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, UNSET, Meta, Struct, UnsetType, structs

from orchd.entity.clauses import camel
from orchd.entity.wire.drafts import draft_of
from orchd.entity.wire.members import DaemonMember, FixedMember, SentBy
from orchd.errors import Invalid
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload

_OF_THE_DAEMON = frozenset({"id", "user_id", "version", "created_at", "updated_at", "deleted_at"})
_FieldSpec: TypeAlias = tuple[str, Any] | tuple[str, Any, Any]

ItemCursor: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4_096)]
ChangeKind: TypeAlias = Annotated[
    Literal["created", "updated", "deleted", "restored", "reset"],
    Meta(
        title="ChangeKind",
        description="What has become of a row. `deleted` also tells whoever may not see it any more; `reset`: more has "
        "changed than is told, read the list again.",
    ),
]


_TEXTS = {
    "order": "By what they are ordered.",
    "descending": "The greatest or the latest first.",
    "deleted": "Those that were removed and can still be restored, in place of those that are there.",
    "total": "Whether to count all that fit; the page then says how many there are.",
    "version": "The `version` that it was read with: another one by now is a `conflict`.",
    "since": "The `number` of the last change that was told.",
    "number": "Of the change; grows from one to the next.",
    "recovered": "Whether all changes after `since` will be told; else read the list again.",
    "change": "What has become of it.",
    "item": "The row as it is by now; null when it isn't there any more, or may not be seen.",
}
"""What the members are that no row has."""
_COUNTED = "How many fit in all; only there if the request asked for it."


class Payloads(NamedTuple):
    """The payload of each frame."""

    create: type[ClientPayload]
    get: type[ClientPayload]
    update: type[ClientPayload]
    delete: type[ClientPayload]
    restore: type[ClientPayload]
    list: type[ClientPayload]
    subscribe: type[ClientPayload]
    unsubscribe: type[ClientPayload]
    page: type[ServerPayload]
    deleted: type[ServerPayload]
    subscribed: type[ServerPayload]
    unsubscribed: type[ServerPayload]
    changed: type[ServerPayload]


class ListMembers(NamedTuple):
    """By which members lists are filtered, and by what they are ordered, as the wire calls it: the first order, and
    whether `descending`, unless a client says otherwise."""

    filters: Sequence[str]
    orders: Sequence[str]
    descending: bool = False


class About(NamedTuple):
    """What payloads are made of besides the row: the frames' first words, what people call a row and several, the
    member that names one, and how lists are asked for."""

    kind: str
    word: str
    words: str
    key: str
    listing: ListMembers
    also: type[Struct] | None = None
    """What `create` and `update` take besides."""

    @property
    def prefix(self) -> str:
        """How the names of its structs begin."""
        return "".join(part.capitalize() for part in self.kind.split(":"))

    @property
    def one(self) -> str:
        """What people call one, with its article."""
        return f"{'an' if self.word[0] in 'aeiou' else 'a'} {self.word}"


class FollowPayloads(NamedTuple):
    """The payload of each frame by which rows are followed."""

    subscribe: type[ClientPayload]
    unsubscribe: type[ClientPayload]
    subscribed: type[ServerPayload]
    unsubscribed: type[ServerPayload]
    changed: type[ServerPayload]


def make_following(item: type[Struct], about: About) -> FollowPayloads:
    """Return the payloads by which rows are followed that are shown as this."""
    _, _, *told = _replies(item, about)
    subscribe, unsubscribe = _following(item, about)
    return FollowPayloads(subscribe, unsubscribe, *told)


def make_payloads(row: type[Struct], about: About) -> Payloads:
    """Return the payloads of an entity. Raises `TypeError` for what the row has no member for."""
    return Payloads._make(
        [*_changing(row, about), _listing(row, about), *_following(row, about), *_replies(row, about)]
    )


def _changing(row: type[Struct], about: About) -> Iterator[type[ClientPayload]]:
    """Make what asks for one row, and changes one, in the order of `Payloads`, as all these do."""
    key = (about.key, RowId)
    requests: dict[str, tuple[str, tuple[_FieldSpec, ...]]] = {
        "Create": (f"store {about.one}.", (*_create_fields(row), *_further_fields(about))),
        "Get": ("one of them.", (key,)),
        "Update": (
            "change the members that are given; null clears. With `version` only if it is still that one.",
            (key, ("version", Count | UnsetType, UNSET), *_update_fields(row), *_further_fields(about)),
        ),
        "Delete": (f"remove {about.one}; for some time it can be restored.", (key,)),
        "Restore": (f"have {about.one} back that was removed.", (key,)),
    }
    for name, (told, fields) in requests.items():
        made = _request(row, about, name, told, fields)
        if about.also is not None and name in ("Create", "Update"):
            made.described_also_by = about.also  # type: ignore[attr-defined]
        yield made


def _listing(row: type[Struct], about: About) -> type[ClientPayload]:
    order: Any = Annotated[
        Literal.__getitem__(tuple(about.listing.orders)),
        Meta(title=f"{about.prefix}Order", description=f"By what {about.words} are ordered."),
    ]
    fields: tuple[_FieldSpec, ...] = (
        *((filter_name(row, name), _optional(_filter_type(row, name)), None) for name in about.listing.filters),
        ("order", order, about.listing.orders[0]),
        ("descending", bool, about.listing.descending),
        ("deleted", bool, False),
        ("total", bool, False),
        ("limit", PageSize, 50),
        ("cursor", ItemCursor | None, None),
    )
    told = f"{about.words}, those that the given members fit; `cursor` is the `nextCursor` of the page before."
    made = _request(row, about, "List", told, fields)
    made.narrowed_by = tuple(camel(filter_name(row, name)) for name in about.listing.filters)  # type: ignore[attr-defined]
    return made


def _following(row: type[Struct], about: About) -> Iterator[type[ClientPayload]]:
    told = f"be told what becomes of {about.words}. With `since`, also what has become of them after that change."
    yield _request(row, about, "Subscribe", told, (("since", Count | None, None),))
    yield _request(row, about, "Unsubscribe", f"be told no more what becomes of {about.words}.", ())


def _replies(row: type[Struct], about: About) -> Iterator[type[ServerPayload]]:
    """Make the replies that are no row, and what is pushed."""
    items: Any = list[row]  # type: ignore[valid-type]
    reply = f"The reply to `{about.kind}:"
    replies: dict[str, tuple[str, tuple[_FieldSpec, ...]]] = {
        "Page": (
            f"{reply}list`; `nextCursor` is null on the last page.",
            (("items", items), ("next_cursor", str | None), ("total", Count | UnsetType, UNSET)),
        ),
        "Deleted": (f"{reply}delete`.", ((about.key, RowId),)),
        "Subscribed": (
            f"{reply}subscribe`; the changes follow it, after the one of this number.",
            (("number", Count), ("recovered", bool)),
        ),
        "Unsubscribed": (f"{reply}unsubscribe`.", ()),
        "Changed": (
            f"Something has become of {about.one}; pushed to whoever has subscribed and sees it.",
            (("number", Count), ("change", ChangeKind), (about.key, RowId | None), ("item", row | None)),
        ),
    }
    for name, (told, fields) in replies.items():
        made: type[ServerPayload] = _struct(f"{about.prefix}{name}", told, fields, ServerPayload, row)
        if name == "Page":
            made.described_members["total"] = _COUNTED  # type: ignore[attr-defined]
        yield made


def _request(
    row: type[Struct], about: About, name: str, told: str, fields: Sequence[_FieldSpec]
) -> type[ClientPayload]:
    said = f"`{about.kind}:{name.lower()}`: {told}"
    made: type[ClientPayload] = _struct(f"{about.prefix}{name}", said, fields, ClientPayload, row)
    return made


def is_list(row: type[Struct], name: str) -> bool:
    """Tell whether a member holds several values."""
    return (get_origin(_plain(_hint(row, name))) or object) in (list, tuple)


def filter_name(row: type[Struct], name: str) -> str:
    """Return the member by which lists are asked for rows of this one: `tag` for those whose `tags` hold it."""
    return name.removesuffix("s") if is_list(row, name) else name


def _filter_type(row: type[Struct], name: str) -> Any:
    hint = _hint(row, name)
    return get_args(_plain(hint))[0] if is_list(row, name) else hint


def _plain(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


class StoredRule(NamedTuple):
    """What a value must pass before it is stored, and the type that it has then."""

    note: SentBy
    kind: Any

    def apply(self, value: object, field: str) -> object:
        """Return what is stored. Raises `Invalid`, also for a text of which nothing is left."""
        stored = self.note.rule(value, field)
        try:
            msgspec.convert(stored, self.kind)
        except msgspec.ValidationError:
            why = "can't be stored" if stored else "is blank"
            raise Invalid(
                f"`{field}` {why}", reason=None if stored else "blank", field=field, path=f"$.data.{field}"
            ) from None
        return stored


def rules(row: type[Struct]) -> dict[str, StoredRule]:
    """Return what values must pass before they are stored, by member."""
    return {
        field.name: StoredRule(note, _hint(row, field.name))
        for field in structs.fields(row)
        for note in _notes(_hint(row, field.name))
        if isinstance(note, SentBy)
    }


def _create_fields(row: type[Struct]) -> Iterator[_FieldSpec]:
    for field in structs.fields(row):
        if (hint := _type_sent(row, field.name)) is None:
            continue
        if field.name == "project_id":
            yield field.name, hint, None
        elif field.default_factory is not NODEFAULT:
            yield field.name, hint, msgspec.field(default_factory=field.default_factory)
        elif field.default is not NODEFAULT:
            yield field.name, hint, field.default
        else:
            yield field.name, hint


def _update_fields(row: type[Struct]) -> Iterator[_FieldSpec]:
    for field in structs.fields(row):
        hint = _type_sent(row, field.name)
        if hint is not None and FixedMember not in _notes(hint):
            yield field.name, hint | UnsetType, UNSET


def _further_fields(about: About) -> Iterator[_FieldSpec]:
    if about.also is not None:
        for field in structs.fields(about.also):
            yield field.name, field.type, field.default


def _type_sent(row: type[Struct], name: str) -> Any:
    """Return the type of a member that requests send, None for what they don't."""
    hint = _hint(row, name)
    return None if name in _OF_THE_DAEMON or DaemonMember in _notes(hint) else draft_of(hint)


def _hint(row: type[Struct], name: str) -> Any:
    hints = _hints(row)
    if name not in hints:
        raise TypeError(f"{row.__name__} has no {name}")
    return hints[name]


@cache
def _hints(row: type[Struct]) -> dict[str, Any]:
    """Return the types of all members, evaluated once for all payloads of a row."""
    return get_type_hints(row, include_extras=True)


def _notes(hint: Any) -> tuple[Any, ...]:
    """Return what is said of a type, also of the one beside None."""
    if get_origin(hint) is Annotated:
        return get_args(hint)[1:]
    return tuple(note for each in get_args(hint) if get_origin(each) is Annotated for note in get_args(each)[1:])


def _optional(hint: Any) -> Any:
    return hint if type(None) in get_args(hint) else hint | None


def _struct(name: str, told: str, fields: Sequence[_FieldSpec], base: type[Struct], row: type[Struct]) -> Any:
    """Make a struct; what its members are is said where the row says it."""
    texts = {field[0]: _TEXTS[field[0]] for field in fields if field[0] in _TEXTS}
    lists = [name for name in row.__struct_fields__ if is_list(row, name)]
    texts |= {filter_name(row, name): f"A word that its `{camel(name)}` hold." for name in lists}
    namespace: dict[str, Any] = {"__doc__": told, "described_by": row, "described_members": texts}
    if name.endswith("Create"):
        namespace["description_from"] = "both"
    return msgspec.defstruct(
        name, fields, bases=(base,), frozen=True, kw_only=True, namespace=namespace, module=row.__module__
    )
