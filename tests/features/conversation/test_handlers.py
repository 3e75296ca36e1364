"""What is particular to the frames of conversations, with the chat beside them; on both databases."""

from typing import Any

import pytest
import trio

from orchd.llm.types import Listener, Outcome, Prompt
from orchd.protocol.identity import Identity
from tests.fix_workspace import ANN, BOB, HANG_SECONDS, Desk


async def ask(desk: Desk, message: str = "Hello", who: Identity = ANN, **more: object) -> dict[str, Any]:
    """Ask something; the answer."""
    return await desk.done(who, "chat:send", message=message, **more)


async def stored(desk: Desk) -> dict[str, Any]:
    """Wait until a question of hers is stored; it."""
    with trio.fail_after(HANG_SECONDS):
        while True:
            for frame in desk.frames(ANN):
                if frame["type"] == "chat:message":
                    told: dict[str, Any] = frame["data"]
                    return told
            await desk.device(ANN).told.wait()


async def listed(desk: Desk, **asked: object) -> list[int]:
    return [row["id"] for row in (await desk.done(ANN, "conversation:list", **asked))["items"]]


async def test_lists_show_what_is_pinned_first_and_then_what_was_used_last(entity_desk: Desk) -> None:
    desk = entity_desk
    first, second, third = [(await ask(desk, text))["conversationId"] for text in "abc"]
    await ask(desk, "again", conversationId=second)
    assert await listed(desk) == [second, third, first]
    await desk.done(ANN, "conversation:update", conversationId=first, pinned=True)
    assert await listed(desk) == [first, second, third]
    assert await listed(desk, order="updatedAt") == [second, third, first]
    assert await listed(desk, pinned=False) == [second, third]
    assert await listed(desk, order="title", descending=False) == [first, second, third]


@pytest.mark.parametrize("tag", ["work", 'a"b', "b", "é, [x", "w%rk", "\\", "a\\"])
async def test_lists_are_narrowed_by_marks_folder_and_tag(entity_desk: Desk, tag: str) -> None:
    desk = entity_desk
    tags = (("work",), ("home", 'a"b'), (',"b"', "é, [x"), ("wörk", "w%rk"), ("\\", 'x"', "a\\"), ("b",), ())
    rows = [await desk.done(ANN, "conversation:create", title="t", folder="f", tags=each) for each in tags]
    fitting = [row["id"] for row, each in zip(rows, tags, strict=True) if tag in each]
    assert sorted(await listed(desk, tag=tag)) == fitting
    other = await desk.done(ANN, "conversation:create", title="other", archived=True)
    assert await listed(desk, archived=True) == [other["id"]] == await listed(desk, folder="")
    assert other["id"] not in await listed(desk, archived=False)
    assert sorted(await listed(desk, folder="f", tag=tag)) == fitting
    assert (await desk.done(ANN, "conversation:list", tag=tag, total=True))["total"] == len(fitting)


async def test_folders_and_tags_are_counted_of_what_one_sees(entity_desk: Desk) -> None:
    desk = entity_desk
    for folder, tags, archived in (
        ("House", ["paint", "paint"], False),
        ("House", ["paint", "é"], False),
        ("house", [], False),
        ("", ["é"], True),
        ("", [], False),
    ):
        await desk.done(ANN, "conversation:create", title="t", folder=folder, tags=tags, archived=archived)
    gone = await desk.done(ANN, "conversation:create", title="t", folder="Gone", tags=["gone"])
    await desk.done(ANN, "conversation:delete", conversationId=gone["id"])
    await desk.done(BOB, "conversation:create", title="t", folder="Bob's", tags=["bob"])

    async def counted(**asked: object) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        told = await desk.done(ANN, "conversation:labels", **asked)
        folders, tags = ([(label["name"], label["count"]) for label in told[kind]] for kind in ("folders", "tags"))
        return folders, tags

    assert await counted() == ([("House", 2), ("house", 1)], [("paint", 2), ("é", 2)])
    assert await counted(archived=False) == ([("House", 2), ("house", 1)], [("paint", 2), ("é", 1)])
    assert await counted(archived=True) == ([], [("é", 1)])


