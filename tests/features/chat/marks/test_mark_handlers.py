"""What people say of messages, and what is removed and restored, by frames and on both databases."""

from typing import Any

import pytest
import trio

from orchd.features.chat.marks import mark_queries
from orchd.features.chat.marks.mark_queries import MAX_OWN_REACTIONS, Votes
from orchd.features.chat.marks.removal_queries import purge_messages
from orchd.storage import Database, Statement, Steps
from tests.fix_chat import silent
from tests.fix_workspace import ANN, BOB, HANG_SECONDS, Desk, open_desk

Json = dict[str, Any]
EMOJI = "👍👎😀😃😄😁😆😅😂"


async def ask(desk: Desk, message: str, who: Any = ANN, **more: Any) -> tuple[Json, Json]:
    """The question and the answer, as a history has them."""
    answer = await desk.done(who, "chat:send", message=message, **more)
    *_, question, found = await history(desk, answer["conversationId"], who)
    assert (question["content"], found["id"]) == (message, answer["id"])
    return question, found


async def history(desk: Desk, conversation: int, who: Any = ANN, **more: Any) -> list[Json]:
    found: list[Json] = (await desk.done(who, "chat:history", conversationId=conversation, **more))["messages"]
    return found


async def texts(desk: Desk, conversation: int, **more: Any) -> list[str]:
    return [message["content"] for message in await history(desk, conversation, **more)]


def pushed(desk: Desk, who: Any) -> list[Json]:
    return [frame["data"] for frame in desk.frames(who) if frame["type"] == "chat:changed"]


async def shared(desk: Desk, message: str = "one") -> tuple[Any, Json, Json]:
    """A question and an answer of Ann's that Bob may read, and who Bob is then."""
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    question, answer = await ask(desk, message, projectId=project)
    return BOB._replace(reads=(project,), role="viewer"), question, answer


async def test_people_rate_answers_each_for_themselves(entity_desk: Desk) -> None:
    desk = entity_desk
    bob, question, answer = await shared(desk)
    conversation = answer["conversationId"]
    assert "ratings" not in answer
    await desk.done(bob, "chat:subscribe", conversationId=conversation)
    await desk.done(ANN, "chat:rate", messageId=answer["id"], rating="down", reason="  too short ")
    told = await desk.done(ANN, "chat:rate", messageId=answer["id"], rating="up")
    assert [(mark["userId"], mark["rating"], mark["reason"]) for mark in told["ratings"]] == [(1, "up", None)]
    told = await desk.done(bob, "chat:rate", messageId=answer["id"], rating="down", reason=" too short ")
    ratings = [(mark["userId"], mark["rating"], mark["reason"]) for mark in told["ratings"]]
    assert ratings == [(1, "up", None), (2, "down", "too short")]
    assert told["reactions"] == []
    assert (await history(desk, conversation))[1]["ratings"] == told["ratings"]
    first, second = pushed(desk, BOB)
    assert (first["change"], first["messageId"], first["ratings"][0]["reason"]) == ("rated", answer["id"], "too short")
    assert second["ratings"][0]["rating"] == "up"
    taken = await desk.done(ANN, "chat:rate", messageId=answer["id"], rating=None)
    assert [mark["userId"] for mark in taken["ratings"]] == [2]
    for wrong, path in (({"messageId": question["id"], "rating": "up"}, "messageId"),
                        ({"messageId": answer["id"], "rating": None, "reason": "x"}, "reason")):  # fmt: skip
        refused = await desk.refused(ANN, "chat:rate", **wrong)
        assert (refused["code"], refused["details"]["path"]) == ("invalid", f"$.data.{path}")
    assert (await desk.refused(BOB, "chat:rate", messageId=answer["id"], rating="up"))["code"] == "not_found"


