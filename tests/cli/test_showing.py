"""Values as people read them."""

import time
from collections.abc import Iterator

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from orchd.cli.showing import clip, count_of, group_digits, local_time, one_line, reason_of, size, span, table, visible
from orchd.errors import Invalid


@pytest.fixture
def sao_paulo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/Sao_Paulo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("sao_paulo")
def test_times_are_local() -> None:
    assert local_time("2026-01-02T00:04:05.678Z") == "2026-01-01 21:04"
    assert local_time("so\x1bon") == "so\ufffdon"


def test_control_characters_are_replaced() -> None:
    assert visible("a\x1b[1m\x9b\x7f\r\nb\rc\td") == "a\ufffd[1m\ufffd\ufffd\nb\ufffdc\td"
    assert one_line(" a\n b\tc\x00 ") == "a b c\ufffd"


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (group_digits(1234567), "1 234 567"),
        (size(None), ""),
        (size(999), "999 B"),
        (size(1_500), "1.5 KB"),
        (size(253_000_000), "253 MB"),
        (size(4_920_000_000), "4.9 GB"),
        (span(None), ""),
        (span(1_234), "1.2 s"),
        (span(90_000), "2 min"),
        (span(3 * 3_600_000), "3 h"),
        (count_of(1, "model"), "1 model"),
        (count_of(2_000, "query", "queries"), "2 000 queries"),
    ],
)
def test_amounts(shown: str, wanted: str) -> None:
    assert shown == wanted


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Expected `int` >= 1 - at `$.limit`", "Expected `int` >= 1"),
        ("Expected a string, got null, at $.data.model", "Expected a string, got null"),
        ("it costs $5", "it costs $5"),
    ],
)
def test_no_json_path_is_told_to_people(message: str, told: str) -> None:
    assert reason_of(Invalid(message)) == told


CELL = st.text(st.sampled_from("ab 汉🙂\n\x1b"), max_size=40)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6), st.integers(40, 90))
def test_a_table_fits(rows: list[tuple[str, str, str]], columns: int) -> None:
    lines = table(("ONE", "TWO", "THREE"), rows, columns, right=("TWO",))
    assert len(lines) == len(rows) + 1
    assert all(wcwidth.width(line) <= columns for line in lines)
    assert not any("\x1b" in line for line in lines)


def test_nothing_is_cut_without_a_screen_and_empty_columns_are_left_out() -> None:
    lines = table(("N", "EMPTY", "TEXT"), [(1, None, "x" * 200), (12, "", "汉")], None, right=("N",))
    assert lines == [" N  TEXT", f" 1  {'x' * 200}", "12  汉"]


def test_what_does_not_fit_says_so() -> None:
    assert clip("汉字汉字", 5) == "汉字…"
    assert clip("abc", 3) == "abc"