async def test_what_a_person_changes_is_no_news_of_the_conversation(entity_desk: Desk) -> None:
    desk = entity_desk
    key = {"conversationId": (await ask(desk, "What is this?"))["conversationId"]}
    old = await desk.done(ANN, "conversation:get", **key)
    assert (old["title"], old["autoTitle"], old["messageCount"], old["model"]) == ("What is this?", True, 2, "tiny")
    kept = await desk.done(ANN, "conversation:update", **key, folder=" f ", metadata={"a": 1.5, "b": None})
    assert (kept["autoTitle"], kept["folder"], kept["metadata"]) == (True, "f", {"a": 1.5, "b": None})
    named = await desk.done(ANN, "conversation:update", **key, title=" Mine ")
    assert (named["title"], named["autoTitle"], named["updatedAt"]) == ("Mine", False, old["updatedAt"])
    free = await desk.done(ANN, "conversation:update", **key, title="x", autoTitle=True)
    assert free["autoTitle"]
    assert await desk.done(ANN, "conversation:update", **key) == free, "with nothing but the id it is only read"
    assert await desk.done(ANN, "conversation:update", **key, title=None) == free, "null was allowed before"


async def test_who_only_sees_a_conversation_reads_it_by_either_frame(entity_desk: Desk) -> None:
    desk = entity_desk
    key = {"conversationId": (await ask(desk))["conversationId"]}
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    shared = await desk.done(ANN, "conversation:update", **key, projectId=project)
    bob = BOB._replace(reads=(project,))
    assert (
        await desk.done(bob, "conversation:update", **key) == shared == await desk.done(bob, "conversation:get", **key)
    )
    refused = await desk.refused(bob, "conversation:update", **key, unread=False)
    assert refused["code"] == "forbidden"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("title", " "),
        ("title", "x" * 201),
        ("folder", "a\nb"),
        ("tags", [" "]),
        ("metadata", {"a": [1]}),
        ("metadata", {"x" * 65: 1}),
        ("params", {"temperature": 9}),
        ("assistantId", 10**6),
    ],
)
async def test_what_does_not_fit_is_refused_by_its_path(entity_desk: Desk, member: str, value: object) -> None:
    sent = {"title": "t", member: value}
    for refused in (
        await desk_refusal(entity_desk, "conversation:create", sent),
        await desk_refusal(entity_desk, "conversation:update", {**sent, "conversationId": 1}),
    ):
        assert refused.startswith(f"$.data.{member}")


async def desk_refusal(desk: Desk, kind: str, sent: dict[str, Any]) -> str:
    """The JSON path of what is refused, by the codec or by the handler."""
    if kind == "conversation:update":
        sent = {**sent, "conversationId": (await desk.done(ANN, "conversation:create", title="t"))["id"]}
    try:
        path: str = (await desk.refused(ANN, kind, **sent))["details"]["path"]
    except Exception as error:  # the codec's own
        path = error.error.path  # type: ignore[attr-defined]
    return path


async def test_a_conversation_says_how_it_is_answered_and_its_assistant_the_rest(entity_desk: Desk) -> None:
    desk, prompts = entity_desk, entity_desk.backends.prompts
    poet = await desk.done(ANN, "assistant:create", name="poet", systemPrompt="Rhyme.")
    made = await desk.done(
        ANN,
        "conversation:create",
        title="verses",
        assistantId=poet["id"],
        params={"temperature": 0.5, "stop": "END", "maxTokens": 9},
        autoTitle=True,
    )
    key = {"conversationId": made["id"]}
    answer = await ask(desk, "Sing of the sea", **key, params={"temperature": 1})
    assert [turn.content for turn in prompts[-1].turns] == ["Rhyme.", "Sing of the sea"]
    sampling = prompts[-1].sampling
    assert (sampling.temperature, sampling.stop, sampling.max_tokens) == (1, ("END",), 9)
    assert (await desk.done(ANN, "conversation:get", **key))["title"] == "Sing of the sea"
    await desk.done(ANN, "conversation:update", **key, systemPrompt="Be brief.", params=None)
    await desk.done(ANN, "chat:regenerate", messageId=answer["id"])
    assert prompts[-1].turns[0].content == "Be brief."
    assert prompts[-1].sampling.temperature is None
    await desk.done(ANN, "conversation:update", **key, systemPrompt=None)
    await desk.done(ANN, "assistant:update", assistantId=poet["id"], active=False)
    await ask(desk, "And the wind", **key)
    assert prompts[-1].turns[0].content == "Sing of the sea", "an assistant that is put aside says nothing"


