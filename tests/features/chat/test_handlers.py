"""Asking again, otherwise, and on: what is stored, what the model is shown, what is refused."""

from typing import Any

import pytest
import trio
import trio.testing

from orchd.features import journal
from orchd.features.chat import queries
from orchd.features.chat.context import GO_ON
from orchd.features.chat.messages import (
    ChatContinue,
    ChatEdit,
    ChatHistoryRequest,
    ChatParams,
    ChatRegenerate,
    ChatSend,
)
from orchd.llm.types import Listener, Outcome, Prompt
from orchd.protocol.types import ClientPayload
from orchd.storage import Database
from tests.features.chat.room import Device, Room, open_room
from tests.fix_chat import interrupt_all


async def parrot(prompt: Prompt, listener: Listener) -> Outcome:
    """Answer with the number of turns and the last one; `cut` in it makes the answer too long, `fail` breaks it."""
    last = prompt.turns[-1].content
    listener.on_delta("content", " and on" if prompt.prefill or last == GO_ON else f"{len(prompt.turns)}:{last}")
    await trio.lowlevel.checkpoint()
    return Outcome("length" if "cut" in last else "stop", "tiny", None)


async def ask(room: Room, data: ClientPayload) -> dict[str, Any]:
    """Ask from a new connection; the final frame's data, whose request got the question first and no text twice."""
    device = Device()
    final = await room.ask(device, data)
    if final["type"] == "chat:message":
        assert device.types()[0] == "r1 chat:message"
        assert device.text(final["data"]["id"]) == final["data"]["content"]
    return dict(final["data"])


async def history(room: Room, conversation_id: int, leaf_id: int | None = None) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = (await ask(room, ChatHistoryRequest(conversation_id, leaf_id=leaf_id)))["messages"]
    return messages


async def written(store: Database, message_id: int) -> str:
    """What the journal has of an answer."""
    return "".join(row.text for row in await store.read(journal.read, message_id))


def shown(room: Room) -> list[str]:
    """What the model was shown last."""
    return [f"{turn.role}: {turn.content}" for turn in room.backends.prompts[-1].turns]


async def test_regenerating_answers_the_same_question_beside_the_first_answer(store: Database) -> None:
    async with open_room(store, parrot) as room:
        first = await ask(room, ChatSend("one"))
        second = await ask(room, ChatRegenerate(first["id"]))
        assert shown(room) == ["user: one"]
        assert (second["parentId"], second["content"]) == (first["parentId"], "1:one")
        assert second["id"] != first["id"]
        question, active = await history(room, first["conversationId"])
        assert (active["id"], active["siblings"]) == (second["id"], [first["id"], second["id"]])
        assert question["siblings"] == [question["id"]]
        _, other = await history(room, first["conversationId"], first["id"])
        assert other == first | {"siblings": active["siblings"]}, "nothing was overwritten"
        third = await ask(room, ChatRegenerate(question["id"]))
        assert third["parentId"] == question["id"], "a question can be named as well"


async def test_editing_asks_beside_a_question_and_leaves_what_followed_it(store: Database) -> None:
    async with open_room(store, parrot) as room:
        first = await ask(room, ChatSend("one", system_prompt="be brief"))
        conversation_id = first["conversationId"]
        second = await ask(room, ChatSend("two", conversation_id))
        edited = await ask(room, ChatEdit(second["parentId"], "zwei"))
        assert shown(room) == ["system: be brief", "user: one", "assistant: 2:one", "user: zwei"]
        messages = await history(room, conversation_id)
        assert [message["content"] for message in messages] == ["one", "2:one", "zwei", "4:zwei"]
        assert messages[2]["siblings"] == [second["parentId"], edited["parentId"]]
        old = await history(room, conversation_id, second["id"])
        assert [message["content"] for message in old] == ["one", "2:one", "two", "4:two"]
        root = await ask(room, ChatEdit(first["parentId"], "eins"))
        question, _ = await history(room, conversation_id)
        assert (question["parentId"], question["content"]) == (None, "eins")
        assert question["siblings"] == [first["parentId"], root["parentId"]]
        after = await ask(room, ChatSend("drei", conversation_id))
        assert [message["id"] for message in await history(room, conversation_id)][1:] == [
            root["id"], after["parentId"], after["id"],
        ]  # fmt: skip


@pytest.mark.parametrize("prefills", [True, False])
async def test_going_on_begins_with_the_text_and_says_where_it_came_from(store: Database, prefills: bool) -> None:
    async with open_room(store, parrot) as room:
        room.backends.prefills = prefills
        first = await ask(room, ChatSend("cut"))
        longer = await ask(room, ChatContinue(first["id"], params=ChatParams(temperature=0.5)))
        assert shown(room) == ["user: cut", "assistant: 1:cut"] + [f"user: {GO_ON}"] * (not prefills)
        prompt = room.backends.prompts[-1]
        assert (prompt.prefill, prompt.sampling.temperature) == (prefills, 0.5)
        mode = "prefill" if prefills else "followup"
        assert longer["content"] == "1:cut and on"
        assert longer["parentId"] == first["parentId"]
        assert longer["parts"] == [
            {"model": "tiny", "endSeq": 5, "mode": "answer", "messageId": first["id"]},
            {"model": "tiny", "endSeq": 12, "mode": mode, "messageId": None},
        ]
        assert "parts" not in first
        _, stored = await history(room, first["conversationId"])
        assert stored == longer | {"siblings": [first["id"], longer["id"]]}


