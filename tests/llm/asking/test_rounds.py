from itertools import cycle, islice
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import (
    Invalid,
    NotFound,
    OrchdError,
    RateLimited,
    RequestCancelled,
    ShuttingDown,
    Timeout,
    TooLarge,
    Unavailable,
    UpstreamError,
)
from orchd.llm import ModelInfo, Retry, Target
from orchd.llm.asking.rounds import LONGEST_NAP_SECONDS, ONCE, Rounds

TARGETS = [Target(ModelInfo(name, "box"), "box") for name in ("a", "b", "c")]
POLICY = Retry(rounds=3, first_pause=1.0, patience=60.0, squeeze=0.5)


def cooling(milliseconds: int) -> Unavailable:
    return Unavailable("left alone", reason="cooling", retry_after_ms=milliseconds)


def limited(milliseconds: int) -> RateLimited:
    return RateLimited("slow down", reason="rate_limited", retry_after_ms=milliseconds)


ERRORS = st.sampled_from(
    [
        Timeout("slow"),
        UpstreamError("broken"),
        UpstreamError("it does not fit", reason="load_failed"),
        Unavailable("away"),
        NotFound("gone"),
        TooLarge("long"),
        Invalid("bad"),
        RequestCancelled("gone"),
        cooling(0),
        cooling(4_000),
        cooling(90_000),
        limited(1),
        limited(30_000),
        limited(3_600_000),
    ]
)
POLICIES = st.builds(
    Retry,
    st.integers(1, 5),
    st.sampled_from([0.5, 1.0]),
    st.sampled_from([0.0, 10.0, 60.0]),
    st.sampled_from([0.6, 1.0]),
)


@given(POLICIES, st.integers(1, 3), st.lists(ERRORS, min_size=1, max_size=6))
def test_it_ends_soon_whatever_fails(retry: Retry, count: int, errors: list[OrchdError]) -> None:
    """No series of failures has it ask for ever, at once again, or for longer than its policy says."""
    rounds, pauses = Rounds(retry, TARGETS[:count]), list[float]()
    for error in islice(cycle(errors), 300):
        assert {*rounds.order} == {*TARGETS[:count]}, "nobody is lost"
        assert 0 < rounds.share <= 1
        if (pause := rounds.after(error)) is None:
            break
        pauses.append(pause)
    else:
        raise AssertionError("it never ends")
    assert rounds.failed <= retry.rounds
    assert len(pauses) <= retry.rounds + ceil(retry.patience / retry.first_pause)
    assert all(pause >= retry.first_pause for pause in pauses)
    waiting = retry.patience + max(retry.patience, LONGEST_NAP_SECONDS)
    own = sum(max(retry.patience, retry.first_pause * 2**number) for number in range(retry.rounds))
    assert sum(pauses) <= waiting + own


@given(POLICIES, st.integers(2, 3), st.integers(1, 5))
def test_each_round_begins_with_the_next_model(retry: Retry, count: int, failures: int) -> None:
    rounds = Rounds(retry._replace(rounds=9), TARGETS[:count])
    for number in range(1, failures + 1):
        assert rounds.after(NotFound("gone")) == retry.first_pause * 2 ** (number - 1)
        assert rounds.order[0] == TARGETS[number % count]


@pytest.mark.parametrize("error", [Invalid("bad"), RequestCancelled("gone"), ShuttingDown("bye")])
def test_what_is_hopeless_is_no_model_asked_again(error: OrchdError) -> None:
    assert Rounds(POLICY, TARGETS).after(error) is None


@pytest.mark.parametrize(
    "error", [NotFound("gone"), UpstreamError("it does not fit", reason="load_failed"), Invalid("bad")]
)
def test_what_would_fail_again_is_not_asked_of_the_same_model(error: OrchdError) -> None:
    rounds = Rounds(POLICY, TARGETS[:1])
    assert (rounds.after(error), rounds.failed) == (None, 1)


def test_a_prompt_gets_shorter_where_it_can() -> None:
    rounds = Rounds(POLICY, TARGETS[:1])
    assert rounds.after(TooLarge("long")) == 1.0
    assert rounds.after(TooLarge("long")) == 2.0
    assert rounds.share == 0.25
    assert Rounds(POLICY._replace(squeeze=1.0), TARGETS[:1]).after(TooLarge("long")) is None


def test_waiting_for_a_model_that_is_left_alone_is_no_failure() -> None:
    rounds = Rounds(POLICY, TARGETS[:1])
    assert rounds.after(cooling(4_000)) == 4
    assert rounds.after(cooling(60_000)) == LONGEST_NAP_SECONDS
    assert rounds.after(limited(30_000)) == 30
    assert (rounds.failed, rounds.share) == (0, 1.0)
    assert rounds.after(Timeout("slow")) == POLICY.first_pause
    assert rounds.failed == 1


def test_patience_ends_unless_somebody_finds_out_whether_the_model_is_well() -> None:
    rounds = Rounds(POLICY, TARGETS[:1])
    for _ in range(100):
        assert rounds.after(cooling(60_000), answering=True) == LONGEST_NAP_SECONDS
    assert sum(rounds.after(cooling(60_000)) or 0 for _ in range(100)) == POLICY.patience
    assert Rounds(ONCE, TARGETS[:1]).after(cooling(60_000)) is None


def test_a_server_that_limits_every_millisecond_is_not_asked_every_millisecond() -> None:
    assert Rounds(POLICY, TARGETS[:1]).after(limited(1)) == POLICY.first_pause


def test_another_model_is_asked_rather_than_one_that_is_left_alone() -> None:
    rounds = Rounds(POLICY, TARGETS)
    assert rounds.after(limited(30_000)) == POLICY.first_pause
    assert (rounds.failed, rounds.order[0]) == (1, TARGETS[1])


def test_a_server_that_is_away_says_how_long() -> None:
    assert Rounds(POLICY, TARGETS[:1]).after(Unavailable("busy", retry_after_ms=20_000)) == 20
    assert Rounds(POLICY, TARGETS[:1]).after(Unavailable("busy", retry_after_ms=9_000_000)) == POLICY.patience
