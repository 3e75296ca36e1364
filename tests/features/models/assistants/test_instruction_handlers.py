"""What models are told besides: which instructions, in which order, to whom; on both databases."""

from typing import Any

import pytest

from orchd.entity import owner_of
from orchd.features.models import instructions_for, instructions_of
from orchd.features.models.assistants.instruction_queries import MAX_AT_ONCE
from orchd.features.models.queries import ASSISTANTS
from orchd.storage import Database
from tests.fix_workspace import ANN, BOB, Desk, open_desk


async def made(desk: Desk, text: str, who: Any = ANN, **more: object) -> dict[str, Any]:
    return await desk.done(who, "instruction:create", title=text, instructionText=text, **more)


async def project_of(desk: Desk) -> tuple[int, Any, Any]:
    """A project of Ann's, and her and Bob as its members."""
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    own = (project,)
    return project, ANN._replace(reads=own, changes=own), BOB._replace(reads=own, changes=own)


def systems(desk: Desk) -> list[str | None]:
    """What models were told before anything else."""
    return [turns[0].content if turns[0].role == "system" else None for turns in _turns(desk)]


def _turns(desk: Desk) -> list[Any]:
    return [prompt.turns for prompt in desk.backends.prompts]


async def test_what_is_active_is_told_in_order_with_each_question(entity_desk: Desk) -> None:
    desk = entity_desk
    for text, more in (
        ("b", {}),
        ("a", {}),
        ("off", {"active": False}),
        ("c", {"priority": 90}),
        ("d", {"priority": 0}),
    ):
        await made(desk, text, **more)
    gone = await made(desk, "gone")
    await desk.done(ANN, "instruction:delete", instructionId=gone["id"])
    asked = await desk.done(ANN, "chat:send", message="Hello?", systemPrompt="You are Ada.")
    later = {"message": "And?", "conversationId": asked["conversationId"]}
    await desk.done(ANN, "chat:send", **later)
    await desk.done(ANN, "chat:regenerate", messageId=asked["id"])
    assert systems(desk) == ["You are Ada.\n\nc\n\nb\n\na\n\nd"] * 3
    assert [turn.content for turn in _turns(desk)[0][1:]] == ["Hello?"]

    told = await desk.done(ANN, "instruction:preview")
    assert ([item["title"] for item in told["items"]], told["text"]) == (["c", "b", "a", "d"], "c\n\nb\n\na\n\nd")
    counts = {item["title"]: item["usageCount"] for item in (await desk.done(ANN, "instruction:list"))["items"]}
    assert counts == {"a": 3, "b": 3, "c": 3, "d": 3, "off": 0}
    assert {item["version"] for item in told["items"]} == {1}
    history = await desk.done(ANN, "chat:history", conversationId=asked["conversationId"])
    assert "c\n\nb" not in str(history)


async def test_nobody_elses_are_told(entity_desk: Desk) -> None:
    desk = entity_desk
    await made(desk, "Ann's")
    await desk.done(BOB, "chat:send", message="Hello?")
    assert systems(desk) == [None]
    assert (await desk.done(BOB, "instruction:preview"))["items"] == []


async def test_those_of_a_project_are_told_in_its_chats_and_nowhere_else(entity_desk: Desk) -> None:
    desk = entity_desk
    project, ann, bob = await project_of(desk)
    await made(desk, "house", ann, projectId=project)
    await made(desk, "Bob's", bob)
    shared = await desk.done(ann, "chat:send", message="Hello?", projectId=project)
    await desk.done(bob, "chat:send", message="And?", conversationId=shared["conversationId"])
    await desk.done(bob, "chat:send", message="Hello?")
    await desk.done(ann, "chat:send", message="Hello?")
    assert systems(desk) == ["house", "house", "Bob's", None]
    assert (await desk.done(bob, "instruction:preview", projectId=project))["text"] == "house"


