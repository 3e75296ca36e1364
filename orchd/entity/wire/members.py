"""What the struct of an entity's rows is made of: what all of them have, and what annotations say of a member."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta, Struct

from orchd.errors import Invalid
from orchd.protocol.names import checked_name, require_nonblank
from orchd.protocol.types import MAX_INTEGER, Count, RowId, Timestamp


class PartItem(Struct, frozen=True, kw_only=True, rename="camel"):
    """What every row has; those of an entity below another one belong to whoever the one above belongs to."""

    sent_whole: ClassVar[bool] = True
    """All members are always there, also those with a default, which is for whoever creates a row."""

    id: RowId
    version: Count
    """Grows with each change."""
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None
    """When it was removed; null while it is there."""


class OwnItem(PartItem, frozen=True, kw_only=True, rename="camel"):
    """A row that belongs to one user and is never shared."""

    user_id: Count
    """Id of the user whose it is; 0 is the local owner, while there is no user."""


class OwnedItem(OwnItem, frozen=True, kw_only=True, rename="camel"):
    """A row that belongs to a user, and can be shared with a project."""

    project_id: RowId | None


class DaemonItem(PartItem, frozen=True, kw_only=True, rename="camel"):
    """A row that belongs to nobody: it says what the daemon does, for everybody. Admins see and change it."""


class DaemonMember:
    """`Annotated[Count, DaemonMember]`: the daemon keeps this member; no request sends it."""


class FixedMember:
    """`Annotated[RowId, FixedMember]`: said when a row is created, and never changed."""


@dataclass(frozen=True, eq=False)
class SentBy:
    """`Annotated[str, Meta(...), SentBy(check)]`: what is sent passes a rule first, which is given the value and the
    member's name on the wire; it returns what is stored, or raises `Invalid`."""

    rule: Callable[[Any, str], object]


def one_line(text: str, field: str) -> str:
    """Return a text of one line without the blanks around it. Raises `Invalid` for control characters."""
    return checked_name(text, field)


def name(text: str, field: str) -> str:
    """Return a name without the blanks around it. Raises `Invalid` for a blank one and for control characters."""
    return checked_name(require_nonblank(text, field), field)


def words(texts: tuple[str, ...], field: str) -> tuple[str, ...]:
    """Return each of some words once, in their order. Raises `Invalid` for a blank one and for control characters."""
    return tuple(dict.fromkeys(name(text, field) for text in texts))


def web_address(text: str | None, field: str) -> str | None:
    """Return the address of a page or a service. Raises `Invalid` unless it is HTTP or HTTPS, without a password."""
    if text is None:
        return None
    scheme, separator, rest = text.partition("://")
    host = rest.partition("/")[0]
    plain = text.isprintable() and not any(map(str.isspace, text))
    if scheme.lower() not in ("http", "https") or not separator or not host or not plain:
        raise Invalid(
            f"`{field}` is no http or https address", reason="web_address", field=field, path=f"$.data.{field}"
        )
    if "@" in host:
        told = f"`{field}` has a password in it; keep it as a credential"
        raise Invalid(told, reason="address_password", field=field, path=f"$.data.{field}")
    return text


Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200), SentBy(name)]
"""Of one line, and not blank."""
Category: TypeAlias = Annotated[str, Meta(max_length=100), SentBy(one_line)]
Description: TypeAlias = Annotated[str, Meta(max_length=4_000)]
Word: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
Words: TypeAlias = Annotated[tuple[Word, ...], Meta(max_length=32), SentBy(words)]
"""Each once."""
Fact: TypeAlias = (
    Annotated[str, Meta(max_length=1_000)] | Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)] | float | bool | None
)
Facts: TypeAlias = Annotated[dict[Annotated[str, Meta(min_length=1, max_length=64)], Fact], Meta(max_length=32)]
"""By names that a client chooses."""
WebAddress: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1_000), SentBy(web_address)]
