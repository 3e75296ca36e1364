import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.llm.scheduler.plan import LINGER_LOADS, LONGEST_STINT_SECONDS, STINT_SECONDS, Schedule
from orchd.llm.scheduler.ticket import PATIENCE_SECONDS, Ticket
from orchd.llm.types import Priority, Requester
from tests.examples import examples
from tests.llm.scheduler.days import LOAD_SECONDS, FirstCome, closed_day, open_day, passed_outside_a_stint
from tests.llm.scheduler.simulation import Ran, Request, Result, Server

CHAT, TASK, BACKGROUND = Requester(), Requester(Priority.TASK), Requester(Priority.BACKGROUND)


def plan(total: int | None = 1, resident: tuple[str, ...] | None = ("A",), each: int | None = None) -> Schedule:
    found = Schedule()
    found.total, found.each_other, found.resident = total, each, resident
    return found


def enter(to: Schedule, model: str = "A", requester: Requester = CHAT, now: float = 0.0) -> Ticket:
    ticket = Ticket(model, requester, now)
    to.enter(ticket, now)
    return ticket


def order(to: Schedule, now: float = 0.0) -> str:
    """Let all that runs end, one after another, and return the models in the order in which they began."""
    began = ""
    while to.running:
        ticket = next(iter(to.running))
        began += ticket.model
        to.note_load(ticket, now)
        to.leave(ticket, now)
    return began


def test_as_many_as_there_are_slots() -> None:
    for slots in (1, 4):
        full = plan(slots)
        tickets = [enter(full) for _ in range(slots + 2)]
        assert [ticket.state for ticket in tickets] == ["running"] * slots + ["waiting"] * 2
        assert full.leave(tickets[0], 1.0) == [tickets[slots]]
    unlimited = plan(None)
    assert [enter(unlimited).state for _ in range(50)] == ["running"] * 50


def test_slots_of_one_model_leave_the_others_theirs() -> None:
    both = plan(None, ("A", "B"), each=1)
    assert [enter(both, model).state for model in "AAB"] == ["running", "waiting", "running"]
    assert both.slots("A") == 1


def test_the_slots_of_a_model_are_free_again_once_what_ran_there_is_gone() -> None:
    to = plan(None, ("A", "B"), each=2)
    for _ in range(3):
        first, second, third = enter(to), enter(to), enter(to)
        assert [first.waiting, second.waiting, third.waiting] == [False, False, True]
        assert to.why(third) == "slots"
        assert to.leave(first, 0.0) == [third]
        assert to.leave(second, 0.0) == to.leave(third, 0.0) == []


def test_a_b_a_b_becomes_a_a_b_b() -> None:
    to = plan()
    for model in "AABAB":
        enter(to, model)
    assert order(to) == "AAABB"


def test_another_model_waits_until_what_runs_has_ended_and_then_is_loaded_alone() -> None:
    to = plan(4)
    first, second = enter(to), enter(to)
    others = [enter(to, "B") for _ in range(3)]
    assert to.leave(first, 1.0) == []
    assert to.leave(second, 2.0) == [others[0]]
    assert (to.loading, others[0].loads) == (others[0], True)
    late = enter(to)
    assert [to.why(ticket) for ticket in (others[1], late)] == ["loading", "other_model"]
    assert to.note_load(others[0], 9.0) == others[1:]
    assert late.waiting
    assert to.speeds.load("B") == 7.0


def test_models_that_are_listed_as_loaded_run_side_by_side() -> None:
    to = plan(4)
    enter(to)
    other = enter(to, "B")
    assert to.note_listing({"A", "B"}, 1.0) == [other]
    assert not other.loads


def test_chat_before_tasks_before_background_even_for_another_model() -> None:
    to = plan()
    enter(to)
    background, task, chat = enter(to, "A", BACKGROUND), enter(to, "A", TASK), enter(to, "B", CHAT)
    assert to.order(0.0) == [chat, task, background]
    assert order(to) == "ABAA"


def test_users_take_turns() -> None:
    to = plan()
    running = enter(to, requester=Requester(user=2))
    greedy = [enter(to, requester=Requester(user=2)) for _ in range(3)]
    other = enter(to, requester=Requester(user=3))
    assert to.leave(running, 1.0) == [other]
    assert to.leave(other, 2.0) == [greedy[0]]


