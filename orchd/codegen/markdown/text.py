"""Pieces of Markdown: cells, tables, anchors, and JSON that stays on few lines."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from orchd.patterns import lazy_pattern

WIDTH = 110
"""So many characters may an example have in a line before it is broken."""

_NO_SLUG = lazy_pattern(r"[^\w\- ]")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; columns that are empty in every row are left out, but for the first one."""
    cells = [*rows]
    used = [index for index in range(len(head)) if index == 0 or any(row[index] for row in cells)]
    lines = [[row[index] for index in used] for row in (head, ["---"] * len(head), *cells)]
    return "".join(f"| {' | '.join(map(cell, line))} |\n" for line in lines)


def cell(text: str) -> str:
    """Return a text as it may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Return a text as code, whatever it holds."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def constant(value: object) -> str:
    """Return a JSON value as code."""
    return code(json.dumps(value, ensure_ascii=False))


def join_names(names: Iterable[str]) -> str:
    """Return names one behind the other."""
    return ", ".join(names)


def capital(text: str) -> str:
    """Return a sentence that begins with a large letter."""
    return text[:1].upper() + text[1:]


def json_block(value: object) -> str:
    """Return a JSON value as a block, each of its parts in one line where it fits."""
    return f"```json\n{_compact(value, '')}\n```\n"


def _compact(value: object, indent: str) -> str:
    short = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(short) <= WIDTH or not isinstance(value, dict | list) or not value:
        return short
    inner = f"{indent}  "
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(name)}: {_compact(each, inner)}" for name, each in value.items()]
    else:
        parts = [f"{inner}{_compact(each, inner)}" for each in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n" + ",\n".join(parts) + f"\n{indent}{right}"


class Anchors:
    """What the headings of one page are called in its address, as GitHub and most others make it of their texts."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def add(self, heading: str) -> str:
        """Return the anchor of the next heading of the page."""
        slug = _NO_SLUG.sub("", heading.lower()).replace(" ", "-")
        before = self._seen[slug]
        self._seen[slug] += 1
        return f"{slug}-{before}" if before else slug