async def test_reactions_are_ones_own_and_few(entity_desk: Desk) -> None:
    desk = entity_desk
    bob, question, _ = await shared(desk)
    await desk.done(ANN, "chat:subscribe", conversationId=question["conversationId"])
    for emoji in EMOJI[:MAX_OWN_REACTIONS]:
        await desk.done(bob, "chat:react", messageId=question["id"], emoji=emoji)
    again = await desk.done(bob, "chat:react", messageId=question["id"], emoji=EMOJI[0])
    assert len(again["reactions"]) == MAX_OWN_REACTIONS
    many = await desk.refused(bob, "chat:react", messageId=question["id"], emoji=EMOJI[-1])
    assert (many["code"], many["details"]["reason"]) == ("conflict", "too_many_rows")
    await desk.done(ANN, "chat:react", messageId=question["id"], emoji=EMOJI[0])
    await desk.done(bob, "chat:react", messageId=question["id"], emoji=EMOJI[0], remove=True)
    told = await desk.done(bob, "chat:react", messageId=question["id"], emoji=EMOJI[0], remove=True)
    assert told["reactions"][-1] == {"userId": 1, "emoji": EMOJI[0]}
    assert len(told["reactions"]) == MAX_OWN_REACTIONS
    assert (await history(desk, question["conversationId"]))[0]["reactions"] == told["reactions"]
    assert [each["change"] for each in pushed(desk, ANN)] == ["reacted"] * (MAX_OWN_REACTIONS + 3)
    wrong = await desk.refused(bob, "chat:react", messageId=question["id"], emoji="ok")
    assert wrong["details"]["path"] == "$.data.emoji"


async def test_pictures_that_look_alike_are_one_reaction(entity_desk: Desk, store: Database) -> None:
    question, _ = await ask(entity_desk, "one")
    heart = "\u2764\ufe0f"

    def earlier() -> Steps[None]:  # as it was stored before there was one spelling
        yield Statement(
            "INSERT INTO message_reaction (user_id, message_id, emoji, created_at) VALUES (?, ?, ?, 1)",
            (ANN.user_id, question["id"], "\u2764"),
        )

    await store.write(earlier)
    both = await entity_desk.done(ANN, "chat:react", messageId=question["id"], emoji=heart)
    assert both["reactions"] == [{"userId": ANN.user_id, "emoji": heart}]
    gone = await entity_desk.done(ANN, "chat:react", messageId=question["id"], emoji="\u2764", remove=True)
    assert gone["reactions"] == []
    await store.write(earlier)
    (shown, _) = await history(entity_desk, question["conversationId"])
    assert shown["reactions"] == [{"userId": ANN.user_id, "emoji": heart}]


async def test_an_edited_question_says_of_which(entity_desk: Desk) -> None:
    desk = entity_desk
    question, answer = await ask(desk, "one")
    await desk.done(ANN, "chat:edit", messageId=question["id"], message="two")
    edited, _ = await history(desk, answer["conversationId"])
    assert (edited["editedFrom"], edited["siblings"]) == (question["id"], [question["id"], edited["id"]])
    assert "editedFrom" not in question
    heard = [frame["data"] for frame in desk.frames(ANN) if frame["type"] == "chat:message"]
    assert heard[-2]["editedFrom"] == question["id"]


async def test_a_message_goes_with_what_follows_and_comes_back(entity_desk: Desk) -> None:
    desk = entity_desk
    question, answer = await ask(desk, "one green parrot")
    conversation = answer["conversationId"]
    second, last = await ask(desk, "two green parrots", conversationId=conversation)
    await desk.done(ANN, "conversation:subscribe")
    gone = await desk.done(ANN, "chat:delete", messageId=second["id"])
    about = {"conversationId": conversation, "messageId": second["id"]}
    assert gone == about | {"removed": 2, "leafId": answer["id"]}
    assert await texts(desk, conversation) == ["one green parrot", "Yes."]
    found = (await desk.done(ANN, "search", query="green parrot", kinds=["message"]))["items"]
    assert [item["id"] for item in found] == [question["id"]]
    changed = (await desk.told(ANN, 1))[-1]["item"]
    assert (changed["leafId"], changed["messageCount"]) == (answer["id"], 2)
    for kind in ("chat:regenerate", "chat:delete", "chat:rate", "chat:resume"):
        more = {"rating": "up"} if kind == "chat:rate" else {"afterSeq": 0, "epoch": "me"} if "res" in kind else {}
        assert (await desk.refused(ANN, kind, messageId=last["id"], **more))["code"] == "not_found", kind
    missing = await desk.refused(ANN, "chat:send", message="x", conversationId=conversation, parentId=last["id"])
    assert missing["details"]["path"] == "$.data.parentId"
    copy = await desk.done(ANN, "conversation:duplicate", conversationId=conversation)
    assert (copy["messageCount"], await texts(desk, copy["id"])) == (2, ["one green parrot", "Yes."])
    below = await desk.refused(ANN, "conversation:duplicate", conversationId=conversation, messageId=last["id"])
    assert below["code"] == "not_found"
    third, _ = await ask(desk, "three", conversationId=conversation)
    assert [turn.content for turn in desk.backends.prompts[-1].turns] == ["one green parrot", "Yes.", "three"]

    (trash,) = await history(desk, conversation, deleted=True)
    assert (trash["id"], trash["content"], bool(trash["deletedAt"])) == (second["id"], "two green parrots", True)
    along = await desk.refused(ANN, "chat:restore", messageId=last["id"])
    assert (along["code"], along["details"]["removedWith"]) == ("invalid", second["id"])
    back = await desk.done(ANN, "chat:restore", messageId=second["id"])
    assert back == about | {"restored": 2, "leafId": last["id"]}
    assert await texts(desk, conversation) == ["one green parrot", "Yes.", "two green parrots", "Yes."]
    assert (await history(desk, conversation))[2]["siblings"] == [second["id"], third["id"]]
    found = (await desk.done(ANN, "search", query="green parrots", kinds=["message"]))["items"]
    assert [item["id"] for item in found] == [second["id"]]
    assert (await desk.done(ANN, "conversation:get", conversationId=conversation))["messageCount"] == 6
    assert (await desk.refused(ANN, "chat:restore", messageId=second["id"]))["code"] == "conflict", "it is there"
    assert await history(desk, conversation, deleted=True) == []