def test_a_turn_given_up_is_not_taken() -> None:
    to = plan()
    running = enter(to, requester=Requester(user=4))
    to.leave(enter(to, requester=Requester(user=2)), 0.0)
    x, _ = enter(to, requester=Requester(user=2)), enter(to, requester=Requester(user=3))
    assert to.leave(running, 0.0) == [x]


@pytest.mark.parametrize("somebody", [True, False])
def test_turns_taken_count_as_long_as_somebody_runs(somebody: bool) -> None:
    to = plan(2 if somebody else 1)
    if somebody:
        enter(to, requester=Requester(user=5))
    for _ in range(3):
        to.leave(enter(to, requester=Requester(user=2)), 0.0)
    running = enter(to, requester=Requester(user=4))
    x, y = enter(to, requester=Requester(user=2)), enter(to, requester=Requester(user=3))
    assert to.leave(running, 0.0) == [y if somebody else x]


def test_turns_taken_count_as_long_as_somebody_waits() -> None:
    to = plan()
    running = enter(to, requester=Requester(user=2))
    again, y = enter(to, requester=Requester(user=2)), enter(to, requester=Requester(user=3))
    assert to.leave(running, 0.0) == [y]
    z = enter(to, requester=Requester(user=4))
    assert to.leave(y, 0.0) == [z]
    assert to.leave(z, 0.0) == [again]


def test_of_two_who_came_at_once_the_first_is_first() -> None:
    to = plan()
    running, first, _ = enter(to), enter(to, "B"), enter(to, "C")
    assert to.leave(running, 0.0) == [first]


def test_an_overdue_request_goes_first() -> None:
    to = plan()
    running = enter(to)
    background = enter(to, requester=BACKGROUND)
    due = PATIENCE_SECONDS[Priority.BACKGROUND]
    chats = [enter(to, now=due - 1) for _ in range(3)]
    assert to.order(due - 1) == [*chats, background]
    assert to.order(due)[0] is background
    assert to.leave(running, due) == [background]


def test_an_overdue_request_for_another_model_waits_for_the_end_of_the_stint_and_no_longer() -> None:
    to = plan(1, ())
    first = enter(to)
    to.note_load(first, 10.0)
    other = enter(to, "B", now=10.0)
    last = 10.0 + max(STINT_SECONDS, 4 * 10.0)
    following = enter(to, now=10.0)
    assert to.leave(first, last - 1) == [following]
    enter(to, now=last - 1)
    assert to.leave(following, last) == [other]


def test_a_stint_ends_when_it_ends() -> None:
    to = plan(1, ())
    first = enter(to)
    to.note_load(first, 10.0)
    last = 10.0 + max(STINT_SECONDS, 4 * 10.0)
    task, chat = enter(to, requester=TASK, now=last - 1), enter(to, "B", now=last - 1)
    assert to.order(last - 1) == [task, chat]
    assert to.order(last) == [chat, task]
    assert to.leave(first, last) == [chat]


def test_who_waits_for_the_load_under_way_is_told_to_come_before_the_others() -> None:
    to = plan(2, ())
    first = enter(to)
    other, same = enter(to, "B", now=1.0), enter(to, requester=TASK, now=2.0)
    assert to.loading is first
    assert to.order(3.0) == [same, other]
    assert to.order(3.0 + PATIENCE_SECONDS[Priority.CHAT]) == [same, other], "the stint comes next, overdue or not"
    assert to.note_load(first, 3.0) == [same]


def test_a_more_urgent_request_for_another_model_waits_for_the_end_of_the_stint_too() -> None:
    to = plan(1, ())
    first = enter(to, requester=TASK)
    to.note_load(first, 1.0)
    task, chat = enter(to, requester=TASK, now=1.0), enter(to, "B", CHAT, now=1.0)
    assert to.order(1.0) == [task, chat]
    assert to.leave(first, 2.0) == [task]
    assert to.leave(task, 3.0) == [chat], "nobody asks for the present model any more"


def idle(load_seconds: float, now: float) -> Schedule:
    """A server whose model A has been idle since `now`, and that has taken so long to load B once."""
    to = plan()
    to.speeds.note_load("B", load_seconds)
    to.leave(enter(to, now=now), now)
    return to


