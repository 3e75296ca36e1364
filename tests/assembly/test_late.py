"""Modules that are loaded when something of them is first wanted."""

import importlib
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from orchd.assembly.late import LateFinder, LateModule

HANG = 60


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package whose modules `late` and `broken` are loaded late, and `early` at once."""
    place = tmp_path / "halves"
    place.mkdir()
    (place / "__init__.py").write_text("")
    (place / "early.py").write_text("from halves import late\nloads = []\ndef ask(): return late.VALUE\n")
    (place / "late.py").write_text("from halves import early\nearly.loads.append(__name__)\nVALUE = len(early.loads)\n")
    (place / "broken.py").write_text("from halves import early\nearly.loads.append(__name__)\nraise OSError('no')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    finder = LateFinder({"halves.late", "halves.broken"})
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    yield place
    for name in [name for name in sys.modules if name.partition(".")[0] == "halves"]:
        del sys.modules[name]


def load(name: str) -> ModuleType:
    return importlib.import_module(f"halves.{name}")


@pytest.mark.usefixtures("package")
def test_a_module_is_loaded_once_when_it_is_first_looked_at() -> None:
    early = load("early")
    assert type(early) is ModuleType
    assert type(load("late")) is LateModule
    assert early.loads == []
    assert (early.ask(), early.ask()) == (1, 1)
    assert early.loads == ["halves.late"]
    assert type(sys.modules["halves.late"]) is ModuleType


def test_what_is_known_without_its_code_loads_nothing(package: Path) -> None:
    early, late = load("early"), load("late")
    assert (late.__name__, late.__file__) == ("halves.late", str(package / "late.py"))
    assert importlib.import_module("halves.late") is late is early.late
    assert early.loads == []


@pytest.mark.usefixtures("package")
def test_what_it_does_not_have_is_said_as_by_any_module() -> None:
    late = load("late")
    for _ in range(2):  # by the late one, and by the one that it has become
        with pytest.raises(AttributeError, match=re.escape("module 'halves.late' has no attribute 'other'")):
            _ = late.other


@pytest.mark.usefixtures("package")
def test_one_that_can_not_be_loaded_is_tried_again() -> None:
    early, broken = load("early"), load("broken")
    for times in (1, 2):
        with pytest.raises(OSError, match="no"):
            _ = broken.VALUE
        assert early.loads == ["halves.broken"] * times


def test_who_asks_while_it_is_being_loaded_waits_for_all_of_it(package: Path) -> None:
    (package / "late.py").write_text("from halves import early\nearly.inside.set()\nearly.go.wait()\nVALUE = 1\n")
    early = load("early")
    vars(early).update(inside=threading.Event(), go=threading.Event())
    said: list[int] = []
    askers = [threading.Thread(target=lambda: said.append(early.ask())) for _ in range(2)]
    askers[0].start()
    assert early.inside.wait(HANG)
    askers[1].start()
    early.go.set()
    for asker in askers:
        asker.join(HANG)
    assert said == [1, 1]


def test_who_asks_for_what_is_there_waits_for_the_rest_as_well(package: Path) -> None:
    (package / "late.py").write_text(
        "from halves import early\ndef ask(): return VALUE\nearly.inside.set()\nearly.go.wait()\nVALUE = 1\n"
    )
    early, late = load("early"), load("late")
    vars(early).update(inside=threading.Event(), go=threading.Event())
    said: list[int] = []
    askers = [threading.Thread(target=lambda: said.append(late.ask())) for _ in range(2)]
    askers[0].start()
    assert early.inside.wait(HANG)
    askers[1].start()
    askers[1].join(0.1)
    early.go.set()
    for asker in askers:
        asker.join(HANG)
    assert said == [1, 1]


def test_nothing_is_left_of_one_that_could_not_be_loaded(package: Path) -> None:
    (package / "broken.py").write_text("HALF = 1\nraise OSError('no')\n")
    broken = load("broken")
    for _ in range(2):
        with pytest.raises(OSError, match="no"):
            _ = broken.HALF


@pytest.mark.parametrize("change", [lambda file: file.write_text("VALUE = 'of another release'\n"), Path.unlink])
def test_what_was_replaced_meanwhile_is_not_loaded(package: Path, change: Callable[[Path], object]) -> None:
    sys.meta_path[0] = LateFinder({"halves.late"}, "halves")
    early, late = load("early"), load("late")
    change(package / "late.py")
    for _ in range(2):
        with pytest.raises(ImportError, match=r"halves\.late was replaced since this process started: restart it"):
            _ = late.VALUE
    assert early.loads == []


def test_of_other_packages_what_was_replaced_is_loaded(package: Path) -> None:
    sys.meta_path[0] = LateFinder({"halves.late"}, "another")
    late = load("late")
    (package / "late.py").write_text("VALUE = 'mended'\n")
    assert late.VALUE == "mended"


def test_all_others_are_left_to_other_finders() -> None:
    assert LateFinder({"halves.late"}).find_spec("halves.early", None) is None
    assert LateFinder({"halves.nowhere"}).find_spec("halves.nowhere", None) is None
