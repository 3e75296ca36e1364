"""Whose conversations and answers are whose: nobody sees, follows, ends or goes on with what isn't theirs.

The features are asked side by side (`tests/fix_users.py`), without sockets: who somebody is is the test's to say.
"""

from typing import Any

import pytest

from orchd.storage import Statement, Steps
from tests.fix_users import Frame, Guest, Household, person

STALL = "[[simulate: stall_after=3]]"
MODEL = "simulated-small@near"
NOWHERE = 10**6
"""An id that no row has."""


def doors(conversation_id: int, message_id: int) -> list[tuple[str, Frame]]:
    """Every request that names a conversation or one of its messages."""
    return [
        ("chat:history", {"conversationId": conversation_id}),
        ("chat:subscribe", {"conversationId": conversation_id}),
        ("chat:send", {"conversationId": conversation_id, "message": "x", "model": MODEL}),
        ("chat:edit", {"messageId": message_id, "message": "x", "model": MODEL}),
        ("chat:regenerate", {"messageId": message_id, "model": MODEL}),
        ("chat:continue", {"messageId": message_id, "model": MODEL}),
        ("chat:cancel", {"messageId": message_id}),
        ("chat:resume", {"messageId": message_id, "afterSeq": 0, "epoch": "here"}),
        ("chat:resume", {"messageId": message_id, "afterSeq": 0, "epoch": "another"}),
        ("verify:message", {"messageId": message_id}),
        ("verify:get", {"messageId": message_id}),
        ("conversation:update", {"conversationId": conversation_id}),
        ("conversation:update", {"conversationId": conversation_id, "title": "x"}),
        ("conversation:update", {"conversationId": conversation_id, "projectId": None}),
        ("conversation:delete", {"conversationId": conversation_id}),
    ]


CHANGES = ("chat:send", "chat:edit", "chat:regenerate", "chat:continue", "chat:cancel", "conversation:delete")


async def made_project(household: Household, **roles: str) -> int:
    """Make a project whose members are `user1`, `user2`, ... with these roles; it is not theirs."""
    return await household.services.database.write(_project, roles)


def _project(roles: dict[str, str]) -> Steps[int]:
    made = yield Statement(
        "INSERT INTO project (user_id, name, description, version, created_at, updated_at) VALUES (99, ?, '', 1, 1, 1)",
        (f"of {sorted(roles.items())}",),
    )
    for name, role in roles.items():
        user_id = int(name.removeprefix("user"))
        known = yield Statement("SELECT id FROM user WHERE id = ?", (user_id,))
        if not known.rows:
            yield Statement(
                "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at)"
                " VALUES (?, ?, 'member', 0, 1, 1, 1)",
                (user_id, name),
            )
        yield Statement(
            "INSERT INTO project_member (project_id, user_id, role, created_at) VALUES (?, ?, ?, 1)",
            (made.last_id, user_id, role),
        )
    return made.last_id


async def running_answer(guest: Guest, **data: Any) -> tuple[int, int]:
    """Begin an answer that stalls; its conversation and its message."""
    _, message_id = await guest.started(STALL, model=MODEL, **data)
    frame = next(f for f in guest.heard if f["type"] == "chat:streaming" and f["data"]["messageId"] == message_id)
    return frame["data"]["conversationId"], message_id


async def ended_answer(guest: Guest, **data: Any) -> tuple[int, int]:
    """Have a question answered; its conversation and its answer."""
    answer = await guest.ask("chat:send", message="[[simulate: tokens=3]]", model=MODEL, **data)
    return answer["conversationId"], answer["id"]


@pytest.mark.parametrize("begin", [running_answer, ended_answer])
async def test_what_is_somebody_elses_is_refused_in_the_words_for_what_is_not_there(
    household: Household, begin: Any
) -> None:
    ann, bob = household.join(person(1)), household.join(person(2, "admin", reads=(9,), changes=(9,)))
    conversation_id, message_id = await begin(ann)
    for (kind, foreign), (_, missing) in zip(doors(conversation_id, message_id), doors(NOWHERE, NOWHERE), strict=True):
        refused, unknown = await bob.error(kind, **foreign), await bob.error(kind, **missing)
        assert refused == unknown, kind
        assert refused["code"] == "not_found", kind
    assert (await bob.ask("conversation:list"))["items"] == []
    told = [frame for frame in bob.heard if frame["type"] not in ("error", "conversation:list")]
    assert told == [], "nothing of it was heard"
    assert len((await ann.ask("chat:history", conversationId=conversation_id))["messages"]) == 2
    listed = (await ann.ask("conversation:list"))["items"]
    assert [(item["id"], item["projectId"]) for item in listed] == [(conversation_id, None)]


async def test_inner_ids_are_checked_too(household: Household) -> None:
    ann, bob = household.join(person(1)), household.join(person(2))
    _, foreign = await ended_answer(ann)
    conversation_id, _ = await ended_answer(bob)
    for member in ("leafId", "before"):
        error = await bob.error("chat:history", conversationId=conversation_id, **{member: foreign})
        missing = await bob.error("chat:history", conversationId=conversation_id, **{member: NOWHERE})
        assert error == missing
        assert error["code"] == "not_found"
    refused = await bob.error("chat:send", conversationId=conversation_id, parentId=foreign, message="x", model=MODEL)
    assert (refused["code"], refused["details"]["field"]) == ("not_found", "parentId")


