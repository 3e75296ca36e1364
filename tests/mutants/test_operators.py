"""Mutants are valid modules that differ from the original in one place, and the table names what is there."""

import ast
import difflib

import pytest

from tests.house.source import ROOT
from tests.mutants.operators import mutants
from tests.mutants.table import SUBJECTS, spared

SOURCE = '''"""A module."""

LIMIT = 8

def f(a: int = 1, *, b: bool = True) -> int:
    """Say something."""
    count: int = 0
    if a < LIMIT and not b:
        raise ValueError("no")
    while a:
        count += 1
        a = a - 1
    return count if b else -1
'''


def changed_lines(name: str) -> list[str]:
    """The lines of the only mutant of this name that the original has not."""
    (mutant,) = (mutant for mutant in mutants(SOURCE) if mutant.name == name)
    original = ast.unparse(ast.parse(SOURCE)).splitlines()
    diff = difflib.ndiff(original, mutant.source().splitlines())
    return [line[2:].strip() for line in diff if line.startswith("+ ")]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("f: plus one: 1", "def f(a: int=2, *, b: bool=True) -> int:"),
        ("f: flipped: True", "def f(a: int=1, *, b: bool=False) -> int:"),
        ("f: plus one: 0", "count: int = 1"),
        ("f: LtE: a < LIMIT", "if a <= LIMIT and (not b):"),
        ("f: or: a < LIMIT and (not b)", "if a < LIMIT or not b:"),
        ("f: without not: not b", "if a < LIMIT and b:"),
        ("f: negated: if a < LIMIT and (not b):", "if not (a < LIMIT and (not b)):"),
        ("f: deleted: raise ValueError('no')", "pass"),
        ("f: negated: while a:", "while not a:"),
        ("f: Sub: count += 1", "count -= 1"),
        ("f: deleted: count += 1", "pass"),
        ("f: Add: a - 1", "a = a + 1"),
        ("f: negated: count if b else -1", "return count if not b else -1"),
    ],
)
def test_one_change(name: str, line: str) -> None:
    assert changed_lines(name) == [line]


def test_all_changes_of_a_function() -> None:
    names = [mutant.name for mutant in mutants(SOURCE)]
    assert len(names) == len(set(names)) == 16
    assert not any("LIMIT = 8" in name or "Say something" in name for name in names)


@pytest.mark.parametrize("module", SUBJECTS)
def test_the_table_is_true(module: str) -> None:
    assert all((ROOT / path).is_file() for path in (module, *SUBJECTS[module]))
    names = {mutant.name for mutant in mutants((ROOT / module).read_text(encoding="utf-8"))}
    assert set(spared().get(module, {})) <= names, "spared.toml names a mutant that is no more"


def test_only_known_modules_are_spared() -> None:
    assert set(spared()) <= set(SUBJECTS)