@pytest.mark.parametrize("requester", [TASK, BACKGROUND])
def test_less_urgent_work_leaves_an_idle_model_its_place_for_a_while(requester: Requester) -> None:
    to = idle(load_seconds=10.0, now=100.0)
    waits = enter(to, "B", requester, now=105.0)
    until = 100.0 + LINGER_LOADS[requester.priority] * 10.0
    assert (waits.state, to.alarm) == ("waiting", until)
    assert to.tick(until - 1) == []
    assert to.tick(until) == [waits]
    assert waits.loads


def test_a_person_takes_an_idle_models_place_at_once_and_the_others_come_along() -> None:
    to = idle(load_seconds=10.0, now=0.0)
    task, chat = enter(to, "B", TASK, now=1.0), enter(to, "B", CHAT, now=2.0)
    assert (task.state, chat.state, to.alarm) == ("waiting", "running", None)
    to.note_load(chat, 12.0)
    assert to.leave(chat, 13.0) == [task]


def test_who_asks_the_idle_model_meanwhile_is_answered_without_a_swap() -> None:
    to = idle(load_seconds=10.0, now=0.0)
    task = enter(to, "B", TASK, now=1.0)
    again = enter(to, now=15.0)
    assert (again.state, again.loads, to.alarm) == ("running", False, None)
    assert to.leave(again, 30.0) == []
    assert to.alarm == 50.0, "the model's last use counts"
    assert to.tick(50.0) == [task]


def test_the_patience_of_all_who_wait_bounds_how_long_an_idle_model_is_kept() -> None:
    to = idle(load_seconds=1_000.0, now=0.0)
    to.speeds.note_load("C", 1_000.0)
    background = enter(to, "B", BACKGROUND, now=1.0)
    task = enter(to, "C", TASK, now=2.0)
    due = 2.0 + PATIENCE_SECONDS[Priority.TASK]
    assert to.alarm == due
    assert to.tick(due) == [task]
    assert background.waiting


def test_no_model_is_kept_whose_load_was_never_measured_or_where_none_is_loaded() -> None:
    to = plan()
    assert enter(to, "B", TASK).state == "running"
    to = plan(resident=())
    to.speeds.note_load("B", 10.0)
    assert enter(to, "B", TASK).state == "running"


def test_giving_up_while_waiting_and_while_running() -> None:
    to = plan()
    running, waiting, last = enter(to), enter(to), enter(to)
    assert to.leave(waiting, 0.0) == []
    assert to.leave(running, 0.0) == [last]
    assert to.leave(last, 0.0) == []
    assert to.leave(last, 0.0) == []
    assert not to.waiting
    assert not to.running


def test_giving_up_makes_way_for_those_who_waited_behind() -> None:
    to = plan(4)
    enter(to)
    blocking = enter(to, "B")
    task = enter(to, requester=TASK)
    assert task.waiting, "what is more urgent is for another model, so what runs must end first"
    assert to.leave(blocking, 0.0) == [task]


def test_a_load_that_came_to_nothing_leaves_it_open_what_is_loaded() -> None:
    to = plan(4, ())
    failing = enter(to)
    second = enter(to)
    assert to.leave(failing, 1.0) == [second]
    assert second.loads
    assert to.loading is second
    assert to.note_listing({"A"}, 2.0) == [], "a list that may be older than the load proves nothing"
    assert not to.is_resident("A")
    to = plan(1, ("A",))
    to.leave(enter(to, "B"), 1.0)
    assert not to.is_resident("A"), "the load may have thrown it out"
    assert enter(to, "A").loads


def test_alone_begins_whatever_runs_and_keeps_the_others_back() -> None:
    to = plan(1)
    enter(to)
    alone = Ticket("A", CHAT, 0.0, alone=True)
    assert to.enter(alone, 0.0) == [alone]
    second = Ticket("A", CHAT, 0.0, alone=True)
    assert to.enter(second, 0.0) == []
    assert to.leave(alone, 1.0) == [second]


def test_where_all_models_are_always_there_nothing_is_loaded() -> None:
    to = plan(None, None)
    assert not any(enter(to, model).loads for model in "ABC")


REQUESTS = st.lists(
    st.builds(
        Request,
        st.floats(0, 400),
        st.sampled_from("ABC"),
        st.floats(0.1, 60),
        st.builds(Requester, st.sampled_from(Priority), st.sampled_from("xy"), st.integers(1, 2)),
    ),
    max_size=40,
)