async def test_going_on_from_what_went_on_keeps_all_the_parts(store: Database) -> None:
    async def cut(_prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("content", "ab")
        return Outcome("length", "tiny", None)

    async with open_room(store, cut) as room:
        messages = [await ask(room, ChatSend("x"))]
        for _ in range(2):
            messages.append(await ask(room, ChatContinue(messages[-1]["id"])))
        assert messages[-1]["content"] == "ababab"
        assert [(part["endSeq"], part["mode"], part["messageId"]) for part in messages[-1]["parts"]] == [
            (2, "answer", messages[0]["id"]),
            (4, "followup", messages[1]["id"]),
            (6, "followup", None),
        ]


async def test_a_continuation_that_a_crash_interrupts_keeps_its_parts(store: Database) -> None:
    async def stalls(_prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("content", "ab")
        if len(room.backends.prompts) == 1:
            return Outcome("length", "tiny", None)
        await trio.sleep_forever()
        raise AssertionError("unreachable")

    async with open_room(store, stalls) as room:
        first = await ask(room, ChatSend("x"))
        device = Device()
        room.begin(device, ChatContinue(first["id"]))
        with trio.fail_after(90):
            while await written(store, first["id"] + 1) != "abab":  # noqa: ASYNC110 - no event tells
                await trio.sleep(0.01)
        _, running = await history(room, first["conversationId"])
        assert [part["endSeq"] for part in running["parts"]] == [2, 4]
    await store.write(interrupt_all, {"me"}, 5)
    found = await store.read(queries.find_any, first["id"] + 1)
    assert found is not None
    assert isinstance(found.message.parts, list)
    assert [(part.end_seq, part.mode, part.message_id) for part in found.message.parts] == [
        (2, "answer", first["id"]),
        (4, "followup", None),
    ]
    assert (found.message.status, found.message.content) == ("interrupted", "abab")


async def test_what_cannot_be_asked_so_is_refused_and_nothing_is_stored(store: Database) -> None:
    async with open_room(store, parrot) as room:
        first = await ask(room, ChatSend("one"))
        question_id, answer_id = first["parentId"], first["id"]
        refusals: list[tuple[ClientPayload, str, str]] = [
            (ChatContinue(answer_id), "invalid", "messageId"),
            (ChatContinue(question_id), "invalid", "messageId"),
            (ChatEdit(answer_id, "x"), "invalid", "messageId"),
            (ChatEdit(question_id, " \n"), "invalid", "message"),
            (ChatEdit(99, "x"), "not_found", "messageId"),
            (ChatRegenerate(99), "not_found", "messageId"),
            (ChatContinue(99), "not_found", "messageId"),
            (ChatSend("x", parent_id=answer_id), "invalid", "parentId"),
            (ChatHistoryRequest(first["conversationId"], leaf_id=99), "not_found", "leafId"),
        ]
        for data, code, field in refusals:
            error = await ask(room, data)
            assert (error["code"], error["details"]["field"]) == (code, field), data
        assert len(room.backends.prompts) == 1
        _, answer = await history(room, first["conversationId"])
        assert answer == first | {"siblings": [answer_id]}


async def test_an_answer_that_still_runs_cannot_be_continued_but_asked_for_again(store: Database) -> None:
    async def stalls(_prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("content", "ab")
        if len(room.backends.prompts) == 1:
            await trio.sleep_forever()
        return Outcome("stop", "tiny", None)

    async with open_room(store, stalls) as room:
        device = Device()
        room.begin(device, ChatSend("x"))
        with trio.fail_after(90):
            while not any(frame["type"] == "chat:streaming" for frame in device.read):  # noqa: ASYNC110 - no event
                await trio.sleep(0.01)
        answer_id = device.read[-1]["data"]["messageId"]
        assert (await ask(room, ChatContinue(answer_id)))["code"] == "invalid"
        again = await ask(room, ChatRegenerate(answer_id))
        assert (again["status"], again["content"]) == ("complete", "ab")
        assert [message["status"] for message in await history(room, again["conversationId"], answer_id)] == [
            "complete",
            "streaming",
        ]


async def test_the_memory_of_contexts_is_bounded_and_comes_back(store: Database) -> None:
    asked, hold = trio.Event(), trio.Event()

    async def held(prompt: Prompt, listener: Listener) -> Outcome:
        if len(prompt.turns) > 1:
            asked.set()
            await hold.wait()
        return await parrot(prompt, listener)

    async with open_room(store, held) as room:
        first = await ask(room, ChatSend("q" * 5_000))
        device = Device()
        for _ in range(2):  # their contexts are held for a moment only, and given back
            await room.ask(device, ChatRegenerate(first["id"]))
        conversation = first["conversationId"]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(room.ask, device, ChatSend("more", conversation))
            await asked.wait()
            refused = await room.ask(device, ChatSend("and more", conversation))
            assert (refused["data"]["code"], refused["data"]["details"]["reason"]) == ("busy", "memory")
            assert (await ask(room, ChatSend("from elsewhere")))["status"] == "complete"
            hold.set()
        assert room.contexts.held == 0
        assert (await ask(room, ChatSend("again", conversation)))["status"] == "complete"
        assert room.contexts.held == 0


async def test_what_is_refused_holds_no_memory(store: Database) -> None:
    async with open_room(store, parrot) as room:
        assert (await ask(room, ChatSend("x", 4711)))["code"] == "not_found"
        assert room.contexts.held == 0
