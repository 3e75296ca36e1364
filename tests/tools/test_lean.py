"""What a release leaves out of a module's code: what its functions say of themselves, and nothing else."""

import runpy
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.source import ROOT

SOURCE = '''"""Of the module."""
from __future__ import annotations


class Told:
    """Of the class."""

    async def method(self) -> str:
        """Of the method."""


def bare() -> str:
    """It says no more."""


def checked(value: int) -> str:
    """Of the function."""
    assert value, "none"
    return "Of the function."
'''


@pytest.fixture
def made(tmp_path: Path) -> ModuleType:
    (tmp_path / "told.py").write_text(SOURCE)
    compile_lean = runpy.run_path(str(ROOT / "packaging/lean.py"))["compile_lean"]
    module = ModuleType("told")
    exec(compile_lean(str(tmp_path / "told.py")), vars(module))  # noqa: S102 # what is written above
    return module


def test_functions_say_nothing_of_themselves_and_classes_do(made: ModuleType) -> None:
    assert (made.__doc__, made.Told.__doc__) == ("Of the module.", "Of the class.")
    assert [each.__doc__ for each in (made.Told.method, made.bare, made.checked)] == [None] * 3


def test_what_they_do_stays_and_so_do_its_lines(made: ModuleType) -> None:
    assert made.bare() is None
    assert made.checked(1) == "Of the function."
    with pytest.raises(AssertionError) as raised:
        made.checked(0)
    assert raised.traceback[-1].lineno == 17
