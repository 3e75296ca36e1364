"""Texts with places: `{{name}}` is where a variable's text is put, as it is. Nothing is evaluated, and what is put in
is not looked at again. `{{{{` stands for `{{`."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from orchd.errors import Invalid, TooLarge

MAX_PLACES = 1_000
MAX_FILLED = 400_000
"""Characters of a text once it is filled."""


class PlacePart(NamedTuple):
    """A part of a text: what stands there, or the name of the variable whose place it is."""

    text: str
    is_place: bool = False


def split(text: str, field: str) -> list[PlacePart]:
    """Return the parts of a text, in order. Raises `Invalid`, which names the member `field`, for a place that is not
    closed, and for too many of them."""
    parts, position = list[PlacePart](), 0
    while (start := text.find("{{", position)) >= 0:
        braces = _run(text, start)
        literal = "{" * (braces % 2) + "{{" * (braces // 4)
        parts.append(PlacePart(text[position:start] + literal))
        position = start + braces
        if braces % 4 < 2:  # all of them stand for themselves
            continue
        end = text.find("}}", position)
        if end < 0:
            raise _wrong(f"the `{{{{` at character {position - 2} is not closed", field)
        parts.append(PlacePart(text[position:end].strip(), is_place=True))
        position = end + 2
        if len(parts) > 2 * MAX_PLACES:
            raise _wrong(f"there are more than {MAX_PLACES} places to be filled", field)
    return [*parts, PlacePart(text[position:])]


def check_places(text: str, known: Collection[str], field: str) -> None:
    """Raise `Invalid`, which names the member `field`, unless a text has only places of variables that are known."""
    for name, is_place in split(text, field):
        if is_place and name not in known:
            raise _wrong(f"there is no variable `{name[:64]}`; two braces themselves are written `{{{{{{{{`", field)


def fill(text: str, texts: Mapping[str, str], field: str) -> str:
    """Return a text with its places filled. Raises `Invalid` as `check_places` does, and `TooLarge`."""
    check_places(text, texts, field)
    parts = [texts[part.text] if part.is_place else part.text for part in split(text, field)]
    if sum(map(len, parts)) > MAX_FILLED:
        raise TooLarge(
            f"filled it would have more than {MAX_FILLED} characters",
            reason="filled_too_long",
            field="values",
            path="$.data.values",
        )
    return "".join(parts)


def _run(text: str, start: int) -> int:
    """Return how many opening braces stand there."""
    end = start
    while text.startswith("{", end):
        end += 1
    return end - start


def _wrong(message: str, field: str) -> Invalid:
    return Invalid(message, reason="text_places", field=field, path=f"$.data.{field}")
