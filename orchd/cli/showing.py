"""Values as people read them: local times, numbers, tables that fit, and texts that play no tricks on a terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import wcwidth

from orchd.errors import OrchdError
from orchd.patterns import lazy_pattern

_CONTROL = lazy_pattern(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_JSON_PATH = lazy_pattern(r"(?: -|,)? at `?\$[^\s`]*`?$")
_GAP = "  "


def visible(text: str) -> str:
    """The text with control characters replaced, but for tabs and line feeds: a model's output moves no cursor."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The text on one line."""
    return visible(" ".join(text.split()))


def local_time(timestamp: str) -> str:
    """A timestamp of the wire, to the minute, where this computer is; what is none stays as it is."""
    try:
        return datetime.fromisoformat(timestamp).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return one_line(timestamp)


def group_digits(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}".replace(",", " ")


def size(count: int | None) -> str:
    """Bytes, in the unit that makes the number short; nothing when unknown."""
    if count is None:
        return ""
    amount, unit = float(count), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"


def span(milliseconds: float | None) -> str:
    """A time that passed; nothing when unknown."""
    if milliseconds is None:
        return ""
    seconds = milliseconds / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def count_of(number: int, singular: str, plural: str = "") -> str:
    """`1 model`, `2 models`."""
    return f"{group_digits(number)} {singular if number == 1 else plural or singular + 's'}"


def reason_of(error: OrchdError) -> str:
    """What an error says to a person: the place in the frame, which only a program has made, is left out."""
    return visible(_JSON_PATH.sub("", str(error)))


def clip(text: str, columns: int) -> str:
    """The text, with an ellipsis where it does not fit."""
    return text if wcwidth.width(text) <= columns else wcwidth.clip(text, 0, max(columns - 1, 0)).rstrip() + "…"


def table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], columns: int | None, *, right: Sequence[str] = ()
) -> list[str]:
    """Lines of a table, as wide as it must be. Over `columns` the widest cells give way; None: nothing is cut.

    Columns without any value are left out; those named in `right` end where their head ends.
    """
    cells = [[one_line("" if cell is None else str(cell)) for cell in row] for row in rows]
    used = [index for index in range(len(heads)) if any(row[index] for row in cells)] or [0]
    lines = [[heads[index] for index in used], *([row[index] for index in used] for row in cells)]
    widths = _fitting([max(wcwidth.width(line[at]) for line in lines) for at in range(len(used))], columns)
    flags = [heads[index] in right for index in used]
    return [_row(line, widths, flags) for line in lines]


def _fitting(widths: list[int], columns: int | None) -> list[int]:
    """Take from the widest until all fit; no column is narrower than a few characters."""
    while columns is not None and sum(widths) + len(_GAP) * (len(widths) - 1) > columns and max(widths) > 8:
        widest = widths.index(max(widths))
        widths = [width - (index == widest) for index, width in enumerate(widths)]
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    shown = []
    for cell, width, to_the_right in zip(cells, widths, right, strict=True):
        text = clip(cell, width)
        filler = " " * (width - wcwidth.width(text))
        shown.append(filler + text if to_the_right else text + filler)
    return _GAP.join(shown).rstrip()
