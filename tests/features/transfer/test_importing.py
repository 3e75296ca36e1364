"""Imports, on both databases: what is stored, what is told, and what is left of one that doesn't come to its end."""

import json
from collections.abc import AsyncGenerator, Callable
from typing import Any, TypeVar, TypeVarTuple

import pytest
import trio
from hypothesis import HealthCheck, given, settings

from orchd.entity import Owner
from orchd.errors import Busy, Unavailable
from orchd.features.chat.messages import ChatFile
from orchd.features.transfer import import_queries, importing, storing
from orchd.features.transfer.drafts import Drafts
from orchd.features.transfer.import_queries import ImportStart, begin_import
from orchd.features.transfer.import_rows import ConversationImportReportRequest
from orchd.features.transfer.importing import Importer, ImportRooms
from orchd.guard import Supervisor
from orchd.storage import Database, Statement, Steps, open_database
from orchd.worker.pool import InPlace
from tests.examples import examples
from tests.features.transfer.reading.samples import CHATGPT, LIBRECHAT, OPEN_WEBUI, Json, gpt, gpt_node
from tests.features.transfer.test_copying import drafts
from tests.features.transfer.test_drafts import Alone
from tests.features.transfer.test_exporting import whole_file
from tests.features.transfer.trees import BEGAN, BRANCHED, Tree, conversation, keep, message, tree_of, trees
from tests.fix_workspace import ANN, BOB, Desk, open_desk
from tests.migrated import place_database

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

OWNER = Owner(ANN.user_id)