async def test_a_project_shares_and_viewers_change_nothing(household: Household) -> None:
    shared = await made_project(household, user1="editor", user2="editor", user3="viewer")
    ann, editor = (household.join(person(user, reads=(shared,), changes=(shared,))) for user in (1, 2))
    viewer = household.join(person(3, reads=(shared,)))
    conversation_id, message_id = await ended_answer(ann, projectId=shared)
    for kind, data in doors(conversation_id, message_id):
        if kind in CHANGES or "title" in data or "projectId" in data:
            assert await viewer.refusal(kind, **data) == "forbidden", kind
    for guest in (editor, viewer):
        assert len((await guest.ask("chat:history", conversationId=conversation_id))["messages"]) == 2
        assert [item["id"] for item in (await guest.ask("conversation:list"))["items"]] == [conversation_id]
        await guest.ask("chat:subscribe", conversationId=conversation_id)
    answer = await editor.ask(
        "chat:send", conversationId=conversation_id, message="[[simulate: tokens=3]]", model=MODEL
    )
    final = await viewer.until(lambda f: f["type"] == "chat:message" and f["data"]["id"] == answer["id"])
    assert final["data"]["content"] == answer["content"]


async def test_nobody_puts_a_conversation_where_they_may_change_nothing(household: Household) -> None:
    own, read = await made_project(household, user1="editor"), await made_project(household, user1="viewer")
    foreign = await made_project(household, user2="editor")
    ann = household.join(person(1, reads=(own, read), changes=(own,)))
    conversation_id, _ = await ended_answer(ann)
    for project, code in ((read, "forbidden"), (foreign, "not_found"), (NOWHERE, "not_found")):
        assert await ann.refusal("conversation:update", conversationId=conversation_id, projectId=project) == code
        assert await ann.refusal("chat:send", message="x", model=MODEL, projectId=project) == code
    moved = await ann.ask("conversation:update", conversationId=conversation_id, projectId=own)
    assert moved["projectId"] == own
    assert (await ann.ask("conversation:update", conversationId=conversation_id, title="t"))["projectId"] == own


async def test_who_loses_access_hears_nothing_more(household: Household) -> None:
    shared = await made_project(household, user1="editor", user2="viewer", user3="viewer")
    ann = household.join(person(1, reads=(shared,), changes=(shared,)))
    bob, carl = household.join(person(2, reads=(shared,))), household.join(person(3, reads=(shared,)))
    conversation_id, message_id = await running_answer(ann, projectId=shared)
    for guest in (bob, carl):
        await guest.ask("chat:subscribe", conversationId=conversation_id)
        await guest.ask("chat:resume", messageId=message_id, afterSeq=0, epoch="here")
    bob.become(person(2))
    heard = len(bob.heard)
    await ann.ask("conversation:update", conversationId=conversation_id, projectId=None)
    await ann.ask("chat:cancel", messageId=message_id)
    answer = await ann.ask("chat:send", conversationId=conversation_id, message="[[simulate: tokens=3]]", model=MODEL)
    assert len(bob.heard) == heard
    assert not [f for f in carl.heard if f["type"] == "chat:message" and f["data"]["id"] == answer["id"]]
    assert await carl.refusal("chat:history", conversationId=conversation_id) == "not_found"


async def test_ledgers_and_judges_are_the_askers(household: Household) -> None:
    shared = await made_project(household, user1="editor", user2="editor")
    ann, bob = (household.join(person(user, reads=(shared,), changes=(shared,))) for user in (1, 2))
    _, message_id = await ended_answer(ann, projectId=shared)
    await ann.ask("verify:message", messageId=message_id)
    assert (await ann.ask("verify:get", messageId=message_id))["messageId"] == message_id
    assert await bob.refusal("verify:get", messageId=message_id) == "not_found"


async def test_a_limited_token_gets_no_other_model_by_any_door(household: Household) -> None:
    guest = household.join(person(1, models=frozenset({"simulated-small"})))
    other, asked = "simulated-reasoning", {"messages": [{"role": "user", "content": "Hello"}]}
    for kind, data, path in (
        ("chat:send", {"message": "x", "model": other}, "$.data.model"),
        ("chat:send", {"message": "x", "fallbacks": [other]}, "$.data.fallbacks[0]"),
        ("model:complete", {**asked, "model": other}, "$.data.model"),
        ("model:complete", {**asked, "fallbacks": [other]}, "$.data.fallbacks[0]"),
        ("model:compare", {"message": "x", "models": ["simulated-small", other]}, "$.data.models[1]"),
        ("model:load", {"model": other}, "$.data.model"),
        ("model:switch", {"preferred": other}, "$.data.preferred"),
        ("model:benchmark", {"model": other}, "$.data.model"),
        ("model:rate", {"model": other, "rating": 5}, "$.data.model"),
        ("text:process", {"text": "x", "instruction": "y", "model": other}, "$.data.model"),
        ("text:estimate", {"text": "x", "model": other}, "$.data.model"),
    ):
        error = await guest.error(kind, **data)
        assert (error["code"], error["details"].get("path")) == ("forbidden", path), kind
    for kind, member in (("model:list", "models"), ("model:recommend", "items")):
        shown = (await guest.ask(kind, **({"taskType": "chat"} if kind == "model:recommend" else {})))[member]
        names = {item.get("id") or item["model"]["id"] for item in shown}
        assert names == {"simulated-small"}, kind
    answer = await guest.ask("chat:send", message="[[simulate: tokens=3]]")
    assert answer["model"] == "simulated-small"
