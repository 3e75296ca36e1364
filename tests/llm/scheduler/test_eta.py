import pytest

from orchd.llm.scheduler.eta import etas, load_left
from orchd.llm.scheduler.plan import Schedule
from orchd.llm.scheduler.ticket import Ticket
from orchd.llm.types import Requester


def waiting(total: int, *models: str) -> tuple[Schedule, list[Ticket]]:
    """Requests of two loaded models behind as many as there are slots; B must be loaded."""
    plan = Schedule()
    plan.total, plan.resident = total, ("A",)
    for model in ("A",) * total + models:
        plan.enter(Ticket(model, Requester(), 0.0), 0.0)
    return plan, plan.order(0.0)


@pytest.mark.parametrize(("slots", "expected"), [(1, [10.0, 20.0, 30.0]), (2, [5.0, 10.0, 15.0])])
def test_one_after_another_on_each_slot(slots: int, expected: list[float]) -> None:
    plan, order = waiting(slots, "A", "A", "A")
    plan.speeds.note_generation("A", 10.0)
    assert etas(plan, order, 0.0) == expected


def test_another_model_waits_for_those_before_it_and_for_its_load() -> None:
    plan, order = waiting(1, "B", "A")
    plan.speeds.note_generation("A", 10.0)
    plan.speeds.note_generation("B", 5.0)
    plan.speeds.note_load("B", 30.0)
    assert [ticket.model for ticket in order] == ["A", "B"]
    assert etas(plan, order, 0.0) == [10.0, 20.0 + 30.0 + 5.0]


def test_a_load_that_is_under_way_takes_only_what_is_left_of_it() -> None:
    plan = Schedule()
    plan.total, plan.resident = 1, ()
    plan.speeds.note_generation("B", 5.0)
    plan.speeds.note_load("B", 30.0)
    for _ in range(2):
        plan.enter(Ticket("B", Requester(), 100.0), 100.0)
    order = plan.order(112.0)
    assert [load_left(plan, "B", now) for now in (100.0, 112.0, 140.0)] == [30.0, 18.0, 0.0]
    assert etas(plan, order, 112.0) == [18.0 + 5.0]
    assert load_left(plan, "C", 112.0) is None


def test_what_was_never_measured_is_not_guessed() -> None:
    plan, order = waiting(1, "A", "B")
    plan.speeds.note_generation("A", 10.0)
    assert etas(plan, order, 0.0) == [10.0, None]
