"""How fast answers come, from one look at the queue to the next."""

from typing import Any

import pytest

from orchd.cli.top.overview import Overview, mean_rates, rates_between


def item(tokens: int | None, elapsed: float, model: str = "m", **more: Any) -> dict[str, Any]:
    return {"backend": "box", "model": model, "tokens": tokens, "elapsedMs": elapsed, "state": "running", **more}


def test_since_it_began() -> None:
    assert mean_rates([item(50, 2_000), item(None, 2_000), item(0, 0)]) == [25.0, None, None]


def test_between_two_looks() -> None:
    before = [item(50, 5_000), item(10, 1_000), item(7, 100, "other")]
    after = [item(80, 6_000), item(12, 2_000), item(7, 1_100, "other"), item(3, 500)]
    assert rates_between(before, after, 1.0) == pytest.approx([30.0, 2.0, 0.0, 6.0])


def test_one_that_ended_is_not_taken_for_the_next() -> None:
    assert rates_between([item(500, 9_000)], [item(5, 500)], 1.0) == [10.0]


def test_what_waits_has_no_rate() -> None:
    assert rates_between([item(None, 100)], [item(None, 1_100)], 1.0) == [None]


def test_as_json() -> None:
    told = Overview({"user": "ana", "protocol": "orchd.v1"}, queue=[item(5, 100)], rates=[50.0]).to_json()
    assert told["queue"][0]["tokensPerSecond"] == 50.0
    assert (told["user"], told["epoch"], told["metrics"], told["tasks"]) == ("ana", None, None, None)