@pytest.fixture(params=["in groups", "as drafts"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways in which conversations are stored."""
    if request.param == "as drafts":
        monkeypatch.setattr(storing, "GROUP_MESSAGES", 2)
    return str(request.param)


async def take(desk: Desk, found: object, **more: Any) -> Json:
    """Import a file of Ann's."""
    text = found if isinstance(found, str) else json.dumps(found)
    return await desk.done(ANN, "conversation:import", text=text, **more)


async def report(desk: Desk, imported: Json, **more: Any) -> list[Json]:
    told = await desk.done(ANN, "conversation:import:report", conversationImportId=imported["id"], **more)
    items: list[Json] = told["items"]
    return items


async def texts(desk: Desk, conversation_id: int) -> list[str]:
    """What the active branch says."""
    told = await desk.done(ANN, "chat:history", conversationId=conversation_id)
    return [message["content"] for message in told["messages"]]


async def test_conversations_of_three_programs(entity_desk: Desk, store: Database, way: str) -> None:
    done = await take(entity_desk, [CHATGPT, OPEN_WEBUI, LIBRECHAT], name="all.json")
    assert (done["status"], done["imported"], done["skipped"], done["failed"]) == ("done", 3, 0, 0)
    assert (done["messages"], done["name"], done["source"]) == (11, "all.json", "chatgpt")
    assert done["bytes"] == done["totalBytes"]
    assert done["endedAt"] is not None
    lines = await report(entity_desk, done)
    assert [(line["place"], line["outcome"], line["title"]) for line in lines] == [
        (1, "imported", "Stones"),
        (2, "imported", "Stones"),
        (3, "imported", "Stones"),
    ]
    assert lines[0]["notes"] == [{"remark": "tool_calls", "count": 1}, {"remark": "tool_messages", "count": 1}]
    gpt_id, webui_id, _ = (line["conversationId"] for line in lines)
    assert await texts(entity_desk, gpt_id) == ["Why is basalt dark?", "Iron.", "And granite?", "Quartz."]
    row = await entity_desk.done(ANN, "conversation:get", conversationId=webui_id)
    assert (row["source"], row["sourceId"], row["pinned"], row["archived"]) == ("open_webui", "0b5c-1", True, True)
    assert (row["createdAt"], row["messageCount"]) == ("2023-11-14T22:13:20.000Z", 3)
    assert (row["systemPrompt"], row["tags"], row["userId"]) == ("Be brief.", ["stones", "work"], ANN.user_id)
    assert await store.read(drafts) == 0
    found = await entity_desk.done(ANN, "search", query="quartz")
    assert gpt_id in [item["conversationId"] for item in found["items"]]


async def test_what_is_here_already_is_skipped(entity_desk: Desk, store: Database, way: str) -> None:
    file = [CHATGPT, OPEN_WEBUI]
    first = await take(entity_desk, file)
    again = await take(entity_desk, [*file, {**LIBRECHAT}, CHATGPT])
    assert (again["imported"], again["skipped"], again["source"]) == (1, 3, "chatgpt")
    lines = await report(entity_desk, again, outcome="skipped")
    assert [(line["place"], line["fault"]) for line in lines] == [(n, "imported_before") for n in (1, 2, 4)]
    before = [line["conversationId"] for line in await report(entity_desk, first)]
    assert [line["conversationId"] for line in lines] == [*before, before[0]]
    assert (await entity_desk.done(ANN, "conversation:list", total=True))["total"] == 3
    await entity_desk.done(ANN, "conversation:delete", conversationId=before[0])
    assert (await take(entity_desk, file))["imported"] == 1, "what was removed is taken again"
    told = await entity_desk.done(BOB, "conversation:import", text=json.dumps(file))
    assert told["imported"] == 2, "others have their own"


async def test_what_can_not_be_imported_is_told_and_the_rest_is_stored(
    entity_desk: Desk, store: Database, way: str
) -> None:
    done = await take(entity_desk, [1, CHATGPT, {"mapping": {}}, {"title": "What?", "x": 1}, OPEN_WEBUI])
    assert (done["status"], done["imported"], done["failed"]) == ("done", 2, 3)
    lines = await report(entity_desk, done, outcome="failed")
    assert [(line["place"], line["fault"], line["title"]) for line in lines] == [
        (1, "unknown_format", ""),
        (3, "empty", ""),
        (4, "unknown_format", "What?"),
    ]
    assert all(line["message"] and line["conversationId"] is None for line in lines)
    (first,) = (await entity_desk.done(ANN, "conversation:import:report", conversationImportId=done["id"], limit=1))[
        "items"
    ]
    rest = await report(entity_desk, done, cursor=first["id"])
    assert [line["place"] for line in rest] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [("hello", "failed", "unknown_file"), ("PK\x03\x04", "failed", "unknown_file"), ("[", "interrupted", "broken_off")],
)
async def test_files_that_are_none(text: str, status: str, reason: str, entity_desk: Desk, store: Database) -> None:
    told = await entity_desk.refused(ANN, "conversation:import", text=text)
    assert (told["code"], told["details"]["reason"]) == ("invalid", reason)
    row = await entity_desk.done(
        ANN, "conversation:import:get", conversationImportId=told["details"]["conversationImportId"]
    )
    assert (row["status"], row["imported"]) == (status, 0)
    assert row["error"]["code"] == "invalid"


async def test_what_came_before_the_end_of_a_broken_file_is_stored(
    entity_desk: Desk, store: Database, way: str
) -> None:
    whole = json.dumps([CHATGPT, OPEN_WEBUI, LIBRECHAT])
    told = await entity_desk.refused(ANN, "conversation:import", text=whole[:-200])
    row = await entity_desk.done(
        ANN, "conversation:import:get", conversationImportId=told["details"]["conversationImportId"]
    )
    assert (row["status"], row["imported"]) == ("interrupted", 2)
    again = await take(entity_desk, whole)
    assert (again["status"], again["imported"], again["skipped"]) == ("done", 1, 2)


async def test_an_import_is_told_while_it_runs(entity_desk: Desk, store: Database) -> None:
    await entity_desk.done(ANN, "conversation:import:subscribe")
    await entity_desk.done(BOB, "conversation:import:subscribe")
    done = await take(entity_desk, [CHATGPT])
    changes = await entity_desk.told(ANN, 3)
    assert [change["change"] for change in changes] == ["created", "updated", "updated"]
    assert changes[-1]["item"] == done
    assert not entity_desk.changes(BOB)
    refused = await entity_desk.refused(BOB, "conversation:import:report", conversationImportId=done["id"])
    assert refused["code"] == "not_found"


async def test_imported_conversations_are_told_and_go_into_a_project(entity_desk: Desk, store: Database) -> None:
    refused = await entity_desk.refused(ANN, "conversation:import", text=json.dumps([CHATGPT]), projectId=99)
    assert refused["code"] == "not_found"
    await entity_desk.done(ANN, "conversation:subscribe")
    await take(entity_desk, [CHATGPT, OPEN_WEBUI])
    changes = await entity_desk.told(ANN, 2)
    assert [change["change"] for change in changes] == ["created", "created"]


async def test_there_may_be_only_so_many_conversations(store: Database, way: str) -> None:
    async with open_desk(store, max_rows=2) as desk:
        first = await take(desk, [CHATGPT])
        assert first["imported"] == 1
        others = [gpt(gpt_node("a", None, "user", ["Hi"]), id=f"x{n}", conversation_id=None) for n in range(3)]
        told = await desk.refused(ANN, "conversation:import", text=json.dumps(others))
        assert (told["code"], told["details"]["reason"]) == ("conflict", "too_many_rows")


async def test_one_that_the_database_refuses_does_not_spoil_the_others(entity_desk: Desk, store: Database) -> None:
    whole = json.loads("".join(await whole_file(entity_desk)))
    whole["items"] = [
        {
            "id": f"{n}-x",
            "title": f"No {n}",
            "createdAt": "2023-11-14T22:13:20.000Z",
            "updatedAt": "2023-11-14T22:13:20.000Z",
            "messages": [
                {
                    "id": 1,
                    "parentId": None,
                    "role": "user",
                    "content": "Hello",
                    "timestamp": "2023-11-14T22:13:20.000Z",
                    "attempts": [
                        {
                            "model": "m",
                            "error": {"code": "busy", "message": "x" * size, "retryable": True},
                            "reason": None,
                        }
                    ],
                }
            ],
        }
        for n, size in ((1, 10), (2, 70_000), (3, 10))
    ]
    done = await take(entity_desk, whole)
    limited = type(store).__name__ != "SqliteDatabase"
    assert (done["imported"], done["failed"]) == ((2, 1) if limited else (3, 0))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ({"title": ""}, "length >= 1"),
        ({"title": "a\nb"}, "title"),
        ({"createdAt": "yesterday"}, "createdAt"),
        ({"leafId": 99}, "leafId"),
        ({"messages": [{"id": 1}]}, "messages[0]"),
        ({"id": 5}, "id"),
    ],
)
async def test_our_own_format_is_taken_to_the_letter(
    spoil: Json, told: str, entity_desk: Desk, store: Database
) -> None:
    await keep(store, ANN.user_id)
    whole = json.loads("".join(await whole_file(entity_desk)))
    whole["items"][0] |= spoil
    (line,) = await report(entity_desk, await take(entity_desk, whole))
    assert (line["outcome"], line["fault"]) == ("failed", "invalid")
    assert told in line["message"]


