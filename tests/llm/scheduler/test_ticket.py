import pytest

from orchd.llm.scheduler.plan import Schedule
from orchd.llm.scheduler.ticket import PATIENCE_SECONDS, Ticket
from orchd.llm.types import Priority, Requester


@pytest.mark.parametrize("priority", Priority)
def test_it_is_due_after_the_patience_of_its_priority(priority: Priority) -> None:
    ticket = Ticket("a", Requester(priority, 1, 7), 100.0)
    assert (ticket.due, ticket.since) == (100.0 + PATIENCE_SECONDS[priority], 100.0)
    assert (ticket.path, ticket.waiting) == ((1, 7), True)


def test_the_more_urgent_is_the_less_patient() -> None:
    assert [PATIENCE_SECONDS[priority] for priority in sorted(Priority)] == sorted(PATIENCE_SECONDS.values())


def test_an_urgent_task_overtakes_others_that_came_before_it_but_no_chat() -> None:
    plan = Schedule()
    plan.total, plan.resident = 1, ("A",)
    priorities = (Priority.TASK, Priority.TASK, Priority.URGENT, Priority.CHAT)
    running, earlier, urgent, chat = [Ticket("A", Requester(priority), 0.0) for priority in priorities]
    for ticket in (running, earlier, urgent, chat):
        plan.enter(ticket, 0.0)
    for expected in (chat, urgent, earlier):
        assert plan.leave(running, 1.0) == [expected]
        running = expected
