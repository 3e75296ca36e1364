"""A setting as one value: its name, its type with bounds, its default, and what it is for."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from orchd.errors import Invalid
from orchd.protocol.types import MAX_INTEGER

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


class Setting(Generic[T]):
    """Declared once, in the feature that reads it. `rule` is given a value of the right type, and the member's name on
    the wire; it returns what is stored, or raises `Invalid`."""

    def __init__(self, name: str, kind: Any, default: T, about: str, rule: Callable[[T, str], T] | None = None) -> None:
        self.name, self.kind, self.default, self.about = name, kind, default, about
        self._rule = rule

    def read(self, value: object) -> T:
        """Return a value of this setting's type. Raises `Invalid` for one that it can't have."""
        try:
            found: T = msgspec.convert(value, self.kind)
        except msgspec.ValidationError as wrong:
            why = str(wrong).partition(" - at `")[0]
            raise Invalid(f"`{self.name}` can't be that: {why}", field="value", path="$.data.value") from None
        return found if self._rule is None else self._rule(found, "value")

    def read_stored(self, value: object) -> T:
        """Return a value that was stored; the default for one that this setting can't have any more."""
        try:
            return self.read(value)
        except Invalid:
            return self.default


AnySetting: TypeAlias = Setting[Any]


def _language(tag: str, field: str) -> str:
    if not all(part.isascii() and part.isalnum() for part in tag.split("-")):
        raise Invalid("no tag of a language, such as `en` or `pt-BR`", field=field, path=f"$.data.{field}")
    return tag


LANGUAGE = Setting(
    "language",
    Annotated[str, Meta(min_length=2, max_length=35)],
    "en",
    "The language that clients speak to you, as a tag such as `en` or `pt-BR`. The daemon itself speaks English.",
    _language,
)
