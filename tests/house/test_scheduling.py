"""Tests are begun in an order in which nobody waits for one at the end."""

from tests.house.source import ROOT, TESTS
from tests.scheduling import ALONE, HOUSE, LONG, in_turn, module_names, scope_of, turned


def test_the_rules_about_the_code_are_one_piece_of_work() -> None:
    assert scope_of("tests/house/test_sizes.py::test_a[tests/b.py::c]") == HOUSE
    assert scope_of("tests/house/test_patterns.py::test_a") == "tests/house/test_patterns.py"
    assert scope_of("tests/hub/test_topics.py::test_a[x]") == "tests/hub/test_topics.py"


def test_long_ones_are_begun_first_in_turn_with_the_largest() -> None:
    small, large = ["tests/hub/test_a.py::t"], [f"tests/hub/test_b.py::t{number}" for number in range(3)]
    long = ["tests/faults/test_a.py::t", "tests/wire/test_a.py::t1", "tests/wire/test_b.py::t"]
    assert in_turn([*small, *long, *large]) == [
        *("tests/faults/test_a.py", "tests/hub/test_b.py", "tests/wire/test_a.py"),
        *("tests/hub/test_a.py", "tests/wire/test_b.py"),
    ]


def test_of_the_long_ones_those_first_that_are_named_first() -> None:
    assert in_turn(["tests/cli/test_a.py::t", "tests/wire/test_a.py::t", "tests/web/test_a.py::t"]) == [
        *("tests/web/test_a.py", "tests/wire/test_a.py", "tests/cli/test_a.py"),
    ]


def test_each_process_loads_all_of_them_from_a_share_of_its_own_on() -> None:
    orders = [turned("abcde", number, 2) for number in range(2)]
    assert orders == [["a", "b", "c", "d", "e"], ["c", "d", "e", "a", "b"]]
    assert turned([], 1, 4) == []


def test_they_are_loaded_under_the_names_that_pytest_gives_them() -> None:
    assert __name__ in module_names(ROOT)


def test_what_is_listed_is_there() -> None:
    paths = {module.path for module in TESTS}
    assert paths >= ALONE
    assert [start for start in LONG if not any(path.startswith(start) for path in paths)] == []
