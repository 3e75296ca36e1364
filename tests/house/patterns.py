"""Every regular expression of orchd's, and long texts that a careless one takes more than linear time for.

A pattern is found wherever a module holds it: by itself, in a tuple, in a dict. How it is used (`match` begins at one
place, everything else looks from every place) is read from the module's syntax tree. The texts are runs of characters
of every class, and, for each pattern, runs of what its own beginnings match: `[[simulate:` is no class of characters.
Of runs that a pattern can't tell apart there is one.
"""

import ast
import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from re import _constants as c  # type: ignore[attr-defined] # the parser's own tree, there in Python 3.11 to 3.14
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, NamedTuple

from orchd.patterns import LazyPattern
from tests.house.source import ORCHD, Module

APART = {"orchd.__main__", "orchd.llm.local.llama_child"}
"""Programs: importing them would run them, or needs what only they need."""

UNITS = (
    *(" ", "\t", "\r", "\n", "\u00a0", "\u2028", "0", "7", "a", "Z", "é", "e\u0301", "\u0301", "字", "😀"),
    *(".", ",", "-", "_", "'", '"', "`", "~", "|", "#", "*", "/", "\\", ":", ";", "<", ">", "=", "+", "%", "@", "!"),
    *("(", ")", "[", "]", "{", "}", "’", "”", "…", "。", "\u200d", "\u00ad"),
    *("a ", " \n", "\n ", "\r\n", "1 ", "1,", "1.", "a.", "a-", "a'", '\\"', "[]", "{}", "},", ", ", "a1", "- ", "| "),
)
"""What runs are made of: each class of characters, and pairs that patterns are made for."""

AFTER = (" ", "\n", "7", "a", ".", "-", '"', "\u0301")
"""What runs are made of that follow a beginning of a pattern's own."""

MOST_SAMPLES = 16

ANCHORED = {"orchd/config/lines.py"}
"""Modules that hand their patterns to a scanner, which begins each where it stands."""


class Found(NamedTuple):
    """A pattern, where it stands, and what tells whether it is only matched where it is told to begin."""

    where: str
    pattern: re.Pattern[Any]
    anchored: Callable[[], bool]


def found() -> Iterator[Found]:
    """Yield each pattern of the package once."""
    seen: set[tuple[object, int]] = set()
    for module in ORCHD:
        if module.name in APART:
            continue
        for name, pattern in held(importlib.import_module(module.name)):
            if (pattern.pattern, pattern.flags) not in seen:
                seen.add((pattern.pattern, pattern.flags))
                yield Found(f"{module.path}: {name}", pattern, partial(only_matched, module, name))


