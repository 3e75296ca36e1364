"""Lines of TypeScript as Prettier leaves them at 120 columns, so that what is written reads like a person's."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from orchd.codegen.naming import plain
from orchd.patterns import lazy_pattern

WIDTH = 120
INDENT = "  "
_NAME = lazy_pattern(r"[A-Za-z_$][A-Za-z0-9_$]*")


def text(value: object) -> str:
    """Return a value of JSON as TypeScript writes it."""
    return json.dumps(value, ensure_ascii=False)


def member_name(name: str) -> str:
    """Return the name of a member as it stands in an object; any name can be one."""
    return name if _NAME.fullmatch(name) else text(name)


def docstring(told: str, indent: str = "") -> list[str]:
    """Return a comment for whoever uses what follows, its paragraphs broken into lines."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in plain(told).replace("*/", "*\\/").split("\n\n")]
    room = WIDTH - len(indent)
    if len(paragraphs) == 1 and len(paragraphs[0]) + 7 <= room:
        return [f"{indent}/** {paragraphs[0]} */"]
    lines: list[str] = []
    for index, paragraph in enumerate(paragraphs):
        wrapped = textwrap.wrap(paragraph, room - 3, break_long_words=False, break_on_hyphens=False)
        lines += ["", *wrapped] if index else wrapped
    inner = [f"{indent} * {line}" if line else f"{indent} *" for line in lines]
    return [f"{indent}/**", *inner, f"{indent} */"]


def listing(head: str, parts: Sequence[str], tail: str = "", indent: str = "", *, brackets: str = "{}") -> list[str]:
    """Return `head { parts }tail` on one line if it fits, else one part a line. Others have no spaces inside."""
    space = "" if brackets in ("()", "[]") else " "
    line = f"{indent}{head}{brackets[0]}{space}{', '.join(parts)}{space}{brackets[1]}{tail}"
    if len(line) <= WIDTH:
        return [line]
    return [
        f"{indent}{head}{brackets[0]}",
        *(f"{indent}{INDENT}{part}," for part in parts),
        f"{indent}{brackets[1]}{tail}",
    ]


def union(name: str, parts: Sequence[str]) -> list[str]:
    """Return the declaration of a type that is one of several."""
    line = f"export type {name} = {' | '.join(parts)};"
    if len(line) <= WIDTH:
        return [line]
    inner = f"{INDENT}{' | '.join(parts)};"
    if len(inner) <= WIDTH:
        return [f"export type {name} =", inner]
    return [f"export type {name} =", *(f"{INDENT}| {part}" for part in parts[:-1]), f"{INDENT}| {parts[-1]};"]


def imports(found: Mapping[str, Iterable[str]], *, types: bool = False) -> list[str]:
    """Return imports of names: module → names. `types`: nothing of them is there when the program runs."""
    lines: list[str] = []
    for module, names in sorted(found.items()):
        wanted = sorted({*names}, key=lambda name: (name.removeprefix("type ").lower(), name))
        if wanted:
            lines += listing("import type " if types else "import ", wanted, f' from "{module}";')
    return lines


def module(about: str, *blocks: Sequence[str]) -> str:
    """Return the text of a module: what it is, and blocks with an empty line between."""
    lines = docstring(about)
    for block in blocks:
        if block:
            lines += ["", *block]
    return "\n".join(lines) + "\n"


def mentioned_names(blocks: Iterable[Sequence[str]], names: Iterable[str]) -> Iterator[str]:
    """Yield which of some names stand in the code of blocks."""
    code = " ".join(line for block in blocks for line in block if not line.lstrip().startswith(("/**", "*")))
    there = {*_NAME.findall(code)}
    return (name for name in names if name in there)
