from collections.abc import Hashable
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.scheduler.fair import PRUNE_AT, Clock, Fair


@dataclass(eq=False)
class Thing:
    """What waits: a user's, in a conversation."""

    user: str
    conversation: int = 0
    number: int = 0
    waiting: bool = True

    @property
    def path(self) -> tuple[Hashable, ...]:
        return self.user, self.conversation


def fair(*things: Thing, clock: Clock | None = None) -> Fair[Thing]:
    queue = Fair[Thing](0, 2, clock)
    for thing in things:
        queue.push(thing)
    return queue


def take(queue: Fair[Thing]) -> Thing:
    head = queue.head()
    assert head is not None
    return out(queue, head[1])


def out(queue: Fair[Thing], thing: Thing, *, served: bool = True) -> Thing:
    thing.waiting = False
    queue.took(thing, served=served)
    return thing


def drained(queue: Fair[Thing]) -> list[Thing]:
    return [take(queue) for _ in range(queue.count)]


def names(things: list[Thing]) -> str:
    return "".join(thing.user for thing in things)


def test_users_take_turns_however_much_one_has_asked() -> None:
    assert names(drained(fair(*[Thing("a") for _ in range(5)], Thing("b"), Thing("b")))) == "ababaaa"


def test_a_users_conversations_share_the_users_turns() -> None:
    things = [Thing("a", 1), Thing("a", 1), Thing("a", 1), Thing("a", 2), Thing("b"), Thing("b"), Thing("b")]
    served = drained(fair(*things))
    assert names(served) == "abababa"
    assert [thing.conversation for thing in served if thing.user == "a"] == [1, 2, 1, 1]


def test_in_one_conversation_the_first_goes_first() -> None:
    things = [Thing("a", 1, number) for number in range(10)]
    assert drained(fair(*things)) == things


def test_a_turn_that_was_not_taken_is_not_saved_up() -> None:
    queue = fair(*[Thing("a") for _ in range(10)])
    for _ in range(6):
        take(queue)
    for _ in range(4):
        queue.push(Thing("b"))
    assert names(drained(queue)) == "babababa"


def test_being_served_elsewhere_counts() -> None:
    clock = Clock()
    one, other = fair(*[Thing("a") for _ in range(3)], clock=clock), fair(Thing("a"), Thing("b"), clock=clock)
    take(one)
    take(one)
    assert take(other).user == "b"


def test_one_that_gave_up_is_passed_over_and_pays_nothing() -> None:
    gone = Thing("a", 1, 0)
    queue = fair(gone, Thing("b"), Thing("a", 1, 1))
    out(queue, gone, served=False)
    assert names(drained(queue)) == "ab"
    assert queue.head() is None


def test_a_user_who_is_always_new_leaves_nothing_behind() -> None:
    clock = Clock()
    queue = fair(clock=clock)
    for number in range(50 * PRUNE_AT):
        queue.push(Thing(str(number)))
        take(queue)
        clock.rest()
    assert not clock._next


def test_of_many_users_only_those_ahead_are_remembered() -> None:
    clock = Clock()
    for number in range(50 * PRUNE_AT):
        clock.charge(number, clock.now + number % 2)
    assert len(clock._next) <= 2 * PRUNE_AT


THINGS = st.lists(st.builds(Thing, st.sampled_from("abc"), st.integers(1, 3)), max_size=30)


@given(THINGS)
def test_what_is_told_is_what_comes(things: list[Thing]) -> None:
    queue = fair(*things)
    order = [thing for _, thing in queue.order()]
    assert sorted(map(id, order)) == sorted(map(id, things))
    served = drained(queue)
    for user in "abc":  # ties between users may go either way
        assert [thing for thing in order if thing.user == user] == [thing for thing in served if thing.user == user]


@given(THINGS, st.lists(st.booleans(), max_size=30))
def test_nobody_is_lost_and_nobody_gets_two_turns_more_than_another_who_waits(
    things: list[Thing], gone: list[bool]
) -> None:
    queue = fair(*things)
    left = list(things)
    for thing, leaves in zip(things, gone, strict=False):
        if leaves:
            left.remove(out(queue, thing, served=False))
    counts = dict.fromkeys("abc", 0)
    while left:
        thing = take(queue)
        left.remove(thing)
        counts[thing.user] += 1
        waiting = {other.user for other in left}
        assert all(counts[thing.user] - counts[user] <= 1 for user in waiting)
    assert queue.count == 0