def held(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        for part in parts(value):
            if isinstance(part, LazyPattern):
                yield name, part.compile()
            elif isinstance(part, re.Pattern):
                yield name, part


def parts(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from (part for item in value.values() for part in parts(item))
    elif isinstance(value, list | tuple):
        yield from (part for item in value for part in parts(item))
    else:
        yield value


@cache
def only_matched(module: Module, name: str) -> bool:
    """Whether a module begins the pattern of that name at a place that it knows; false when it can't be told."""
    if module.path in ANCHORED:
        return True
    uses = {
        node.func.attr
        for node in module.nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and name in {part.id for part in ast.walk(node.func.value) if isinstance(part, ast.Name)}
    }
    return bool(uses) and uses <= {"match", "fullmatch"}


def written_in_place(module: Module) -> Iterator[str]:
    """Find calls of `re` that compile in passing: what they match can't be collected."""
    calls = (node for node in module.nodes if isinstance(node, ast.Call))
    for node in calls:
        called = ast.unparse(node.func)
        if called.startswith("re.") and called not in ("re.compile", "re.escape"):
            yield module.at(node.lineno)


def texts(pattern: re.Pattern[Any]) -> Iterator[Callable[[int], str]]:
    """Yield makers of texts of about a length: runs of all units, and of what the pattern's own parts match."""
    own = samples(pattern)
    after = told_apart(pattern, AFTER)
    for unit in told_apart(pattern, [*UNITS, *own]):
        yield partial(run, "", unit)
    for begin in own:
        for unit in after:
            yield partial(run, begin, unit)


def run(begin: str, unit: str, size: int) -> str:
    """Return a unit again and again, behind something that begins it and before something that ends it."""
    return begin + unit * (size // len(unit)) + "!"


@cache
def samples(pattern: re.Pattern[Any]) -> list[str]:
    """Return what the beginnings of a pattern match, each once and short: up to each of its parts."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    made = list(beginnings(parser.parse(source, pattern.flags & ~re.UNICODE)))
    different = sorted({text for text in made if text}, key=len)
    return different[:: max(1, -(-len(different) // MOST_SAMPLES))]


def beginnings(tree: Any) -> Iterator[str]:
    text = ""
    for operation, argument in tree:
        for inner in inside(operation, argument):
            yield from (text + more for more in beginnings(inner))
        text += sample(operation, argument)
        yield text


def inside(operation: Any, argument: Any) -> list[Any]:
    if operation is c.BRANCH:
        return list(argument[1])
    if operation is c.SUBPATTERN:
        return [argument[-1]]
    if operation in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return [argument[2]]
    return [argument] if operation is c.ATOMIC_GROUP else []


def sample(operation: Any, argument: Any) -> str:
    """Return a short text that one part of a pattern matches; nothing for what only looks around."""
    if operation in (c.LITERAL, c.IN):
        return chr(argument) if operation is c.LITERAL else one_of(argument)
    if operation in (c.ANY, c.NOT_LITERAL):
        return "x"
    if operation in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return "".join(sample(*part) for part in argument[2]) * int(max(1, min(argument[0], 8)))
    if operation is c.BRANCH:
        return "".join(sample(*part) for part in argument[1][0])
    if operation is c.SUBPATTERN:
        return "".join(sample(*part) for part in argument[-1])
    return "".join(sample(*part) for part in argument) if operation is c.ATOMIC_GROUP else ""


def told_apart(pattern: re.Pattern[Any], units: Iterable[str]) -> list[str]:
    """Return those of some units whose runs a pattern can tell apart: one of each look, by what its parts take."""
    looks: dict[object, str] = {}
    for unit in units:
        look = tuple((unit.index(char), *taking(pattern, char)) for char in unit)
        looks.setdefault(look, unit)
    return list(looks.values())


def taking(pattern: re.Pattern[Any], char: str) -> tuple[bool, ...]:
    """Return which parts of a pattern take a character; of one for bytes nothing is known but the character."""
    if isinstance(pattern.pattern, bytes):
        return tuple(bool(ord(char) >> bit & 1) for bit in range(21))
    return tuple(takes(part, char) for part in sorted(single_parts(pattern)))


@cache
def takes(part: str, char: str) -> bool:
    return re.fullmatch(part, char) is not None


@cache
def single_parts(pattern: re.Pattern[Any]) -> set[str]:
    """Return what a pattern looks at one character with, as patterns, and what its edges of words and lines look at."""
    told = set(leaves(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)))
    flags = "a" if pattern.flags & re.ASCII else "u"
    return {f"(?{mark}{flags}){text}" for text in {*told, r"\w", r"\n"} for mark in ("", "i")}


def leaves(tree: Any) -> Iterator[str]:
    for operation, argument in tree:
        for inner in (*inside(operation, argument), *looked_at(operation, argument)):
            yield from leaves(inner)
        if operation in (c.LITERAL, c.NOT_LITERAL):
            yield re.escape(chr(argument))
        elif operation is c.IN:
            yield "".join(["[", *map(written, argument), "]"])


def looked_at(operation: Any, argument: Any) -> list[Any]:
    """Return the parts that stand in what only looks around."""
    if operation in (c.ASSERT, c.ASSERT_NOT):
        return [argument[1]]
    return [part for part in argument[1:] if part is not None] if operation is c.GROUPREF_EXISTS else []


CATEGORIES = {c.CATEGORY_SPACE: " ", c.CATEGORY_DIGIT: "7", c.CATEGORY_WORD: "a", c.CATEGORY_NOT_SPACE: "a"}


def one_of(members: Any) -> str:
    if members[0][0] is c.NEGATE:
        taken = re.compile("".join(["[", *map(written, members[1:]), "]"]))
        return next(char for char in "xa0 -!\u4e00" if not taken.match(char))
    operation, argument = members[0]
    if operation is c.CATEGORY:
        return str(CATEGORIES.get(argument, "-"))
    return chr(argument[0] if operation is c.RANGE else argument)


def written(member: Any) -> str:
    operation, argument = member
    if operation is c.NEGATE:
        return "^"
    if operation is c.RANGE:
        return f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
    if operation is c.CATEGORY:
        letters = {c.CATEGORY_SPACE: r"\s", c.CATEGORY_DIGIT: r"\d", c.CATEGORY_WORD: r"\w"}
        capitals = {c.CATEGORY_NOT_SPACE: r"\S", c.CATEGORY_NOT_DIGIT: r"\D", c.CATEGORY_NOT_WORD: r"\W"}
        return str((letters | capitals)[argument])
    return re.escape(chr(argument))
