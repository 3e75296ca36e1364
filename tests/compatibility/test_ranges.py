"""Bounds, and which values they admit."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orchd.compatibility.ranges import admits, moves
from tests.small_wire import Json

BOUNDS = st.dictionaries(
    st.sampled_from(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]), st.integers(-3, 3), max_size=3
)
WHOLE = range(-6, 7)


@given(BOUNDS, BOUNDS)
def test_bounds_of_integers_move_as_the_values_do(old: Json, new: Json) -> None:
    before, now = ({value for value in WHOLE if admits(each, value)} for each in (old, new))
    if not before or not now:
        return
    found = [*moves(("integer", "integer"), old, new)]
    assert any(each.narrowed for each in found) == bool(before - now)
    assert any(each.widened for each in found) == bool(now - before)


@given(BOUNDS, BOUNDS)
def test_bounds_of_numbers_move_as_the_values_do(old: Json, new: Json) -> None:
    halves = [value / 2 for value in range(-12, 13)]
    before, now = ({value for value in halves if admits(each, value)} for each in (old, new))
    if not before or not now:
        return
    found = [*moves(("number", "number"), old, new)]
    assert any(each.narrowed for each in found) == bool(before - now)
    assert any(each.widened for each in found) == bool(now - before)


def kinds(old: Json, new: Json, kind: str = "number") -> list[tuple[str, bool, bool]]:
    return [(each.kind, each.narrowed, each.widened) for each in moves((kind, kind), old, new)]


def test_multiples() -> None:
    assert kinds({"multipleOf": 4}, {"multipleOf": 2}) == [("multipleOf", False, True)]
    assert kinds({"multipleOf": 0.1}, {"multipleOf": 0.3}) == [("multipleOf", True, False)]
    assert kinds({"multipleOf": 2}, {"multipleOf": 3}) == [("multipleOf", True, True)]
    assert kinds({}, {"multipleOf": 3}) == [("multipleOf", True, False)]


def test_a_bound_that_says_nothing_is_none() -> None:
    assert kinds({}, {"minLength": 0, "minItems": 0, "minProperties": 0}, "string") == []
    assert kinds({"maxLength": 3}, {}, "string") == [("maxLength", False, True)]


def test_lengths_of_texts_lists_and_maps() -> None:
    values: list[Any] = ["ab", [1, 2], {"a": 1, "b": 2}]
    for name, value in zip(("Length", "Items", "Properties"), values, strict=True):
        assert admits({f"max{name}": 2}, value)
        assert not admits({f"max{name}": 1}, value)
        assert not admits({f"min{name}": 3}, value)
    assert admits({"minimum": 5}, True)
    assert admits({"minimum": 5}, None)
