import pytest

from orchd.llm.scheduler.ticket import PATIENCE_SECONDS, Ticket
from orchd.llm.types import Priority, Requester


@pytest.mark.parametrize("priority", Priority)
def test_it_is_due_after_the_patience_of_its_priority(priority: Priority) -> None:
    ticket = Ticket("a", Requester(priority, "someone", 7), 100.0)
    assert (ticket.due, ticket.since) == (100.0 + PATIENCE_SECONDS[priority], 100.0)
    assert (ticket.path, ticket.waiting) == (("someone", 7), True)


def test_the_more_urgent_is_the_less_patient() -> None:
    assert [PATIENCE_SECONDS[priority] for priority in sorted(Priority)] == sorted(PATIENCE_SECONDS.values())