async def test_who_follows_conversations_is_told_what_is_said_in_them(entity_desk: Desk) -> None:
    desk = entity_desk
    await desk.done(ANN, "conversation:subscribe")
    await desk.done(BOB, "conversation:subscribe")
    answer = await ask(desk, "Hello")
    told = await desk.told(ANN, 2)
    assert [(change["change"], change["item"]["messageCount"]) for change in told] == [("created", 2), ("updated", 2)]
    assert [change["number"] for change in told] == [1, 2]
    assert not told[-1]["item"]["unread"], "the answer was sent to its owner"
    await desk.done(ANN, "conversation:delete", conversationId=answer["conversationId"])
    assert (await desk.told(ANN, 3))[-1]["change"] == "deleted"
    assert desk.changes(BOB) == []


async def test_an_answer_that_its_owner_did_not_see_is_unread_until_they_say_otherwise(entity_desk: Desk) -> None:
    desk, backends = entity_desk, entity_desk.backends
    go_on = trio.Event()

    async def script(prompt: Prompt, listener: Listener) -> Outcome:
        await go_on.wait()
        listener.on_delta("content", "Yes.")
        return Outcome("stop", "tiny", None)

    backends.script = script
    key: dict[str, int] = {}
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, desk)
        key["conversationId"] = (await stored(desk))["conversationId"]
        nursery.cancel_scope.cancel()  # its connection ends; the answer goes on
    await desk.done(ANN, "conversation:subscribe")
    go_on.set()
    assert (await desk.told(ANN, 1))[-1]["item"]["unread"]
    read = await desk.done(ANN, "conversation:update", **key, unread=False)
    assert not read["unread"]
    assert (await desk.told(ANN, 2))[-1]["item"] == read


async def test_a_removed_conversation_is_gone_for_the_chat_and_comes_back_whole(entity_desk: Desk) -> None:
    desk = entity_desk
    answer = await ask(desk, "Hello")
    key, message = {"conversationId": answer["conversationId"]}, {"messageId": answer["id"]}
    before = await desk.done(ANN, "conversation:get", **key)
    history = await desk.done(ANN, "chat:history", **key)
    await desk.done(ANN, "conversation:delete", **key)
    for kind, asked in (
        ("chat:history", key),
        ("chat:send", key | {"message": "Hello?"}),
        ("chat:subscribe", key),
        ("chat:resume", message | {"afterSeq": 0, "epoch": "me"}),
        ("chat:regenerate", message),
        ("chat:continue", message),
        ("chat:cancel", message),
        ("chat:edit", {"messageId": history["messages"][0]["id"], "message": "x"}),
        ("verify:message", message),
        ("conversation:get", key),
        ("conversation:delete", key),
    ):
        assert (await desk.refused(ANN, kind, **asked))["code"] == "not_found", kind
    back = await desk.done(ANN, "conversation:restore", **key)
    assert back == before | {"version": back["version"]}
    assert await desk.done(ANN, "chat:history", **key) == history


async def test_deleting_ends_what_runs_in_a_conversation(entity_desk: Desk) -> None:
    desk = entity_desk

    async def script(prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("content", "Well")
        await trio.sleep_forever()
        raise AssertionError

    desk.backends.script = script
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, desk)
        question = await stored(desk)
        await desk.done(ANN, "conversation:delete", conversationId=question["conversationId"])
    ended = [frame["data"] for frame in desk.frames(ANN) if frame["type"] == "chat:message"][-1]
    assert (ended["status"], ended["content"]) == ("cancelled", "Well")