async def test_the_branch_beside_is_shown_then(entity_desk: Desk) -> None:
    desk = entity_desk
    question, answer = await ask(desk, "one")
    conversation = answer["conversationId"]
    _, below = await ask(desk, "more", conversationId=conversation)
    other = await desk.done(ANN, "chat:regenerate", messageId=answer["id"])
    assert (await desk.done(ANN, "chat:delete", messageId=other["id"]))["leafId"] == below["id"]
    assert await texts(desk, conversation) == ["one", "Yes.", "more", "Yes."]
    assert (await history(desk, conversation))[1]["siblings"] == [answer["id"]]
    again = await desk.done(ANN, "chat:regenerate", messageId=answer["id"])
    kept = await desk.done(ANN, "chat:delete", messageId=answer["id"])
    assert (kept["removed"], kept["leafId"]) == (3, again["id"]), "what is shown stays so"
    whole = await desk.done(ANN, "chat:delete", messageId=question["id"])
    assert (whole["removed"], whole["leafId"]) == (2, None)
    assert await history(desk, conversation) == []
    taken = await desk.refused(ANN, "chat:restore", messageId=answer["id"])
    assert (taken["code"], taken["details"]["parentId"]) == ("conflict", question["id"])
    assert [each["id"] for each in await history(desk, conversation, deleted=True)] == [
        question["id"], answer["id"], other["id"],
    ]  # fmt: skip
    page = await desk.done(ANN, "chat:history", conversationId=conversation, deleted=True, limit=2)
    assert ([each["id"] for each in page["messages"]], page["hasMore"]) == ([answer["id"], other["id"]], True)
    page = await desk.done(ANN, "chat:history", conversationId=conversation, deleted=True, before=answer["id"])
    assert ([each["id"] for each in page["messages"]], page["hasMore"]) == ([question["id"]], False)
    wrong = await desk.refused(ANN, "chat:history", conversationId=conversation, deleted=True, leafId=1)
    assert wrong["details"]["path"] == "$.data.leafId"
    fresh, _ = await ask(desk, "anew", conversationId=conversation)
    assert fresh["parentId"] is None


async def test_whoever_only_reads_removes_nothing(entity_desk: Desk) -> None:
    desk = entity_desk
    bob, question, answer = await shared(desk)
    await desk.done(bob, "chat:subscribe", conversationId=question["conversationId"])
    assert (await desk.refused(bob, "chat:delete", messageId=answer["id"]))["code"] == "forbidden"
    assert (await desk.refused(BOB, "chat:delete", messageId=answer["id"]))["code"] == "not_found"
    await desk.done(ANN, "chat:delete", messageId=answer["id"])
    assert (await desk.refused(bob, "chat:restore", messageId=answer["id"]))["code"] == "forbidden"
    assert len(await history(desk, question["conversationId"], bob, deleted=True)) == 1
    editor = bob._replace(changes=bob.reads)
    await desk.done(editor, "chat:restore", messageId=answer["id"])
    assert [(each["change"], each["leafId"]) for each in pushed(desk, BOB)] == [("deleted", question["id"])]