async def test_parents_come_first_in_our_own_format(entity_desk: Desk, store: Database) -> None:
    await keep(store, ANN.user_id)
    whole = json.loads("".join(await whole_file(entity_desk)))
    messages = whole["items"][0]["messages"]
    messages[0]["parentId"] = messages[1]["id"]
    (line,) = await report(entity_desk, await take(entity_desk, whole))
    assert (line["fault"], line["message"]) == ("invalid", "the parent of `messages[0]` does not stand before it")


async def copied(store: Database, desk: Desk, source: int) -> tuple[Tree, Tree, Json, Json]:
    """Export a conversation and import the file: both trees, and both rows without what is each one's own."""
    text = "".join(await whole_file(desk, conversationIds=[source]))
    done = await take(desk, text)
    (line,) = await report(desk, done)
    assert line["outcome"] == "imported", line
    rows = [await desk.done(ANN, "conversation:get", conversationId=n) for n in (source, line["conversationId"])]
    own = ("id", "leafId", "version", "source", "sourceId")
    before, after = ({k: v for k, v in row.items() if k not in own} for row in rows)
    return (
        await tree_of(store, OWNER, source),
        await tree_of(store, OWNER, line["conversationId"]),
        before,
        after,
    )


async def test_an_export_comes_back_as_it_was(entity_desk: Desk, store: Database, way: str) -> None:
    content = conversation("Stones", folder="Rocks", tags=("a",), pinned=True, archived=True, system_prompt="Be brief.")
    stored = await keep(store, ANN.user_id, BRANCHED, 4, content)
    tree, other, row, copy = await copied(store, entity_desk, stored.id)
    assert tree == other
    assert row == copy
    assert tree.leaf == 3


