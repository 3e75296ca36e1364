"""Lines of Python as `ruff format` leaves them, so that what is written reads like what a person would have written."""

import json
import keyword
import textwrap
from collections.abc import Iterable, Mapping, Sequence

from orchd.codegen.naming import plain, snake
from orchd.patterns import lazy_pattern

WIDTH = 120
INDENT = "    "
RESERVED = frozenset(
    {*keyword.kwlist, "self", "str", "int", "float", "bool", "dict", "list", "tuple", "type_", "field"}
)
"""Names that members and parameters can't have: of the language, and those that annotations need."""
METHOD_RESERVED = frozenset(
    {*keyword.kwlist, "connected", "link", "ready", "request", "unasked"}
    | {"str", "int", "float", "bool", "dict", "property", "cached_property"}
)
"""Names that methods and families can't have."""
_STANDING = lazy_pattern(r"(?<=[ \[(=])\w+(?=[\[\]|,()\n :=])")
"""A name as it is used in code."""


def text(value: object) -> str:
    """Return a value of JSON as Python writes it."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def attribute(name: str) -> str:
    """Return what a member is called in Python."""
    written = snake(name)
    return f"{written}_" if written in RESERVED else written


def docstring(told: str, indent: str = "") -> list[str]:
    """Return a docstring, its paragraphs broken into lines."""
    written = plain(told).replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = [" ".join(paragraph.split()) for paragraph in written.split("\n\n")]
    room = WIDTH - len(indent)
    if len(paragraphs) == 1:
        if len(paragraphs[0]) + 6 <= room and not paragraphs[0].endswith('"'):
            return [f'{indent}"""{paragraphs[0]}"""']
        room -= 3  # so that it has two lines at least, since quotes behind a single one stay there
    lines: list[str] = []
    for index, paragraph in enumerate(paragraphs):
        first = '"""' if index == 0 else ""
        wrapped = textwrap.wrap(first + paragraph, room, break_long_words=False, break_on_hyphens=False)
        lines += ["", *wrapped] if index else wrapped
    return [f"{indent}{line}" if line else "" for line in lines] + [f'{indent}"""']


def call(
    head: str, arguments: Sequence[str], tail: str = "", indent: str = "", *, brackets: str = "()", bare: bool = False
) -> list[str]:
    """Return `head(arguments)tail`, on one line if it fits, without brackets if it may be `bare`; else one argument a
    line."""
    opening, closing = brackets[0], brackets[1]
    line = f"{indent}{head}{'' if bare else opening}{', '.join(arguments)}{'' if bare else closing}{tail}"
    if len(line) <= WIDTH or not arguments:
        return [line]
    inner = [f"{indent}{INDENT}{argument}," for argument in arguments]
    return [f"{indent}{head}{opening}", *inner, f"{indent}{closing}{tail}"]


def union(name: str, parts: Sequence[str]) -> list[str]:
    """Return an alias of one of several types."""
    line = f"{name}: TypeAlias = {' | '.join(parts)}"
    if len(line) <= WIDTH:
        return [line]
    first, *rest = parts
    return [f"{name}: TypeAlias = (", f"{INDENT}{first}", *(f"{INDENT}| {part}" for part in rest), ")"]


def _imports(found: Mapping[str, Iterable[str]], indent: str) -> list[str]:
    """Return imports of names: module → names. Without names the module itself is imported."""
    lines: list[str] = []
    for module, names in sorted(found.items()):
        wanted = sorted({*names}, key=lambda name: (not name.isupper(), name[0].islower(), name.lower(), name))
        if wanted:
            lines += call(f"from {module} import ", wanted, "", indent, brackets="()", bare=True)
    return lines


def module(about: str, *blocks: Sequence[str]) -> str:
    """Return the text of a module: what it is, and blocks with two empty lines between; of imports with one."""
    head, *rest = (block for block in blocks if block)
    lines = [*docstring(about), "", *head]
    for index, block in enumerate(rest):
        near = index == 0 and not block[0].startswith(("class ", "def ", "async def ", "@"))
        lines += [*([""] if near else ["", ""]), *block]
    return "\n".join(lines) + "\n"


def dictionary(found: Mapping[str, object]) -> str:
    """Return a mapping of names as Python writes it."""
    return "{" + ", ".join(f"{text(name)}: {text(value)}" for name, value in found.items()) + "}"


def import_block(found: dict[str, list[str]], below: int = 0, indent: str = "") -> list[str]:
    """Return imports in groups: of the language, of libraries, of the package itself, from so many folders `below`."""
    found = {f"{'.' * below}{name}" if name.startswith(".") else name: names for name, names in found.items()}
    groups = (("__future__",), ("collections.abc", "contextlib", "functools", "ssl", "typing"), ("msgspec", "anyio"))
    lines: list[str] = []
    named = {name for group in groups for name in group}
    ours = tuple(name for name in found if name not in named)
    for group in (*groups, ours):
        written = _imports({name: found[name] for name in group if name in found}, indent)
        lines += [*([""] if lines and written else []), *written]
    return lines


def mentioned_names(blocks: Iterable[list[str]], *names: str) -> list[str]:
    """Return which of some names stand in the code of blocks."""
    code = "\n".join(line for block in blocks for line in block if not line.lstrip().startswith('"""'))
    standing = set(_STANDING.findall(code))
    return [name for name in names if name in standing]
