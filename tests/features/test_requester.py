"""On whose behalf models are asked."""

from typing import Any

import pytest

from orchd.features.requester import requester_for
from orchd.llm.types import Priority, Requester
from orchd.protocol.identity import LOCAL, Identity
from tests.fix_users import Household, person


def test_the_user_and_the_token_are_those_who_ask() -> None:
    assert requester_for(LOCAL) == Requester()
    by_token = Identity(4, "ana", "member", token_id=9)
    assert requester_for(by_token, Priority.TASK, 7) == Requester(Priority.TASK, 4, 7, 9)


def test_a_background_token_waits_for_people_whatever_it_asks() -> None:
    background = Identity(4, "ana", "member", token_id=9, background=True)
    for priority in Priority:
        assert requester_for(background, priority).priority is Priority.BACKGROUND


SMALL, LARGE = "simulated-small", "simulated-large"


@pytest.mark.parametrize(
    ("kind", "data", "path"),
    [
        ("task:create", {"title": "t", "model": LARGE}, "$.data.model"),
        ("task:update", {"taskId": 1, "model": f"{LARGE}@near"}, "$.data.model"),
        ("subtask:create", {"taskId": 1, "title": "s", "prompt": "p", "model": LARGE}, "$.data.model"),
        ("subtask:update", {"subtaskId": 1, "model": "a model that no server has"}, "$.data.model"),
        ("assistant:create", {"name": "b", "model": LARGE}, "$.data.model"),
        ("assistant:create", {"name": "b", "model": SMALL, "fallbacks": [SMALL, LARGE]}, "$.data.fallbacks[1]"),
        ("assistant:update", {"assistantId": 1, "fallbacks": [LARGE]}, "$.data.fallbacks[0]"),
    ],
)
async def test_a_token_stores_no_name_of_a_model_that_it_may_not_use(
    household: Household, kind: str, data: dict[str, Any], path: str
) -> None:
    ann = household.join(person(1, models=frozenset({SMALL})))
    await ann.ask("task:create", title="t", model=SMALL)
    await ann.ask("subtask:create", taskId=1, title="s", prompt="p", model=f"{SMALL}@far")
    await ann.ask("assistant:create", name="a", model=SMALL, fallbacks=[f"{SMALL}@near"])
    error = await ann.error(kind, **data)
    assert (error["code"], error["details"]["path"]) == ("forbidden", path)
    await ann.ask("task:update", taskId=1, model=None)
    await ann.ask("assistant:update", assistantId=1, model=None, fallbacks=[])
    free = household.join(person(1))
    await free.ask(kind, **data)
