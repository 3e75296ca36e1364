"""What one user takes over all connections is bounded, and so is what is remembered of it."""

from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Busy, RateLimited
from orchd.server.shares import BURST_SECONDS, REMEMBERED, ShareLimits, Shares


@given(st.integers(1, 20), st.lists(st.floats(0, 2), max_size=200))
def test_no_more_frames_are_taken_than_the_burst_and_the_rate(rate: int, pauses: list[float]) -> None:
    shares, now, taken = Shares(ShareLimits(frames_per_second=rate)), 0.0, 0
    for pause in pauses:
        now += pause
        refused = shares.count_frame(1, now)
        taken += refused is None
        if refused is not None:
            assert isinstance(refused, RateLimited)
            assert 0 < (refused.retry_after_ms or 0) <= 1000 / rate + 1
    assert taken <= rate * BURST_SECONDS + rate * now + 1


def test_requests_in_flight_are_counted_over_all_connections_of_a_user() -> None:
    shares = Shares(ShareLimits(in_flight=2))
    for _ in range(2):
        assert shares.count_frame(1, 0.0) is None
        shares.begin(1, 0.0)
    assert isinstance(shares.count_frame(1, 0.0), Busy)
    assert shares.count_frame(2, 0.0) is None, "another user"
    shares.end(1)
    assert shares.count_frame(1, 0.0) is None


def test_the_local_owner_and_nobody_are_not_counted() -> None:
    shares = Shares(ShareLimits(in_flight=1, frames_per_second=0.001))
    for user in (0, -1, -2):
        for _ in range(50):
            assert shares.count_frame(user, 0.0) is None
            shares.begin(user, 0.0)
        shares.end(user)


def test_only_so_many_users_are_remembered_and_those_who_are_busy_always() -> None:
    shares = Shares(ShareLimits(in_flight=1))
    shares.begin(1, 0.0)
    for user in range(2, REMEMBERED + 500):
        assert shares.count_frame(user, 0.0) is None
    assert len(shares._shares) == REMEMBERED
    assert isinstance(shares.count_frame(1, 0.0), Busy)


def test_connections_of_a_user_are_counted_and_those_of_the_local_owner_are_not() -> None:
    shares = Shares(ShareLimits(connections=2))
    assert [shares.join(1, 0.0) for _ in range(2)] == [None, None]
    assert isinstance(shares.join(1, 0.0), Busy)
    assert shares.join(2, 0.0) is None, "another user"
    shares.leave(1)
    assert shares.join(1, 0.0) is None
    for user in (0, -1, -2):
        assert [shares.join(user, 0.0) for _ in range(5)] == [None] * 5
        shares.leave(user)


def test_who_is_connected_is_not_forgotten() -> None:
    shares = Shares(ShareLimits(connections=1))
    assert shares.join(1, 0.0) is None
    for user in range(2, REMEMBERED + 500):
        assert shares.count_frame(user, 0.0) is None
    assert len(shares._shares) == REMEMBERED
    assert isinstance(shares.join(1, 0.0), Busy)


def test_without_a_bound_any_number_of_connections_may_be_open() -> None:
    shares = Shares()
    assert [shares.join(1, 0.0) for _ in range(500)] == [None] * 500
