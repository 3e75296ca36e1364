"""Resume, subscriptions and history: what a reader had and what it gets make the whole text, each frame once."""

from contextlib import closing

import pytest
import trio
import trio.testing
from hypothesis import example, given, settings
from trio.testing import MockClock

from orchd.entity import LOCAL_OWNER
from orchd.features.chat import queries
from orchd.features.chat.messages import (
    ChatCancel,
    ChatHistoryRequest,
    ChatResume,
    ChatSend,
    ChatSubscribe,
    ChatUnsubscribe,
)
from orchd.features.chat.rows import NewQuestion
from orchd.features.journal import JournalRow
from orchd.features.journal.queries import append
from orchd.storage import Database
from tests.examples import examples
from tests.features.chat.play import ACTS, END, Act, Play
from tests.features.chat.room import Device, Dictated, MemoryDatabase, Room, ended, open_room
from tests.fix_chat import interrupt_all

HANG_SECONDS = 90.0


async def asked(room: Room, device: Device, message: str = "hi") -> tuple[int, int]:
    """Ask, and return the conversation's id and the answer's once it has begun."""
    room.begin(device, ChatSend(message))
    with trio.fail_after(HANG_SECONDS):
        while "r1 chat:message" not in device.types():  # noqa: ASYNC110 - a device has no event
            await trio.sleep(0.01)
    question = next(frame["data"] for frame in device.read if frame["type"] == "chat:message")
    return question["conversationId"], question["id"] + 1


async def heard(device: Device, text: str, message_id: int, *, after: int = 0) -> None:
    """Wait until a device has this text of an answer."""
    with trio.fail_after(HANG_SECONDS):
        while device.text(message_id, after=after) != text:  # noqa: ASYNC110 - a device has no event
            await trio.sleep(0.01)


async def told(device: Device, count: int = 1, *, after: int = 0, kind: str = "chat:message") -> None:
    """Wait until so many frames of a type without an id have come."""
    with trio.fail_after(HANG_SECONDS):
        while device.types(after=after).count(kind) < count:  # noqa: ASYNC110 - a device has no event
            await trio.sleep(0.01)


async def foreign(store: Database, text: str = "", owner: str = "other") -> tuple[int, int]:
    """Begin an answer of another daemon, written down as far as `text`; the ids of its conversation and of itself."""
    exchange = await store.write(queries.ask, NewQuestion(LOCAL_OWNER, "hi", None, None, None, None, "tiny", owner, 1))
    if text:
        await store.write(append, [JournalRow(exchange.answer_id, 0, "content", text)], [])
    return exchange.conversation_id, exchange.answer_id


