"""Files and functions that ask to be cut: by habit 100-250 and about 7 lines, by these tests never over 400 and 40."""

from collections.abc import Iterator

from tests.house.source import ORCHD, TESTS, Function, Module

FILE_LINES = 400
FUNCTION_LINES = 40

LONG_FILES: dict[str, tuple[int, str]] = {}
LONG_FUNCTIONS: dict[str, tuple[int, str]] = {}
"""Path, or path and function (`orchd/a.py:f`) → its size and why it may have it. This list may only shrink."""


def file_sizes(modules: list[Module]) -> Iterator[tuple[str, int]]:
    return ((module.path, len(module.text.splitlines())) for module in modules)


def function_sizes(modules: list[Module]) -> Iterator[tuple[str, int]]:
    return ((f"{module.path}:{node.name}", lines(node)) for module in modules for node in module.functions)


def lines(node: Function) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def too_long(sizes: Iterator[tuple[str, int]], limit: int, known: dict[str, tuple[int, str]]) -> list[str]:
    return [f"{name}: {size} lines" for name, size in sizes if size > known.get(name, (limit, ""))[0]]


def needless(sizes: Iterator[tuple[str, int]], limit: int, known: dict[str, tuple[int, str]]) -> list[str]:
    over = {name for name, size in sizes if size > limit}
    return sorted(set(known) - over)


def test_no_file_is_too_long() -> None:
    found = too_long(file_sizes(ORCHD + TESTS), FILE_LINES, LONG_FILES)
    assert not found, f"over {FILE_LINES} lines; one file, one idea: {found}"


def test_no_function_is_too_long() -> None:
    found = too_long(function_sizes(ORCHD + TESTS), FUNCTION_LINES, LONG_FUNCTIONS)
    assert not found, f"over {FUNCTION_LINES} lines; name the parts: {found}"


def test_exceptions_that_are_no_longer_needed_are_struck() -> None:
    assert not needless(file_sizes(ORCHD + TESTS), FILE_LINES, LONG_FILES)
    assert not needless(function_sizes(ORCHD + TESTS), FUNCTION_LINES, LONG_FUNCTIONS)


def test_a_long_function_is_found() -> None:
    module = Module("orchd/long.py", "def f():\n" + "    pass\n" * FUNCTION_LINES)
    assert too_long(function_sizes([module]), FUNCTION_LINES, {}) == [f"orchd/long.py:f: {FUNCTION_LINES + 1} lines"]
    assert needless(function_sizes([module]), FUNCTION_LINES, {"orchd/gone.py:g": (60, "")}) == ["orchd/gone.py:g"]
