"""No text takes more than linear time in a regular expression: `re` keeps the interpreter's lock, and so every client
waits while it searches, signals included.

Each pattern is given long texts of two sizes. What is short against the plainest of searches is not looked at.
"""

import ast
import re
from collections.abc import Callable
from typing import Any

import pytest

from orchd.patterns import LazyPattern, lazy_pattern
from tests.growth import FACTOR, is_square, seconds
from tests.house.patterns import Found, found, samples, texts, told_apart, written_in_place
from tests.house.source import ORCHD, Module

SIZE = 500
LOOKS, LONGER = 3, 8
PLAIN = re.compile("[^a]b")
NOISE = 50.0
"""How many times a plain search of a text as long something must take before its growth says anything."""


def look(pattern: re.Pattern[Any], text: str | bytes, *, anchored: bool) -> None:
    """Look for a pattern everywhere, or where the text begins."""
    if anchored:
        pattern.match(text)
        pattern.fullmatch(text)
    else:
        for _ in pattern.finditer(text):
            pass


def grows(one: Found, make: Callable[[int], str], size: int = SIZE) -> bool:
    """Whether a pattern takes more than linear time for a kind of text."""

    anchored = one.anchored()

    def work(size: int) -> Callable[[], None]:
        text = make(size).encode() if isinstance(one.pattern.pattern, bytes) else make(size)
        return lambda: look(one.pattern, text, anchored=anchored)

    return is_square(work, size, NOISE * PLAINLY)


def is_slow(one: Found, make: Callable[[int], str]) -> bool:
    """Whether a pattern is found slow again and again: on a busy machine one look may say so of any. What is bounded by
    hundreds of characters only seems to take the square of as many, so the last look is at longer texts."""
    return all(grows(one, make) for _ in range(LOOKS)) and grows(one, make, LONGER * SIZE)


PLAINLY = seconds(lambda: look(PLAIN, "a" * (SIZE * FACTOR), anchored=False), 20)
FOUND = list(found())


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.where)
def test_no_text_takes_more_than_linear_time_in_a_pattern(one: Found) -> None:
    slow = {repr(make(12)) for make in texts(one.pattern) if is_slow(one, make)}
    assert not slow, f"{one.where}: {one.pattern.pattern!r} takes the square of runs such as {sorted(slow)[:5]}"


def test_patterns_are_there() -> None:
    assert len(FOUND) > 80
    assert {"orchd/claims/texts/segments.py: _BLANK", "orchd/masking.py: _BEARER"} <= {found.where for found in FOUND}


def test_patterns_stand_under_a_name() -> None:
    wrong = [place for module in ORCHD for place in written_in_place(module)]
    assert not wrong, f"compile it under a name, so that the test above finds it: {wrong}"


def test_modules_compile_no_pattern() -> None:
    """A start takes as long as its imports, and nobody may ever use what is compiled there."""
    eager = [
        module.at(node.lineno)
        for module in ORCHD
        if not module.path.startswith("orchd/orchd_client/")  # goes to other people as it is
        for statement in module.tree.body
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
    ]
    assert not eager, f"`lazy_pattern` it: {eager}"


def test_a_lazy_pattern_does_what_a_pattern_does() -> None:
    text = "one 22 three 4"
    lazy, plain = lazy_pattern(r"(?P<letters>[a-z]+) (\d+)", re.I), re.compile(r"(?P<letters>[a-z]+) (\d+)", re.I)
    assert isinstance(lazy, LazyPattern)
    assert lazy.sub(r"\2 \1", text) == plain.sub(r"\2 \1", text) == "22 one 4 three"
    assert [found.groupdict() for found in lazy.finditer(text)] == [found.groupdict() for found in plain.finditer(text)]
    assert lazy.split(text) == plain.split(text)
    assert lazy.findall(text) == plain.findall(text)
    assert lazy.fullmatch("One 1", 0, 5) is not None
    assert (lazy.pattern, lazy.flags, lazy.groups, lazy.groupindex) == (plain.pattern, plain.flags, 2, {"letters": 1})
    with pytest.raises(AttributeError):
        getattr(lazy, "cut")  # noqa: B009 # no attribute of patterns, as a type checker would say
    with pytest.raises(re.error):
        lazy_pattern("(").search("")


@pytest.mark.parametrize(
    "pattern",
    [
        r"[^\S\n]*\n(?:[^\S\n]*\n)+",
        r"\s+$",
        r"\[\[simulate:([^\]]*)\]\]",
        r"/\*.*?\*/|x",
        r"\b([a-z][a-z0-9+.-]*://)",
        r"\d\w*-\d|x",
        r"(\w+)=\1;",
    ],
)
def test_a_careless_pattern_is_found(pattern: str) -> None:
    one = Found("here", re.compile(pattern), lambda: False)
    looks = range(5)  # on a busy machine one look may let it pass
    assert any(grows(one, make) for _ in looks for make in texts(one.pattern))


def test_a_call_that_compiles_in_passing_is_found() -> None:
    assert list(written_in_place(Module("orchd/x.py", "import re\nre.sub('a', 'b', text)\nA = re.compile('a')")))


def test_runs_that_a_pattern_tells_apart() -> None:
    assert told_apart(re.compile(r"\s+$"), [" ", "\t", "\n", "a", "7", "-", "a ", "7 ", "\ta"]) == [
        *(" ", "\n", "a", "-", "a ", "\ta")
    ]
    assert told_apart(re.compile(r"(?<!\d)(?:x|[^y7])"), ["x", "y", "z", "7", "8"]) == ["x", "y", "z", "7", "8"]
    assert told_apart(re.compile("A(?i:b)"), ["a", "A", "b", "B", "é", "ü"]) == ["a", "A", "b", "B", "é"]
    assert told_apart(re.compile(r"(.)\1"), ["aa", "ab", "bb"]) == ["aa", "ab"]


def test_the_beginnings_of_a_pattern() -> None:
    assert {"[", "[[", "[[ simulate:", "[[ simulate:x]]"} <= set(samples(re.compile(r"\[\[\s*simulate:([^\]]*)\]\]")))
