"""Floors only rise, and what falls below its own is named."""

from tests.coverage.floors import SLACK, below, floors, measured, raised, written
from tests.house.source import NAMES


def test_floors_only_rise() -> None:
    known = {"a.py": 90, "b.py": 50, "gone.py": 70}
    now = {"b.py": 70.9, "a.py": 80.0, "new.py": 99.9}
    assert raised(known, now) == {"a.py": 90, "b.py": 70 - SLACK, "new.py": 99 - SLACK}


def test_what_falls_below_its_floor_is_named() -> None:
    known = {"a.py": 90, "b.py": 50, "gone.py": 70}
    assert below(known, {"a.py": 89.9, "b.py": 50.0}) == ["a.py: 89.9 % covered, which was 90 % at least"]
    assert below(known, {"a.py": 90.0, "b.py": 100.0}) == []


def test_modules_without_statements_have_no_floor() -> None:
    files = {
        "a.py": {"percent_covered": 51.5, "num_statements": 2},
        "b.py": {"percent_covered": 100, "num_statements": 0},
    }
    assert measured({"files": {path: {"summary": summary} for path, summary in files.items()}}) == {"a.py": 51.5}


def test_the_floors_are_of_modules_that_are_there() -> None:
    table = floors()
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in table}
    assert modules <= NAMES
    assert all(0 <= floor <= 100 for floor in table.values())
    assert written(table).count("\n") == len(table) + 1
