import pytest

from orchd.entity import Owner
from orchd.features.task.core.work import requester_of
from orchd.llm import Priority, Requester
from tests.features.task.states import task


def test_models_are_asked_on_behalf_of_whoever_made_the_task() -> None:
    asked = requester_of(task(user_id=3, token_id=5, models=("a", "b")))
    assert asked == Requester(Priority.TASK, 3, "task 7", 5, frozenset({"a", "b"}), 7)
    assert requester_of(task()).models is None


@pytest.mark.parametrize(
    ("priority", "background", "turn"),
    [
        ("high", False, Priority.TASK),
        ("urgent", False, Priority.URGENT),
        ("urgent", True, Priority.BACKGROUND),
        ("low", True, Priority.BACKGROUND),
    ],
)
def test_an_urgent_task_comes_before_others_unless_its_token_waits_for_people(
    priority: str, background: bool, turn: Priority
) -> None:
    assert requester_of(task(priority=priority, background=background)).priority is turn


def test_a_task_has_the_assistants_of_its_user_and_of_its_project() -> None:
    assert task(user_id=3).whose.reader == Owner(3)
    assert task(user_id=3, project_id=9).whose.reader == Owner(3, (9,))
