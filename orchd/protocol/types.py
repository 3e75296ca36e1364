"""The scalar types of the wire, each with its bounds, and the two bases of all payloads."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (ECMAScript's Number.MAX_SAFE_INTEGER)."""

RowId: TypeAlias = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
RequestId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
ModelName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=256)]
OtherModels: TypeAlias = Annotated[tuple[ModelName, ...], Meta(max_length=16)]
Timestamp: TypeAlias = Annotated[
    str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", description="ISO-8601, UTC, with milliseconds")
]


class ClientPayload(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The `data` of a client frame: closed, so that a misspelt member is an error and not a silent default."""


class ServerPayload(Struct, frozen=True, rename="camel"):
    """The `data` of a server frame: it may grow members, never lose or change one.

    A member without a default is always there (null when there is nothing to say); one that may be left out has
    the default `UNSET`.
    """


def timestamp(milliseconds: int) -> str:
    """Write a Unix time in milliseconds as the wire does."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"