async def test_the_branch_that_somebody_chooses_is_shown_and_gone_on_with(entity_desk: Desk) -> None:
    desk = entity_desk
    bob, _, answer = await shared(desk)
    conversation = answer["conversationId"]
    _, below = await ask(desk, "more", conversationId=conversation)
    other = await desk.done(ANN, "chat:regenerate", messageId=answer["id"])
    assert await texts(desk, conversation) == ["one", "Yes."]
    await desk.done(bob, "chat:subscribe", conversationId=conversation)
    before = await desk.done(ANN, "conversation:get", conversationId=conversation)
    chosen = await desk.done(ANN, "chat:select", messageId=answer["id"])
    assert chosen == {"conversationId": conversation, "messageId": answer["id"], "leafId": below["id"]}
    (told,) = pushed(desk, BOB)
    assert told == chosen | {"change": "selected"}
    after = await desk.done(ANN, "conversation:get", conversationId=conversation)
    assert (after["leafId"], after["updatedAt"]) == (below["id"], before["updatedAt"])
    assert after["version"] > before["version"], "who follows the list of conversations is told, too"
    assert await texts(desk, conversation) == ["one", "Yes.", "more", "Yes."]
    await desk.done(ANN, "chat:select", messageId=below["id"])
    again = pushed(desk, BOB)[-1]
    assert (again["messageId"], again["leafId"]) == (below["id"], below["id"]), (
        "kept of two that were compared, perhaps"
    )
    fresh, _ = await ask(desk, "and more", conversationId=conversation)
    assert fresh["parentId"] == below["id"]
    for who, message, code in (
        (bob, other["id"], "forbidden"),
        (BOB, other["id"], "not_found"),
        (ANN, 4711, "not_found"),
    ):
        refused = await desk.refused(who, "chat:select", messageId=message)
        assert (refused["code"], refused["details"]["path"]) == (code, "$.data.messageId")
    await desk.done(ANN, "chat:delete", messageId=other["id"])
    assert (await desk.refused(ANN, "chat:select", messageId=other["id"]))["code"] == "not_found"


async def test_a_running_answer_ends_when_it_is_removed(entity_desk: Desk) -> None:
    desk = entity_desk
    desk.backends.script = silent
    ended: list[Json] = []

    async def asked() -> None:
        ended.append(await desk.done(ANN, "chat:send", message="for ever"))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(asked)
        with trio.fail_after(HANG_SECONDS):
            while not any(frame["type"] == "chat:streaming" for frame in desk.frames(ANN)):
                await desk.device(ANN).told.wait()
        question = next(frame["data"] for frame in desk.frames(ANN) if frame["type"] == "chat:message")
        gone = await desk.done(ANN, "chat:delete", messageId=question["id"])
    assert (gone["removed"], ended[0]["status"], ended[0]["content"]) == (2, "cancelled", "word")
    await desk.done(ANN, "chat:restore", messageId=question["id"])
    assert [m["status"] for m in await history(desk, question["conversationId"])] == ["complete", "cancelled"]


def count(table: str) -> Steps[int]:
    found = yield Statement(f"SELECT COUNT(*) FROM {table}")
    return int(found.rows[0][0])


async def test_what_was_removed_is_purged_with_what_was_said_of_it(store: Database) -> None:
    async with open_desk(store) as desk:
        _, answer = await ask(desk, "one")
        kept, other = await ask(desk, "two", conversationId=answer["conversationId"])
        await desk.done(ANN, "chat:rate", messageId=other["id"], rating="up")
        await desk.done(ANN, "chat:rate", messageId=answer["id"], rating="down")
        assert await store.read(mark_queries.count_votes) == {"tiny": Votes(1, 1)}
        await desk.done(ANN, "chat:react", messageId=kept["id"], emoji="👍")
        await desk.done(ANN, "chat:delete", messageId=kept["id"])
        assert await store.write(purge_messages, 1, 100) == 0
        assert await store.write(purge_messages, 2**50, 100) == 2
        assert [await store.read(count, name) for name in ("chat_message", "message_rating", "message_reaction")] == [
            2, 1, 0,
        ]  # fmt: skip
        assert (await desk.refused(ANN, "chat:restore", messageId=kept["id"]))["code"] == "not_found"


@pytest.mark.parametrize("kind", ["chat:rate", "chat:react"])
async def test_what_is_said_of_a_removed_message_is_kept_until_it_is_purged(entity_desk: Desk, kind: str) -> None:
    desk = entity_desk
    _, answer = await ask(desk, "one")
    said = {"rating": "up"} if kind == "chat:rate" else {"emoji": "👍"}
    told = await desk.done(ANN, kind, messageId=answer["id"], **said)
    await desk.done(ANN, "chat:delete", messageId=answer["id"])
    await desk.done(ANN, "chat:restore", messageId=answer["id"])
    back = (await history(desk, answer["conversationId"]))[1]
    member = "ratings" if kind == "chat:rate" else "reactions"
    assert back[member] == told[member]
