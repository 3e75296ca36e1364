"""On whose behalf models are asked."""

from orchd.features.requester import requester_for
from orchd.llm.types import Priority, Requester
from orchd.protocol.identity import LOCAL, Identity


def test_the_user_and_the_token_are_those_who_ask() -> None:
    assert requester_for(LOCAL) == Requester()
    by_token = Identity(4, "ana", "member", token_id=9)
    assert requester_for(by_token, Priority.TASK, 7) == Requester(Priority.TASK, 4, 7, 9)


def test_a_background_token_waits_for_people_whatever_it_asks() -> None:
    background = Identity(4, "ana", "member", token_id=9, background=True)
    for priority in Priority:
        assert requester_for(background, priority).priority is Priority.BACKGROUND
