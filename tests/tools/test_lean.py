"""What a release leaves out of a module's code: what it says of itself that nobody reads, and nothing else."""

import runpy
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.source import ROOT

SOURCE = '''"""Of the module."""
from __future__ import annotations

import dataclasses
from typing import NamedTuple


class Told(RuntimeError):
    """Of the class."""


@dataclasses.dataclass
class Made:
    """Of the dataclass."""


class Pair(NamedTuple):
    """Of two."""


class Bare:
    """Of nothing else."""

    async def method(self) -> str:
        """Of the method."""


def bare() -> str:
    """It says no more."""


def checked(value: int) -> str:
    """Of the function."""
    assert value, "none"
    return "Of the function."
'''


Maker = Callable[[str], ModuleType]


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    (tmp_path / "told.py").write_text(SOURCE)
    compile_lean = runpy.run_path(str(ROOT / "packaging/lean.py"))["compile_lean"]

    def make(name: str) -> ModuleType:
        module = ModuleType(name)
        exec(compile_lean(name, str(tmp_path / "told.py")), vars(module))  # noqa: S102 # what is written above
        return module

    return make


def test_what_may_be_a_message_says_what_it_is_and_nothing_else_does(make: Maker) -> None:
    ours, library = make("orchd.told"), make("told")
    for made in (ours, library):
        told = made, made.Bare, made.Bare.method, made.bare, made.checked
        assert [each.__doc__ for each in told] == [None] * len(told)
        assert made.Made.__doc__ == "Of the dataclass."
        assert made.Pair.__doc__ == "Pair()"
    assert ours.Told.__doc__ == "Of the class."
    assert library.Told.__doc__ is None


def test_what_they_do_stays_and_so_do_its_lines(make: Maker) -> None:
    made = make("told")
    assert made.bare() is None
    assert made.checked(1) == "Of the function."
    with pytest.raises(AssertionError) as raised:
        made.checked(0)
    assert raised.traceback[-1].lineno == SOURCE.splitlines().index('    assert value, "none"')
