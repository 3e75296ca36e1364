"""What an attempt is counted as."""

import pytest
import trio

from orchd.errors import Timeout
from orchd.telemetry.daemon import GAPS, LONG, SHORT, ModelFigures


def test_an_attempt_is_counted_by_what_it_ended_as() -> None:
    figures = ModelFigures()
    with figures.attempt("box"):
        pass
    with pytest.raises(Timeout), figures.attempt("box"):
        raise Timeout("it said nothing")
    assert dict(figures.attempts.read()) == {("box", "ok"): 1, ("box", "timeout"): 1}


async def test_one_that_is_given_up_is_counted_as_that() -> None:
    figures = ModelFigures()
    with trio.CancelScope() as scope, figures.attempt("box"):
        scope.cancel()
        await trio.sleep_forever()
    assert dict(figures.attempts.read()) == {("box", "cancelled"): 1}


@pytest.mark.parametrize("bounds", [SHORT, GAPS, LONG])
def test_bounds_ascend(bounds: tuple[float, ...]) -> None:
    assert list(bounds) == sorted(set(bounds))