@settings(max_examples=examples(100), deadline=None)
@given(REQUESTS, st.integers(1, 4), st.floats(0, 40))
def test_everything_runs_and_nothing_is_thrown_out(requests: list[Request], slots: int, load_seconds: float) -> None:
    result = Server(plan(slots), load_seconds).run(requests)
    assert Counter(ran.request for ran in result.ran) == Counter(requests)
    assert result.killed == 0
    assert most_at_once(result) <= slots


@settings(max_examples=examples(100), deadline=None)
@given(REQUESTS, st.integers(1, 4), st.floats(0, 40))
def test_whoever_falls_due_later_passes_only_in_a_stint(
    requests: list[Request], slots: int, load_seconds: float
) -> None:
    """The bound as the plan states it; with slots for the whole server, so that none wait for those of a model."""
    server = Server(plan(slots), load_seconds)
    server.run(requests)
    assert not list(passed_outside_a_stint(server, load_seconds))


def most_at_once(result: Result) -> int:
    edges = sorted([(ran.began, 1) for ran in result.ran] + [(ran.ended, -1) for ran in result.ran])
    most = now = 0
    for _, change in edges:
        now += change
        most = max(most, now)
    return most


@pytest.mark.parametrize("priority", [Priority.TASK, Priority.BACKGROUND])
@pytest.mark.parametrize("model", ["A", "B"])
def test_nothing_starves_under_a_flood_of_chats(priority: Priority, model: str) -> None:
    """Twenty users who ask again at once keep both slots busy for ever; a single request still gets its turn."""
    users, slots, seconds, load_seconds = 20, 2, 10.0, 15.0

    def again(ran: Ran) -> Request | None:
        return ran.request._replace(at=ran.ended) if ran.request.requester.priority is Priority.CHAT else None

    flood = [Request(0.0, "A", seconds, Requester(user=number)) for number in range(users)]
    single = Request(1.0, model, seconds, Requester(priority))
    server = Server(plan(slots), load_seconds, again)
    result = server.run([*flood, single], until=3600.0)
    [ran] = [ran for ran in result.ran if ran.request == single]
    due_before = users * seconds / slots
    assert PATIENCE_SECONDS[priority] - 1 <= ran.waited
    assert ran.waited <= PATIENCE_SECONDS[priority] + LONGEST_STINT_SECONDS + due_before + seconds + load_seconds
    assert result.killed == 0


def test_two_overloaded_models_are_not_swapped_at_every_request() -> None:
    """Users of two models who ask again at once: each model gets its share, in stints."""

    def again(ran: Ran) -> Request | None:
        return ran.request._replace(at=ran.ended)

    chooses = random.Random(1)
    crowd = [Request(chooses.random(), "AB"[n % 2], 5.0, Requester(user=n)) for n in range(30)]
    result = Server(plan(1), 10.0, again).run(crowd, until=3600.0)
    assert result.swaps <= 3600 / (STINT_SECONDS + 10.0) + 1
    shares = [sum(ran.request.model == model for ran in result.ran) for model in "AB"]
    assert max(shares) <= 1.2 * min(shares)


def test_a_day_of_mixed_traffic_takes_a_third_of_the_swaps_and_keeps_the_bound() -> None:
    """The days that the benchmark prints, one of each: fixed seeds, no clock, so that the figures are always the same.

    The bounds leave a little room for another random generator.
    """
    plain, (server, ours) = open_day(FirstCome(), 671)[1], open_day(Schedule(), 671)
    assert 2.9 * ours.swaps <= plain.swaps
    assert ours.end <= 0.65 * plain.end
    assert (ours.killed, list(passed_outside_a_stint(server, LOAD_SECONDS))) == (0, [])


def test_where_everybody_waits_for_an_answer_before_asking_on_there_is_less_to_gain() -> None:
    plain, (server, ours) = closed_day(FirstCome(), 671)[1], closed_day(Schedule(), 671)
    assert sorted(ran.request.seconds for ran in ours.ran) == sorted(ran.request.seconds for ran in plain.ran)
    assert 1.3 * ours.swaps <= plain.swaps
    assert ours.end <= plain.end
    assert (ours.killed, list(passed_outside_a_stint(server, LOAD_SECONDS))) == (0, [])
