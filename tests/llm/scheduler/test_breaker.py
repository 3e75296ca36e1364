import pytest

from orchd.errors import Invalid, NotFound, OrchdError, RateLimited, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.llm.scheduler.breaker import (
    FAILURES,
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    MAX_MODELS,
    Breaker,
    judge_failure,
)

LOAD_FAILED = UpstreamError("no memory", reason="load_failed")
REFUSED = Unavailable("nobody there", reason="connect")


def refused_with(status: int) -> UpstreamError:
    return UpstreamError("no", reason="server_error", http_status=status)


def fail(breaker: Breaker, error: OrchdError, *, now: float = 0.0, model: str = "a") -> None:
    who = object()
    breaker.check(model, now)
    breaker.begin(model, who)
    breaker.record_failure(model, who, error, now)


def broken(error: OrchdError = LOAD_FAILED) -> Breaker:
    breaker = Breaker("box")
    for _ in range(FAILURES):
        fail(breaker, error)
    return breaker


@pytest.mark.parametrize(
    ("error", "server", "model"),
    [
        (REFUSED, True, False),
        (Timeout("slow", reason="connect"), True, False),
        (Unavailable("overloaded", http_status=503), True, False),
        (Unavailable("no model is loaded", http_status=404), False, False),
        (LOAD_FAILED, False, True),
        (UpstreamError("boom", reason="server_error"), False, True),
        (Timeout("stalled", reason="gap"), False, True),
        (Timeout("too long", reason="total"), False, False),
        (UpstreamError("no key", reason="unauthorized"), False, False),
        (TooLarge("context", reason="context_overflow"), False, False),
        (NotFound("which?", field="model"), False, False),
        (Invalid("no"), False, False),
        *[(refused_with(status), False, False) for status in (400, 404, 409, 422)],
        *[(refused_with(status), False, True) for status in (408, 200, 500, 502)],
        (RateLimited("slow down", reason="rate_limited", http_status=429), True, False),
        (UpstreamError("nothing left", reason="insufficient_quota", http_status=429), False, False),
        (UpstreamError("no end", reason="truncated", output=True), False, False),
        (UpstreamError("nothing", reason="truncated"), False, True),
        (UpstreamError("weird", reason="finish_reason"), False, False),
    ],
)
def test_what_a_failure_says(error: OrchdError, server: bool, model: bool) -> None:
    assert judge_failure(error) == (server, model)


def test_after_some_failures_in_a_row_a_model_is_left_alone_and_the_others_are_not() -> None:
    breaker = broken()
    with pytest.raises(Unavailable, match="a on box") as caught:
        breaker.check("a", 1.0)
    assert caught.value.details["retryAfterMs"] == round((FIRST_PAUSE_SECONDS - 1) * 1000)
    assert caught.value.details["reason"] == "cooling"
    breaker.check("b", 1.0)


def test_a_server_that_cant_be_reached_is_left_alone_with_all_its_models_until_it_answers() -> None:
    breaker = broken(REFUSED)
    with pytest.raises(Unavailable, match="box failed"):
        breaker.check("b", 1.0)
    breaker.reachable()
    breaker.check("b", 1.0)


def test_a_success_in_between_begins_the_count_anew() -> None:
    breaker = Breaker("box")
    for _ in range(FAILURES - 1):
        fail(breaker, LOAD_FAILED)
    breaker.record_success("a")
    for _ in range(FAILURES - 1):
        fail(breaker, LOAD_FAILED)
    breaker.check("a", 0.0)


def test_one_trial_at_a_time_and_a_success_closes() -> None:
    breaker, who = broken(), object()
    now = FIRST_PAUSE_SECONDS
    breaker.check("a", now)
    breaker.begin("a", who)
    with pytest.raises(Unavailable):
        breaker.check("a", now)
    breaker.record_success("a")
    breaker.check("a", now)


def test_a_trial_that_is_cancelled_says_nothing_and_lets_the_next_one_try() -> None:
    breaker, who = broken(), object()
    breaker.begin("a", who)
    breaker.end("a", who)
    breaker.check("a", FIRST_PAUSE_SECONDS)


def test_each_failed_trial_doubles_the_pause_up_to_a_bound() -> None:
    breaker, now, pauses = broken(), FIRST_PAUSE_SECONDS, []
    for _ in range(10):
        fail(breaker, LOAD_FAILED, now=now)
        pauses.append(breaker.wait("a", now))
        now += pauses[-1]
    assert pauses[:3] == [2 * FIRST_PAUSE_SECONDS, 4 * FIRST_PAUSE_SECONDS, 8 * FIRST_PAUSE_SECONDS]
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_those_that_began_before_do_not_lengthen_the_pause() -> None:
    breaker = Breaker("box")
    for who in (begun := [object() for _ in range(FAILURES + 5)]):
        breaker.begin("a", who)
    for place, who in enumerate(begun):
        breaker.record_failure("a", who, LOAD_FAILED, float(place) / 10)
    assert breaker.wait("a", 1.0) < FIRST_PAUSE_SECONDS


def test_a_model_that_fails_shows_that_the_server_answers() -> None:
    breaker = broken(REFUSED)
    fail(breaker, LOAD_FAILED, now=FIRST_PAUSE_SECONDS)
    breaker.check("b", FIRST_PAUSE_SECONDS)


def test_the_circuits_are_bounded() -> None:
    breaker = Breaker("box")
    for number in range(MAX_MODELS + 50):
        fail(breaker, LOAD_FAILED, model=str(number))
    assert len(breaker._models) == MAX_MODELS


def test_a_model_whose_rate_is_limited_is_left_alone_for_as_long_as_its_server_says() -> None:
    breaker = Breaker("box")
    fail(breaker, RateLimited("slow down", reason="rate_limited", http_status=429, retry_after_ms=7000))
    with pytest.raises(RateLimited, match="limits how often a") as caught:
        breaker.check("a", 1.0)
    assert caught.value.details == {"reason": "rate_limited", "backend": "box", "retryAfterMs": 6000}
    assert breaker.wait("a", 1.0) == 6.0
    breaker.check("b", 1.0)
    breaker.record_success("a")
    with pytest.raises(RateLimited):
        breaker.check("a", 6.0)
    breaker.check("a", 7.5)
    for number in range(FAILURES + 1):
        fail(breaker, RateLimited("slow down", http_status=429, retry_after_ms=1), now=10.0 + number, model="b")
    breaker.check("b", 19.0)
    fail(breaker, RateLimited("slow down", http_status=429, retry_after_ms=3_600_000), now=20.0, model="c")
    assert breaker.wait("c", 20.0) == LONGEST_PAUSE_SECONDS


def test_a_rate_that_is_limited_without_saying_for_how_long_counts_for_the_server() -> None:
    with pytest.raises(Unavailable):
        broken(RateLimited("slow down", reason="rate_limited", http_status=429)).check("b", 1.0)
