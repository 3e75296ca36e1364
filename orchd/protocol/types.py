"""The scalar types of the wire, each with its bounds, and the two bases of all payloads."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from orchd.errors import CODES, Invalid
from orchd.reasons import REASONS

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (ECMAScript's Number.MAX_SAFE_INTEGER)."""

RowId: TypeAlias = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
RequestId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
ModelName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=256)]
OtherModels: TypeAlias = Annotated[tuple[ModelName, ...], Meta(max_length=16)]
Timestamp: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
        max_length=24,
        description="ISO-8601, UTC, with milliseconds",
        extra_json_schema={"format": "date-time"},
    ),
]
"""A time as the daemon writes it."""
Moment: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$",
        max_length=35,
        description="RFC 3339: with `Z` or an offset from UTC, up to nine decimals of a second; milliseconds are kept",
        extra_json_schema={"format": "date-time"},
    ),
]
"""A time as clients may write it: what the JSON libraries of most languages make of theirs."""

ErrorCode: TypeAlias = Annotated[
    str,
    Meta(
        title="ErrorCode",
        description="What went wrong, for programs.",
        extra_json_schema={"enum": [kind.code for kind in CODES]},
    ),
]
ErrorReason: TypeAlias = Annotated[
    str,
    Meta(
        title="ErrorReason",
        description="Which of the errors of one code it is, for programs, where there is more than one kind.",
        extra_json_schema={"enum": [*REASONS]},
    ),
]
TextChannel: TypeAlias = Annotated[
    Literal["content", "reasoning"],
    Meta(title="TextChannel", description="Whether text belongs to the answer or to what the model thought before it."),
]
GenerationPhase: TypeAlias = Annotated[
    Literal["queued", "loading", "prompt", "generating"],
    Meta(
        title="GenerationPhase",
        description="What an answer waits for: its turn, its model, the reading of the prompt; then it is generated.",
    ),
]

SECONDS_KEPT = 64
"""Seconds that are not written anew for each of their milliseconds: answers are dated by the word."""
FIRST_MOMENT, LAST_MOMENT = -62_135_596_800_000, 253_402_300_799_999
"""Unix milliseconds of the years 1 to 9999: what four digits can tell, and ISO-8601 without agreement."""


def text_bounds(least: int = 0, most: int | None = None) -> Meta:
    """Tell clients the bounds of a text that its handler keeps, with an error of its own (`too_large`, say)."""
    bounds = {"minLength": least} if least else {}
    return Meta(extra_json_schema=bounds if most is None else {**bounds, "maxLength": most})


class Expense(Struct, frozen=True, rename="camel"):
    """An amount of a currency that something has cost."""

    cost_micros: Count
    currency: str


class ClientPayload(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The `data` of a client frame: closed, so that a misspelt member is an error and not a silent default."""


class ServerPayload(Struct, frozen=True, rename="camel"):
    """The `data` of a server frame: it may grow members, never lose or change one.

    A member without a default is always there (null when there is nothing to say); one that may be left out has
    the default `UNSET`.
    """


def timestamp(milliseconds: int) -> str:
    """Write a Unix time in milliseconds as the wire does: in a year of four digits, the nearest if there is none."""
    seconds, rest = divmod(min(max(milliseconds, FIRST_MOMENT), LAST_MOMENT), 1000)
    return f"{_second(seconds)}.{rest:03}Z"


@lru_cache(maxsize=SECONDS_KEPT)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).isoformat(timespec="seconds")[:_WITHOUT_OFFSET]


def unix_milliseconds(written: str) -> int:
    """Read a `Moment` as a Unix time, cut to milliseconds. Raises `ValueError` when there is no such time."""
    read = (datetime.fromisoformat(written.upper()) - _EPOCH) // timedelta(milliseconds=1)
    if not FIRST_MOMENT <= read <= LAST_MOMENT:
        raise ValueError("a year before 1 or after 9999")
    return read


def read_moment(written: str, field: str) -> int:
    """Read the `Moment` of a request's member as a Unix time in milliseconds. Raises `Invalid` when there is none."""
    try:
        return unix_milliseconds(written)
    except ValueError:
        raise Invalid("there is no such time", reason="time", field=field, path=f"$.data.{field}") from None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WITHOUT_OFFSET = len("1970-01-01T00:00:00")
