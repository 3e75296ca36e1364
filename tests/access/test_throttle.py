"""Wrong guesses: who is slowed down by them, and who is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.access.throttle import FORGET_SECONDS, CountedGuess, Delays, Throttle
from orchd.errors import RateLimited

EACH, SPREAD = Delays(3, 1.0, 60.0), Delays(5, 1.0, 60.0)


def make(entries: int = 100) -> Throttle:
    return Throttle(EACH, SPREAD, entries)


def guess(throttle: Throttle, account: str, address: str, now: float = 0.0) -> CountedGuess:
    throttle.check(account, address, now)
    return throttle.count(account, address, now)


def wrong(throttle: Throttle, account: str, address: str, now: float = 0.0) -> float:
    """CountedGuess wrong; return the seconds that one has to wait instead, 0 for none."""
    try:
        guess(throttle, account, address, now)
    except RateLimited as error:
        return (error.retry_after_ms or 0) / 1000
    return 0.0


def right(throttle: Throttle, account: str, address: str, now: float = 0.0) -> None:
    guess(throttle, account, address, now).take_back()
    throttle.remember(account, address)


def test_delays_double_up_to_a_bound() -> None:
    assert [EACH.after(guesses) for guesses in (0, 1, 2, 3, 4, 5, 8, 9, 10, 10_000)] == [
        *(0, 0, 0, 1, 2, 4, 32, 60, 60, 60)
    ]


def test_a_guess_too_soon_is_refused_and_makes_the_delay_no_longer() -> None:
    throttle = make()
    assert [wrong(throttle, "ana", "a") for _ in range(5)] == [0, 0, 0, 1, 1]
    assert wrong(throttle, "ana", "a", 0.999) == pytest.approx(0.001)
    assert [wrong(throttle, "ana", "a", 1.0), wrong(throttle, "ana", "a", 1.0)] == [0, 2]


def test_it_is_the_same_for_a_right_one() -> None:
    throttle = make()
    for _ in range(3):
        wrong(throttle, "ana", "a")
    with pytest.raises(RateLimited) as caught:
        right(throttle, "ana", "a", 0.5)
    assert caught.value.details == {"reason": "wrong_tries", "retryAfterMs": 500}
    right(throttle, "ana", "a", 1.0)
    assert [wrong(throttle, "ana", "a", 1.0) for _ in range(4)] == [0, 0, 0, 1], "it begins anew"


def test_many_at_once_are_counted_when_they_begin() -> None:
    throttle = make()
    guesses = [guess(throttle, "ana", "a") for _ in range(3)]
    assert wrong(throttle, "ana", "a") == 1
    guesses[0].take_back()
    guesses[0].take_back()
    assert [wrong(throttle, "ana", "a") for _ in range(2)] == [0, 1]


def test_one_attacker_makes_the_owner_wait_nowhere_else() -> None:
    throttle = make()
    for second in range(100):
        wrong(throttle, "ana", "evil", float(second))
    assert wrong(throttle, "ana", "evil", 100.0) > 0
    assert wrong(throttle, "ana", "home", 100.0) == 0


def test_many_attackers_of_one_account_are_slowed_down_together() -> None:
    throttle = make()
    assert [wrong(throttle, "ana", f"evil{number}") for number in range(6)] == [0, 0, 0, 0, 0, 1]
    assert wrong(throttle, "bob", "evil6") == 0


def test_who_was_right_there_before_does_not_wait_for_others() -> None:
    throttle = make()
    right(throttle, "ana", "home")
    for number in range(50):
        wrong(throttle, "ana", f"evil{number}")
        wrong(throttle, f"somebody{number}", "home")
    right(throttle, "ana", "home")
    assert [wrong(throttle, "ana", "home") for _ in range(4)] == [0, 0, 0, 1], "only for their own"


def test_trying_all_accounts_from_one_address_gets_slow() -> None:
    throttle = make()
    assert [wrong(throttle, f"somebody{number}", "evil") for number in range(6)] == [0, 0, 0, 0, 0, 1]
    assert wrong(throttle, "somebody6", "home") == 0


def test_an_old_password_again_and_again_does_not_hold_up_its_neighbours() -> None:
    throttle = make()
    for second in range(1000):
        wrong(throttle, "program", "office", float(second))
    assert wrong(throttle, "ana", "office", 1000.0) == 0


def test_right_ones_leave_no_delay_to_their_address() -> None:
    throttle = make()
    for number in range(4):
        wrong(throttle, f"somebody{number}", "office")
    for number in range(50):
        right(throttle, f"user{number}", "office")
    assert [wrong(throttle, f"new{number}", "office") for number in range(2)] == [0, 1]


def test_a_right_one_takes_its_time_back_too() -> None:
    throttle = make()
    for number in range(5):
        wrong(throttle, f"somebody{number}", "office")
    right(throttle, "ana", "office", 1.0)
    assert wrong(throttle, "bob", "office", 1.0) == 0


def test_what_was_counted_since_keeps_its_time() -> None:
    throttle = make()
    guesses = [guess(throttle, f"somebody{number}", "office") for number in range(5)]
    wrong(throttle, "bob", "office", 1.0)
    guesses[4].take_back()
    assert wrong(throttle, "eve", "office", 1.5) == pytest.approx(0.5)


def test_the_oldest_give_way() -> None:
    throttle = make(3)
    for name in ("ana", "bob", "cid"):
        right(throttle, name, "home")
        for _ in range(3):
            wrong(throttle, name, "home")
    throttle.remember("ana", "home")
    right(throttle, "dan", "home")
    assert [throttle.is_known(name, "home") for name in ("ana", "bob", "cid", "dan")] == [True, False, True, True]
    wrong(throttle, "dan", "home")
    wrong(throttle, "eve", "elsewhere")
    assert wrong(throttle, "dan", "home") == 0
    assert wrong(throttle, "cid", "home") == 1, "bob's went first"


def test_it_is_forgotten_after_a_while() -> None:
    throttle = make()
    for _ in range(3):
        wrong(throttle, "ana", "a")
    assert [wrong(throttle, "ana", "a", FORGET_SECONDS) for _ in range(4)] == [0, 0, 0, 1]


def test_memory_is_bounded() -> None:
    throttle = make(10)
    for number in range(1000):
        right(throttle, f"known{number}", f"b{number}", float(number))
        wrong(throttle, f"account{number}", f"a{number}", float(number))
    sizes = [len(counts._counts) for counts in (throttle._pairs, throttle._accounts, throttle._addresses)]
    assert sizes == [10, 10, 10]
    assert len(throttle._known) == 10


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.booleans()), max_size=40))
def test_what_is_taken_back_was_never_there(taken: list[tuple[str, str, bool]]) -> None:
    throttle = Throttle(Delays(100, 1.0, 60.0), Delays(100, 1.0, 60.0))
    guesses = [guess(throttle, account, address) for account, address, _ in taken]
    for counted, _ in sorted(zip(guesses, taken, strict=True), key=lambda each: each[1][2]):
        counted.take_back()
    assert not throttle._pairs._counts
    assert not throttle._accounts._counts
    assert not throttle._addresses._counts
