"""A schema file as it is written: JSON, and the keywords that orchd's schemas have. Says where one is damaged."""

from codecs import BOM_UTF8
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from orchd.errors import ConfigurationError

REF = "#/$defs/"
MAX_BYTES = 32 * 1024 * 1024
"""No schema of ours is near it; whatever is larger is some other file."""


class SchemaError(ConfigurationError):
    """A file that no client can be written from; the text names the place in it."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(f"the schema can't be used: {reason}" + (f", at {path}" if path else ""))


class Discriminator(Struct, frozen=True, rename="camel"):
    """Which member tells the branches of a union apart."""

    property_name: str
    mapping: dict[str, str] = {}


class SubscriptionNote(Struct, frozen=True):
    """`x-subscription`; frames by their names in `$defs`."""

    end: str
    key: str | None = None
    keys: dict[str, str] = {}
    since: str | None = None
    number: str | None = None
    recovered: str | None = None


class TextNote(Struct, frozen=True):
    """`x-text`."""

    of: list[str]
    chunk: str
    done: str
    channel: str | None = None
    seq: str | None = None


class CodeNote(Struct, frozen=True):
    """What `x-codes` says of an error code."""

    retryable: bool
    common: bool = False
    description: str = ""


class CloseNote(Struct, frozen=True):
    """An entry of `x-closeCodes`."""

    code: int
    reconnect: bool
    description: str = ""


class RightNote(Struct, frozen=True):
    """An entry of `x-rights`."""

    description: str
    roles: list[str] = []


class SessionNote(Struct, frozen=True, rename="camel"):
    """`x-session`; frames by their names in `$defs`."""

    protocol: str
    path: str
    ready: str
    closing: str
    error: str
    ping: str
    cancel: str
    authenticate: str
    reconnect_seconds: list[float]
    silence_seconds: float
    pong_seconds: float


_NAMES = {
    "ref": "$ref",
    "x_reply": "x-reply",
    "x_reply_data": "x-replyData",
    "x_before": "x-before",
    "x_pushes": "x-pushes",
    "x_errors": "x-errors",
    "x_right": "x-right",
    "x_scope": "x-scope",
    "x_subscription": "x-subscription",
    "x_resume": "x-resume",
    "x_text": "x-text",
    "x_null_clears": "x-nullClears",
    "x_may_grow": "x-mayGrow",
    "x_default": "x-default",
    "x_unit": "x-unit",
    "x_absent": "x-absent",
    "x_codes": "x-codes",
    "x_reasons": "x-reasons",
}


def _wire_name(name: str) -> str:
    first, *rest = name.split("_")
    return _NAMES.get(name, first + "".join(word.capitalize() for word in rest))


class SchemaNode(Struct, frozen=True, rename=_wire_name):
    """A schema, or a part of one: the keywords that ours have. Others are not looked at."""

    description: str = ""
    type: str | None = None
    format: str | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    properties: "dict[str, SchemaNode]" = {}
    required: list[str] = []
    additional_properties: "bool | SchemaNode" = True
    property_names: "SchemaNode | None" = None
    max_properties: int | None = None
    items: "SchemaNode | None" = None
    min_items: int | None = None
    max_items: int | None = None
    any_of: "list[SchemaNode]" = []
    all_of: "list[SchemaNode]" = []
    one_of: "list[SchemaNode]" = []
    enum: list[str] | None = None
    const: str | int | UnsetType = UNSET
    default: Any = None
    examples: list[Any] = []
    ref: str | None = None
    discriminator: Discriminator | None = None
    x_reply: str | None = None
    x_reply_data: dict[str, str] = {}
    x_before: list[str] = []
    x_pushes: list[str] = []
    x_errors: list[str] | None = None
    x_right: str = ""
    x_scope: str = ""
    x_subscription: SubscriptionNote | None = None
    x_resume: str | None = None
    x_text: TextNote | None = None
    x_null_clears: bool = False
    x_may_grow: bool = False
    x_default: str | None = None
    x_unit: str | None = None
    x_absent: str | None = None
    x_codes: dict[str, CodeNote] = {}
    x_reasons: dict[str, str] = {}


class SchemaDocument(Struct, frozen=True):
    """The whole file."""

    title: str
    definitions: dict[str, SchemaNode] = msgspec.field(name="$defs")
    session: SessionNote | None = msgspec.field(name="x-session", default=None)
    close_codes: list[CloseNote] = msgspec.field(name="x-closeCodes", default=[])
    rights: dict[str, RightNote] = msgspec.field(name="x-rights", default={})


class _Head(Struct, frozen=True):
    title: str


def read_document(text: bytes) -> SchemaDocument:
    """Read a file. Raises `SchemaError` for what is not JSON, no schema, or damaged."""
    if len(text) > MAX_BYTES:
        raise SchemaError(f"it has more than {MAX_BYTES // 1024 // 1024} MiB")
    text = text.removeprefix(BOM_UTF8)  # some editors write it
    try:
        msgspec.json.decode(text, type=_Head)
        return msgspec.json.decode(text, type=SchemaDocument)
    except msgspec.ValidationError as refusal:
        reason, _, path = str(refusal).partition(" - at ")
        raise SchemaError(_in_words(reason), path.strip("`") or "$") from None
    except (msgspec.DecodeError, UnicodeError) as refusal:
        raise SchemaError(f"it is not JSON ({refusal})") from None
    except RecursionError:
        raise SchemaError("it is nested too deeply") from None


def _in_words(reason: str) -> str:
    return reason.replace("Object missing required field", "there is no").replace("Expected", "there must be")