async def test_ratings_come_back_and_files_stay_where_they_are(entity_desk: Desk, store: Database) -> None:
    files = [ChatFile(7, "basalt.png", "image/png", 12)]
    stored = await keep(store, ANN.user_id, [message(1, None, "Why?", files=files), message(2, 1, "Iron.")], 2)
    await entity_desk.done(ANN, "chat:rate", messageId=stored.ids[2], rating="up", reason="Short.")
    text = "".join(await whole_file(entity_desk))
    assert json.loads(text)["items"][0]["messages"][0]["files"][0]["name"] == "basalt.png"
    (line,) = await report(entity_desk, await take(entity_desk, text))
    assert line["notes"] == [{"remark": "attachments", "count": 1}]
    question, answer = (await entity_desk.done(ANN, "chat:history", conversationId=line["conversationId"]))["messages"]
    assert "files" not in question
    (rating,) = answer["ratings"]
    assert (rating["userId"], rating["rating"], rating["reason"]) == (ANN.user_id, "up", "Short.")


async def test_any_tree_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Many trees in one database."""
    path = tmp_path_factory.mktemp("trees") / "test.db"
    portal: list[Any] = []

    @settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
    @given(trees())
    def remember(messages: Any) -> None:
        portal.append(messages)

    remember()
    async with open_database(place_database(path), pool_size=2, timeout=10) as store:
        await store.wait_ready()
        async with open_desk(store) as desk:
            for messages in portal:
                stored = await keep(store, ANN.user_id, messages, messages[-1].id)
                tree, other, row, copy = await copied(store, desk, stored.id)
                assert tree == other
                assert row == copy


def statuses() -> Steps[list[tuple[str, int]]]:
    found = yield Statement("SELECT status, imported FROM conversation_import WHERE user_id = 1 ORDER BY id")
    return [(row[0], row[1]) for row in found.rows]


def importer(store: Database, supervisor: Supervisor, epoch: str = "me") -> Importer:
    presence = Alone(store, epoch)
    drafts = Drafts(store, presence, supervisor)
    return Importer(ImportRooms(store, InPlace(), drafts, supervisor, lambda: None, 100), presence)


async def test_an_import_that_is_given_up_is_interrupted(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH_BYTES", 1)
    waits = trio.Event()

    async def pieces() -> AsyncGenerator[bytes]:
        yield json.dumps([CHATGPT, OPEN_WEBUI, LIBRECHAT]).encode()[:-2]
        waits.set()
        await trio.sleep_forever()

    async with trio.open_nursery() as ending:
        imports = importer(store, Supervisor(ending))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(imports.take, OWNER, pieces(), ImportStart())
            await waits.wait()
            assert await store.read(statuses) == [("running", 1)]
            with pytest.raises(Busy):
                await imports.take(OWNER, pieces(), ImportStart())
            nursery.cancel_scope.cancel()
    assert await store.read(statuses) == [("interrupted", 1)]


async def test_imports_of_dead_runs_are_interrupted(store: Database) -> None:
    for epoch in ("gone", "me"):
        await store.write(begin_import, OWNER, ImportStart(), epoch, BEGAN)
    async with trio.open_nursery() as nursery:
        await importer(store, Supervisor(nursery)).sweep()
    assert await store.read(statuses) == [("interrupted", 0), ("running", 0)]


class Breaking(InPlace):
    """Workers that die of a text."""

    async def run(
        self,
        function: Callable[[*Ts], T],
        *args: *Ts,
        raises: tuple[type[Exception], ...] = (),
        seconds: float = 0.0,
        slow: bool = False,
        apart: bool = False,
    ) -> T:
        """Work, unless a text is in it that kills."""
        if any(b"KILL" in text for each in args if isinstance(each, list) for text in each):
            raise Unavailable("the work broke off", reason="worker")
        return function(*args)


async def test_what_kills_a_worker_does_not_spoil_the_others(store: Database) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        yield json.dumps([CHATGPT, {"title": "KILL"}, OPEN_WEBUI]).encode()

    async with trio.open_nursery() as nursery:
        supervisor, presence = Supervisor(nursery), Alone(store, "me")
        rooms = ImportRooms(store, Breaking(), Drafts(store, presence, supervisor), supervisor, lambda: None, 100)
        done = await Importer(rooms, presence).take(OWNER, pieces(), ImportStart())
    assert (done.status, done.imported, done.failed) == ("done", 2, 1)
    asked = ConversationImportReportRequest(conversation_import_id=done.id, outcome="failed")
    (line,) = await store.read(import_queries.report, OWNER, asked)
    assert (line.place, line.fault) == (2, "unreadable")
