"""A setting as one value: its name, its type with bounds, its default, and what it is for."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, NamedTuple, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from orchd.errors import Invalid
from orchd.protocol.codec import as_invalid
from orchd.protocol.types import MAX_INTEGER
from orchd.reasons import Reason

T = TypeVar("T")

SettingName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
SettingValue: TypeAlias = (
    Annotated[str, Meta(max_length=1_000)]
    | bool
    | Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
    | float
    | Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=64)]
    | None
)
"""What any setting can be; what one of them can be is said by its type."""


class IdleCause(NamedTuple):
    """Why nothing would happen by a setting on this daemon: in a sentence, and for programs."""

    message: str
    reason: Reason


class Setting(Generic[T]):
    """Declared once, in the feature that reads it. `rule` is given a value of the right type, and the member's name on
    the wire; it returns what is stored, or raises `Invalid`. `personal`: nobody sets it for others, since by it they
    would learn what is told to these."""

    def __init__(
        self,
        name: str,
        kind: Any,
        default: T,
        about: str,
        rule: Callable[[T, str], T] | None = None,
        *,
        personal: bool = False,
    ) -> None:
        self.name, self.kind, self.default, self.about, self.personal = name, kind, default, about, personal
        self._rule = rule

    def read(self, value: object) -> T:
        """Return a value of this setting's type. Raises `Invalid` for one that it can't have."""
        try:
            found: T = msgspec.convert(value, self.kind)
        except msgspec.ValidationError as wrong:
            raise self._refusal(wrong) from None
        return found if self._rule is None else self._rule(found, "value")

    def _refusal(self, wrong: msgspec.ValidationError) -> Invalid:
        choices = _choices(msgspec.inspect.type_info(self.kind))
        if choices and str(wrong).startswith("Invalid enum value"):
            told = f"`{self.name}` takes {', '.join(f'`{choice}`' for choice in choices)}"
            return Invalid(told, reason="choice", field="value", path="$.data.value", allowed=choices)
        found = as_invalid(wrong)
        why = found.message.rpartition(", at $")[0]
        error = found.again(f"`{self.name}` can't be that: {why[:1].lower()}{why[1:]}")
        error.field, error.path = "value", "$.data.value"
        return error

    def read_stored(self, value: object) -> T:
        """Return a value that was stored; the default for one that this setting can't have any more."""
        try:
            return self.read(value)
        except Invalid:
            return self.default


def _choices(kind: msgspec.inspect.Type) -> list[str]:
    """Return the words that a type, or what a list has in it, can be; none where it isn't a choice."""
    match kind:
        case msgspec.inspect.LiteralType():
            return [str(value) for value in kind.values]
        case msgspec.inspect.VarTupleType():
            return _choices(kind.item_type)
        case msgspec.inspect.Metadata():
            return _choices(kind.type)
    return []


AnySetting: TypeAlias = Setting[Any]


def _language(tag: str, field: str) -> str:
    if not all(part.isascii() and part.isalnum() for part in tag.split("-")):
        raise Invalid(
            "no tag of a language, such as `en` or `pt-BR`", reason="language_tag", field=field, path=f"$.data.{field}"
        )
    return tag


LANGUAGE = Setting(
    "language",
    Annotated[str, Meta(min_length=2, max_length=35)],
    "en",
    "The language that clients speak to you, as a tag such as `en` or `pt-BR`. The daemon itself speaks English.",
    _language,
)
