"""Whose conversations and answers are whose: nobody sees, follows, ends or goes on with what isn't theirs."""

from tests.fix_users import Household, person

STALL = "[[simulate: stall_after=3]]"
MODEL = "simulated-small@near"


async def test_a_foreign_conversation_is_not_there(household: Household) -> None:
    ann, bob = household.join(person(1)), household.join(person(2))
    answer = await ann.ask("chat:send", message="[[simulate: tokens=3]]", model=MODEL)
    assert await bob.refusal("chat:history", conversationId=answer["conversationId"]) == "not_found"