async def test_another_connection_gets_what_it_missed_and_then_what_follows(store: Database) -> None:
    dictated, asker, other = Dictated(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        _, message_id = await asked(room, asker)
        dictated.say("hm", "reasoning")
        dictated.say("abcdef")
        await heard(asker, "hmabcdef", message_id)
        final = await room.ask(other, ChatResume(message_id, 1, "me"))
        assert final["data"] == {"messageId": message_id, "recovered": True, "status": "streaming", "seq": 8}
        assert [(frame["data"]["channel"], frame["data"]["chunk"]) for frame in other.read[:-1]] == [
            ("reasoning", "m"),
            ("content", "abcdef"),
        ]
        dictated.say("ghi")
        dictated.end()
        await told(other)
    assert other.types() == [
        "r1 chat:streaming", "r1 chat:streaming", "r1 chat:resumed", "chat:streaming", "chat:streaming", "chat:message"
    ]  # fmt: skip
    assert other.text(message_id) == "mabcdefghi"
    assert other.read[-1]["data"] == asker.read[-1]["data"]
    assert asker.text(message_id) == "hmabcdefghi"


@pytest.mark.parametrize(("after_seq", "text"), [(0, "abc"), (2, "c"), (3, ""), (4, "")])
async def test_an_ended_answer_is_resumed_from_the_database(store: Database, after_seq: int, text: str) -> None:
    dictated, asker, other = Dictated(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        _, message_id = await asked(room, asker)
        dictated.say("abc")
        dictated.end()
        await told(asker, 2, kind="r1 chat:message")
        await room.ask(other, ChatResume(message_id, after_seq, "me"))
    assert other.types()[-3:] == ["r1 chat:resumed", "chat:streaming", "chat:message"]
    resumed, done, final = [frame["data"] for frame in other.read[-3:]]
    assert resumed == {"messageId": message_id, "recovered": True, "status": "complete", "seq": 3}
    assert (done["seq"], done["done"], done["finishReason"]) == (4, True, "stop")
    assert final == asker.read[-1]["data"]
    assert other.text(message_id) == text


@pytest.mark.parametrize(("after_seq", "epoch"), [(1, "older"), (5, "me"), (10**6, "me"), (0, "")])
@pytest.mark.parametrize("still_runs", [True, False])
async def test_what_cannot_be_filled_exactly_is_told_whole(
    store: Database, after_seq: int, epoch: str, still_runs: bool
) -> None:
    dictated, asker, other = Dictated(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        _, message_id = await asked(room, asker)
        dictated.say("abc")
        await heard(asker, "abc", message_id)
        if not still_runs:
            dictated.end()
            await told(asker, 2, kind="r1 chat:message")
        final = await room.ask(other, ChatResume(message_id, after_seq, epoch))
        assert other.types() == ["r1 chat:resumed"]
        assert (final["data"]["recovered"], final["data"]["seq"]) == (False, 3)
        assert final["data"]["message"]["content"] == "abc"
        assert final["data"]["status"] == final["data"]["message"]["status"]
        if still_runs:
            dictated.say("def")
            dictated.end()
            await told(other)
            assert other.text(message_id) == "def"
            assert other.read[-1]["data"]["content"] == "abcdef"
        await trio.testing.wait_all_tasks_blocked(0.01)
        assert len(other.types()) == (4 if still_runs else 1)


async def test_the_asker_itself_has_nothing_to_resume(store: Database) -> None:
    dictated, asker = Dictated(), Device()
    async with open_room(store, dictated.script) as room:
        _, message_id = await asked(room, asker)
        dictated.say("abc")
        await heard(asker, "abc", message_id)
        final = await room.ask(asker, ChatResume(message_id, 0, "me"))
        assert (final["type"], final["data"]["code"]) == ("error", "conflict")
        dictated.end()
        await told(asker, 2, kind="r1 chat:message")
        assert (await room.ask(asker, ChatResume(message_id, 0, "me")))["type"] == "chat:message", "it has ended"
    assert asker.text(message_id) == "abcabc"


async def test_resuming_again_takes_the_place_of_the_first_resume(store: Database) -> None:
    dictated, asker, other = Dictated(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        _, message_id = await asked(room, asker)
        dictated.say("abc")
        await heard(asker, "abc", message_id)
        await room.ask(other, ChatResume(message_id, 0, "me"))
        await room.ask(other, ChatResume(message_id, 1, "me"))
        dictated.say("def")
        dictated.end()
        await told(other)
    assert other.types() == [
        "r1 chat:streaming", "r1 chat:resumed", "r2 chat:streaming", "r2 chat:resumed",
        "chat:streaming", "chat:streaming", "chat:message",
    ]  # fmt: skip
    assert other.text(message_id) == "abcbcdef"


async def test_two_resumes_at_once_on_one_connection_are_one_too_many(store: Database) -> None:
    dictated, asker, other = Dictated(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        _, message_id = await asked(room, asker)
        dictated.say("abc")
        await heard(asker, "abc", message_id)
        other.held = True
        room.begin(other, ChatResume(message_id, 0, "me"))
        await trio.testing.wait_all_tasks_blocked()
        second = await room.ask(other, ChatResume(message_id, 0, "me"))
        assert second["data"]["code"] == "conflict"
        await room.ask(other, ChatSubscribe(1))
        dictated.say("def")
        await heard(asker, "abcdef", message_id)
        other.drain()
        dictated.end()
        await told(other)
    assert other.text(message_id) == "abcdef"


async def test_a_resume_that_is_cancelled_says_nothing_more_and_a_subscriber_stays_one(store: Database) -> None:
    dictated, asker, reader, subscriber = Dictated(), Device(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        conversation_id, message_id = await asked(room, asker)
        await room.ask(subscriber, ChatSubscribe(conversation_id))
        dictated.say("abc")
        await heard(asker, "abc", message_id)
        after = len(subscriber.frames)
        for device in (reader, subscriber):
            device.held = True
            request = room.begin(device, ChatResume(message_id, 0, "me"))
            await trio.testing.wait_all_tasks_blocked()
            request.scope.cancel()
            await trio.testing.wait_all_tasks_blocked()
            device.drain()
        dictated.say("def")
        dictated.end()
        await told(subscriber)
    assert reader.frames == []
    assert subscriber.text(message_id, after=after) == "abcdef"


@pytest.mark.parametrize("wanted", [ChatResume(99, 0, "me"), ChatResume(99, 0, "older"), ChatSubscribe(99)])
async def test_what_does_not_exist_is_not_found(store: Database, wanted: ChatResume | ChatSubscribe) -> None:
    async with open_room(store, Dictated().script) as room:
        assert (await room.ask(Device(), wanted))["data"]["code"] == "not_found"


async def test_an_interrupted_answer_of_a_dead_daemon_is_told_whole(store: Database) -> None:
    _, message_id = await foreign(store, "abc", "dead")
    await store.write(interrupt_all, {"dead"}, 5)
    device = Device()
    async with open_room(store, Dictated().script) as room:
        final = await room.ask(device, ChatResume(message_id, 1, "dead"))
        assert (final["data"]["recovered"], final["data"]["status"], final["data"]["seq"]) == (False, "interrupted", 3)
        assert final["data"]["message"]["content"] == "abc"
        await trio.testing.wait_all_tasks_blocked(0.01)
    assert len(device.frames) == 1


async def test_an_answer_of_a_living_daemon_is_followed_by_its_journal(store: Database) -> None:
    conversation_id, message_id = await foreign(store, "abc")
    one, other, subscriber = Device(), Device(), Device()
    async with open_room(store, Dictated().script) as room:
        for device in (one, other):
            final = await room.ask(device, ChatResume(message_id, 1, "other"))
            assert final["data"] | {"message": None} == {
                "messageId": message_id, "recovered": False, "status": "streaming", "seq": 3, "message": None,
            }  # fmt: skip
            assert final["data"]["message"]["content"] == "abc"
        subscribed = await room.ask(subscriber, ChatSubscribe(conversation_id))
        assert subscribed["data"]["active"] == [{"messageId": message_id, "seq": 3, "epoch": "other"}]
        rows = [JournalRow(message_id, 3, "content", "de"), JournalRow(message_id, 5, "content", "f")]
        await store.write(append, rows, [])
        for device in (one, other, subscriber):
            await heard(device, "def", message_id)
        answer = ended(message_id, conversation_id, "complete", "abcdefghi")
        await store.write(queries.finish, answer._replace(runs=[("content", 9)]))
        for device in (one, other, subscriber):
            await told(device)
    for device in (one, other, subscriber):
        assert device.text(message_id) == "defghi"
        assert device.read[-2]["data"]["done"]
        assert device.read[-1]["data"]["content"] == "abcdefghi"
        assert device.types().count("chat:message") == 1


async def test_history_shows_what_answers_have_by_now_here_and_elsewhere(store: Database) -> None:
    dictated, asker = Dictated(), Device()
    theirs, _ = await foreign(store, "by another")
    async with open_room(store, dictated.script) as room:
        mine, message_id = await asked(room, asker)
        dictated.say("hm", "reasoning")
        dictated.say("by me")
        await heard(asker, "hmby me", message_id)
        shown = [
            (await room.ask(Device(), ChatHistoryRequest(conversation)))["data"]["messages"][-1]
            for conversation in (mine, theirs)
        ]
        assert [(item["status"], item["reasoning"], item["content"]) for item in shown] == [
            ("streaming", "hm", "by me"),
            ("streaming", None, "by another"),
        ]


async def test_subscribers_hear_all_that_the_asker_hears(store: Database) -> None:
    dictated, asker, one, other = Dictated(), Device(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        conversation_id, first = await asked(room, asker)
        dictated.say("abc")
        await heard(asker, "abc", first)
        for device in (asker, one, other):
            active = (await room.ask(device, ChatSubscribe(conversation_id)))["data"]["active"]
            assert active == [{"messageId": first, "seq": 3, "epoch": "me"}]
        dictated.say("def")
        dictated.end()
        await told(one)
        room.begin(one, ChatSend("again", conversation_id))
        dictated.say("xyz")
        dictated.end()
        await told(other, 3)
        await told(asker, 2)
    assert asker.text(first) == "abcdef"
    assert one.text(first) == other.text(first) == "def"
    second = other.read[-1]["data"]["id"]
    assert asker.text(second) == one.text(second) == other.text(second) == "xyz"
    pushed = ["chat:streaming", "chat:streaming", "chat:message"]
    assert other.types() == ["r1 chat:subscribed", *pushed, "chat:message", *pushed]
    assert one.types()[4:] == [f"r2 {name}" for name in ["chat:message", *pushed]]
    assert asker.types()[-4:] == ["chat:message", *pushed]
    assert other.frames[-4:] == asker.frames[-4:]
    assert all(mine is theirs for mine, theirs in zip(other.frames[-4:], asker.frames[-4:], strict=True))


async def test_who_has_unsubscribed_or_gone_hears_no_more(store: Database) -> None:
    dictated, asker, leaves, goes = Dictated(), Device(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        conversation_id, _ = await asked(room, asker)
        for device in (leaves, goes):
            await room.ask(device, ChatSubscribe(conversation_id))
        assert (await room.ask(leaves, ChatUnsubscribe(conversation_id)))["data"] == {"conversationId": conversation_id}
        await room.ask(leaves, ChatUnsubscribe(conversation_id))
        room.hub.forget(goes)
        dictated.say("abc")
        dictated.end()
        await told(asker, 2, kind="r1 chat:message")
    assert leaves.types() == ["r1 chat:subscribed", "r2 chat:unsubscribed", "r3 chat:unsubscribed"]
    assert goes.types() == ["r1 chat:subscribed"]


async def test_joining_in_the_middle_and_asking_for_what_was_gives_the_whole(store: Database) -> None:
    dictated, asker, late = Dictated(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        conversation_id, message_id = await asked(room, asker)
        dictated.say("abc")
        await heard(asker, "abc", message_id)
        (active,) = (await room.ask(late, ChatSubscribe(conversation_id)))["data"]["active"]
        dictated.say("def")
        await heard(late, "def", message_id)
        after = len(late.frames)
        await room.ask(late, ChatResume(message_id, 0, active["epoch"]))
        dictated.say("ghi")
        dictated.end()
        await told(late)
    assert late.text(message_id, after=after) == "abcdefghi"
    assert late.types(after=after)[-3:] == ["chat:streaming", "chat:streaming", "chat:message"]
    assert late.types().count("chat:message") == 1


async def test_any_device_cancels_and_all_see_it(store: Database) -> None:
    dictated, asker, other = Dictated(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        conversation_id, message_id = await asked(room, asker)
        await room.ask(other, ChatSubscribe(conversation_id))
        dictated.say("abc")
        await heard(other, "abc", message_id)
        receipt = await room.ask(other, ChatCancel(message_id))
        await told(other)
        await told(asker, 2, kind="r1 chat:message")
    assert receipt["data"]["status"] == "cancelled"
    assert receipt["data"]["upstreamClosedMs"] >= 0
    assert receipt["data"]["idleMs"] is None
    assert [device.read[-1]["data"]["status"] for device in (asker, other)] == ["cancelled"] * 2
    for device in (asker, other):
        done = [frame["data"] for frame in device.read if frame["type"] == "chat:streaming"][-1]
        assert (done["done"], done["finishReason"]) == (True, None)


async def test_an_answer_that_waits_to_be_stored_is_followed_until_it_is(store: Database) -> None:
    """The daemon's own, after its last frame said that it is not stored yet."""
    conversation_id, message_id = await foreign(store, "abc", "me")
    device = Device()
    async with open_room(store, Dictated().script) as room:
        first = await room.ask(device, ChatResume(message_id, 0, "me"))
        assert (first["data"]["recovered"], first["data"]["message"]["content"]) == (False, "abc")
        await store.write(queries.finish, ended(message_id, conversation_id, "complete", "abcdef"))
        await told(device)
    assert device.text(message_id) == "def"


@settings(max_examples=examples(200))
@given(ACTS)
@example([("content", "a"), ("hold", 0), (0, 0.0, True), END, (0, 1.0, True)])
@example([("content", "a"), END, ("hold", 0), (0, 0.0, True), (0, 1.0, True)])
def test_what_a_reader_had_and_what_it_gets_is_the_text_each_frame_once(acts: list[Act]) -> None:
    async def play() -> None:
        dictated, asker = Dictated(), Device()
        database = MemoryDatabase()
        with closing(database):
            async with open_room(database, dictated.script) as room:
                conversation_id, message_id = await asked(room, asker)
                run = Play(room, dictated, conversation_id, message_id)
                for act in acts:
                    await run.act(act)
                await run.finish()
        whole = "".join(character for _, character in run.characters)
        assert asker.text(message_id) == whole
        assert asker.read[-1]["data"]["status"] == "complete"

    trio.run(play, clock=MockClock(autojump_threshold=0))


async def test_nobody_can_have_the_end_before_it_is_there(store: Database) -> None:
    dictated, asker, other = Dictated(), Device(), Device()
    async with open_room(store, dictated.script) as room:
        _, message_id = await asked(room, asker)
        dictated.say("abc")
        await heard(asker, "abc", message_id)
        assert not (await room.ask(other, ChatResume(message_id, 4, "me")))["data"]["recovered"]
        dictated.end()
        await told(other)
        assert (await room.ask(Device(), ChatResume(message_id, 4, "me")))["type"] == "chat:message"