async def test_those_of_an_assistant_are_told_to_it(entity_desk: Desk, store: Database) -> None:
    desk = entity_desk
    project, ann, bob = await project_of(desk)
    ada = (await desk.done(ann, "assistant:create", name="Ada", projectId=project))["id"]
    await made(desk, "for all", ann)
    await made(desk, "to Ada", ann, assistantId=ada, priority=90)
    await made(desk, "Bob's to Ada", bob, assistantId=ada)
    await made(desk, "house's to Ada", ann, assistantId=ada, projectId=project)
    await desk.done(ann, "chat:send", message="Hello?")
    assert systems(desk) == ["for all"]
    told = await desk.done(ann, "instruction:preview", assistantId=ada)
    assert told["text"] == "to Ada\n\nfor all\n\nhouse's to Ada"
    assert (await store.read(instructions_for, owner_of(bob), None, ada)).texts == ("Bob's to Ada", "house's to Ada")
    assert (await store.read(instructions_of, owner_of(ann), ada)).texts == ("to Ada", "house's to Ada")
    assert (await store.read(instructions_of, owner_of(BOB), ada)).texts == ("Bob's to Ada",)


async def test_an_instruction_holds_for_the_next_question_although_there_was_none_before(entity_desk: Desk) -> None:
    desk = entity_desk
    for _ in range(2):
        await desk.done(ANN, "chat:send", message="Hello?")
    assert systems(desk) == [None, None]
    row = await made(desk, "be short")
    asked = await desk.done(ANN, "chat:send", message="Hello?")
    assert (asked["content"], systems(desk)[-1]) == ("Yes.", "be short")
    history = await desk.done(ANN, "chat:history", conversationId=asked["conversationId"])
    assert [message["role"] for message in history["messages"]] == ["user", "assistant"]
    counted = await desk.done(ANN, "instruction:get", instructionId=row["id"])
    assert counted["usageCount"] == 1
    await desk.done(ANN, "instruction:delete", instructionId=row["id"])
    await desk.done(ANN, "chat:send", message="Hello?")
    assert systems(desk)[-1] is None


async def test_others_assistants_and_projects_are_not_there(entity_desk: Desk) -> None:
    desk = entity_desk
    project, ann, _ = await project_of(desk)
    ada = (await desk.done(ann, "assistant:create", name="Ada"))["id"]
    for kind, more in (
        ("instruction:create", {"title": "x", "instructionText": "x"}),
        ("instruction:preview", {}),
    ):
        for member, row_id in (("assistantId", ada), ("projectId", project)):
            told = await desk.refused(BOB, kind, **more, **{member: row_id})
            assert told == await desk.refused(BOB, kind, **more, **{member: 10**6})
            assert (told["code"], told["details"]["path"]) == ("not_found", f"$.data.{member}")


async def test_only_so_many_are_told_at_once(entity_desk: Desk) -> None:
    desk = entity_desk
    for number in range(MAX_AT_ONCE + 2):
        await made(desk, f"{number:02}", priority=number)
    await desk.done(ANN, "chat:send", message="Hello?")
    told = [f"{number:02}" for number in range(MAX_AT_ONCE + 1, 1, -1)]
    assert systems(desk) == ["\n\n".join(told)]


@pytest.mark.parametrize(
    ("member", "value"),
    [("title", " "), ("title", "a\nb"), ("instructionText", " \n"), ("category", "a\tb")],
)
async def test_what_is_no_instruction(entity_desk: Desk, member: str, value: object) -> None:
    sent = {"title": "x", "instructionText": "x", member: value}
    wrong = await entity_desk.refused(ANN, "instruction:create", **sent)
    assert (wrong["code"], wrong["details"].get("field")) == ("invalid", member)


async def test_an_instruction_goes_with_its_assistant(store: Database) -> None:
    async with open_desk(store) as desk:
        ada = (await desk.done(ANN, "assistant:create", name="Ada"))["id"]
        row = await made(desk, "to Ada", assistantId=ada)
        await desk.done(ANN, "assistant:delete", assistantId=ada)
        assert (await desk.refused(ANN, "instruction:preview", assistantId=ada))["code"] == "not_found"
        assert (await desk.done(ANN, "instruction:get", instructionId=row["id"]))["assistantId"] == ada
        await store.write(ASSISTANTS.everybodys.purge, 2**50, 10)
        assert (await desk.refused(ANN, "instruction:get", instructionId=row["id"]))["code"] == "not_found"
