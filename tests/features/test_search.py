"""Searching, on both databases: the same words find the same rows."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, TypeVarTuple, cast

import pytest
import trio

from orchd.entity import owner_of
from orchd.entity.search import SearchSource
from orchd.entity.search.search_queries import begin_again, rows_in_index
from orchd.entity.search.sources import ROWS_AT_ONCE, SHOWN_CHARACTERS
from orchd.entity.search.word_queries import words_like
from orchd.errors import Busy
from orchd.features.chat import MESSAGE_SOURCE
from orchd.features.conversation import CONVERSATION_SOURCE
from orchd.features.models.queries import ASSISTANT
from orchd.features.search.keeper import IndexKeeper
from orchd.features.task import TASK_SOURCE
from orchd.storage import Database, Statement, Steps
from orchd.worker.pool import InPlace
from tests.fix_workspace import ANN, BOB, EVE, Desk, open_desk

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

KEEP = IndexKeeper.run

SOURCES: list[SearchSource] = [MESSAGE_SOURCE, CONVERSATION_SOURCE, TASK_SOURCE, ASSISTANT.source]


async def names(desk: Desk, query: str, who: Any = ANN, **more: object) -> list[str]:
    found = await desk.done(who, "search", query=query, **more)
    return [item["title"] or item["excerpt"] for item in found["items"]]


async def assistant(desk: Desk, name: str, prompt: str = "", who: Any = ANN, **more: object) -> int:
    made = await desk.done(who, "assistant:create", name=name, systemPrompt=prompt, **more)
    return int(made["id"])


@pytest.fixture(autouse=True)
def _at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon's own keeper does nothing: each test says when words are listed."""

    async def rest(keeper: IndexKeeper) -> None:
        await trio.sleep_forever()

    monkeypatch.setattr(IndexKeeper, "run", rest)


@pytest.fixture
async def keeper(store: Database) -> IndexKeeper:
    return IndexKeeper(store, SOURCES, InPlace())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rain", ["Rain", "Weather", "Train"]),
        ("RAIN sun", ["Weather"]),
        ('"rain and sun"', ["Weather"]),
        ('"sun and rain"', []),
        ('"rain"', ["Rain", "Weather"]),
        ("café", ["Weather"]),
        ("cafe paris", ["Weather"]),
        ("the", ["Weather"]),
        ("a", ["Train"]),
        ("東京", ["Tokyo"]),
        ("ains", ["Train"]),
        ("привет", ["Tokyo"]),
        ("nothing", []),
        ("u1 _u1 p1", []),
        ("* ( OR", []),
        ('"' + "a " * 249, []),
        ("漢" * 500, []),
        ('"b b b b b b b" c ' * 25, []),
        ("rain' OR 1=1 --", []),
    ],
)
async def test_words_find_rows(entity_desk: Desk, keeper: IndexKeeper, query: str, found: list[str]) -> None:
    desk = entity_desk
    await assistant(desk, "Train", "A train departs; trains are late.")
    await assistant(desk, "Weather", "Rain and sun over the Café in Paris.")
    await assistant(desk, "Tokyo", "東京タワー, Привет")
    await assistant(desk, "Rain", "It falls. Rain!")
    await assistant(desk, "Rain", "Not for Ann", BOB)
    await keeper.catch_up()
    assert await names(desk, query) == found


async def test_what_is_shown_of_a_row(entity_desk: Desk, keeper: IndexKeeper) -> None:
    desk = entity_desk
    row_id = await assistant(desk, "Café Paris", "x " * 300 + "in PARIS, Paris" + " y" * 300, description="d")
    (item,) = (await desk.done(ANN, "search", query="paris"))["items"]
    assert (item["kind"], item["id"], item["conversationId"]) == ("assistant", row_id, None)
    assert [item["title"][place["start"] : place["end"]] for place in item["titlePlaces"]] == ["Paris"]
    assert [item["excerpt"][place["start"] : place["end"]] for place in item["places"]] == ["PARIS", "Paris"]
    assert len(item["excerpt"]) <= 240


async def test_the_index_follows_a_row(entity_desk: Desk, keeper: IndexKeeper) -> None:
    desk = entity_desk
    row_id = await assistant(desk, "Old")
    assert await names(desk, "old") == ["Old"]
    await desk.done(ANN, "assistant:update", assistantId=row_id, name="New")
    assert (await names(desk, "old"), await names(desk, "new")) == ([], ["New"])
    await desk.done(ANN, "assistant:delete", assistantId=row_id)
    assert await names(desk, "new") == []
    await desk.done(ANN, "assistant:restore", assistantId=row_id)
    assert await names(desk, "new") == ["New"]


@pytest.mark.parametrize("query", ["inv", "invo", "INV rain"])
async def test_other_peoples_words_crowd_out_none(entity_desk: Desk, keeper: IndexKeeper, query: str) -> None:
    """However many words begin in the same way, whoever has them."""
    desk = entity_desk
    await assistant(desk, "Mine", "An invoice of rain, uninvolved")
    await assistant(desk, "Theirs", " ".join(f"inva{number} invo{number}" for number in range(60)), BOB)
    await keeper.catch_up()
    (item,) = (await desk.done(ANN, "search", query=query))["items"]
    assert "invoice" in [item["excerpt"][place["start"] : place["end"]] for place in item["places"]]


def lengthen(text: str) -> Steps[None]:
    yield Statement("UPDATE assistant SET system_prompt = ?", (text,))


async def test_of_a_long_text_its_beginning_leaves_the_database(entity_desk: Desk, store: Database) -> None:
    """Else a page of the longest messages would be more than a worker takes, and no search would find them."""
    text = "rain " * (SHOWN_CHARACTERS // 5) + "and the end of it"
    made = [await assistant(entity_desk, f"No {number}", "rain") for number in range(ROWS_AT_ONCE + 1)]
    await store.write(lengthen, text)  # longer than an assistant's may be, as a message is
    rows = await store.read(ASSISTANT.source.read, owner_of(ANN), made)
    assert [len(rows[row_id].text) for row_id in made] == [SHOWN_CHARACTERS] * len(made)
    texts = await store.read(ASSISTANT.source.texts, made)
    assert [len(texts[row_id][1]) for row_id in made] == [SHOWN_CHARACTERS] * len(made)
    found = await entity_desk.done(ANN, "search", query="rain")
    assert {item["excerpt"].strip() for item in found["items"]} == {("rain " * 48).strip()}
    assert len(found["items"]) == len(made)


class MeddledWrites:
    """A database whose row is changed by others just before something is written."""

    def __init__(self, database: Database, meddle: Callable[[], Awaitable[object]]) -> None:
        self.read, self.write, self.health = database.read, database.write, database.health
        self._database = database
        self._meddle: list[Callable[[], Awaitable[object]]] = [meddle]

    async def write_relaxed(self, steps: Callable[..., Steps[Any]], *args: Any) -> Any:
        if self._meddle:
            await self._meddle.pop()()
        return await self._database.write_relaxed(steps, *args)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    ("kind", "change", "found"),
    [
        ("assistant:update", {"name": "New"}, (["New"], [])),
        ("assistant:update", {"projectId": 1}, (["Old"], ["Old"])),
        ("assistant:delete", {}, ([], [])),
    ],
)
async def test_a_row_that_changes_while_its_words_are_read_is_found_as_it_is(
    entity_desk: Desk, store: Database, keeper: IndexKeeper, kind: str, change: Any, found: Any, again: bool
) -> None:
    desk = entity_desk
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    await keeper.catch_up()
    row_id = await assistant(desk, "Old")
    if again:
        await keeper.catch_up()
        await store.write(begin_again)

    async def meddle() -> None:
        await desk.done(ANN, kind, assistantId=row_id, **change)

    meddled = cast("Database", MeddledWrites(store, meddle))
    await IndexKeeper(meddled, [ASSISTANT.source], InPlace()).catch_up()
    bob = BOB._replace(reads=(project,))
    assert project == 1
    assert (await names(desk, "old") + await names(desk, "new"), await names(desk, "old", bob)) == found
    assert set(await store.read(rows_in_index, "assistant", [row_id])) == ({row_id} if change else set())


async def test_a_word_far_down_a_long_text_is_found_and_shown(entity_desk: Desk) -> None:
    await assistant(entity_desk, "Page", "lorem ipsum " * 7_000 + "monad " + "dolor " * 5)
    (item,) = (await entity_desk.done(ANN, "search", query="monad"))["items"]
    (place,) = item["places"]
    assert item["excerpt"][place["start"] : place["end"]] == "monad"
    assert place["start"] <= 40


async def test_what_is_new_is_found_at_once_and_by_a_part(entity_desk: Desk) -> None:
    await assistant(entity_desk, "Sunshine", "word " * 2_000)
    assert await names(entity_desk, "nshi") == ["Sunshine"]


def count_segments() -> Steps[int]:
    found = yield Statement("SELECT COUNT(DISTINCT id >> 37) FROM search_text_data WHERE id > 10")
    return int(found.rows[0][0])


async def test_parts_of_the_index_are_joined(
    entity_desk: Desk, store: Database, keeper: IndexKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        await assistant(entity_desk, f"Sunshine {number}")
        await keeper.list_new()
    sqlite = store.health().kind == "sqlite"
    before = await store.read(count_segments) if sqlite else 0
    await keeper.tidy()
    assert not sqlite or await store.read(count_segments) == 1 < before
    assert len(await names(entity_desk, "sunshine")) == 10


async def test_words_that_none_has_any_more_are_forgotten(
    entity_desk: Desk, store: Database, keeper: IndexKeeper
) -> None:
    desk = entity_desk
    await assistant(desk, "Kept sunshine")
    row_id = await assistant(desk, "Secretword sunshine")
    await keeper.catch_up()
    await desk.done(ANN, "assistant:delete", assistantId=row_id)
    before = await store.read(words_like, "ecretwo"), await store.read(words_like, "unshine")
    await keeper.sweep()
    assert before == (["secretword"], ["sunshine"])
    assert (await store.read(words_like, "ecretwo"), await store.read(words_like, "unshine")) == ([], ["sunshine"])


class _BusyOnce:
    """Workers for which too many texts wait, until somebody has asked once."""

    def __init__(self) -> None:
        self.refused = 0
        self.asked_again = trio.Event()

    async def run(
        self,
        function: Callable[[*Ts], T],
        *args: *Ts,
        raises: tuple[type[Exception], ...] = (),
        seconds: float = 0,
        slow: bool = False,
        apart: bool = False,
    ) -> T:
        if not self.refused:
            self.refused += 1
            raise Busy("too many long texts wait to be worked on; try again", reason="texts")
        self.asked_again.set()
        return function(*args)


async def test_the_keeper_waits_while_too_many_long_texts_do(
    entity_desk: Desk, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on by itself, and nobody who searches is refused for it."""
    monkeypatch.setattr("orchd.features.search.keeper.AWAY_SECONDS", 0.01)
    monkeypatch.setattr("orchd.features.search.keeper.LOOK_SECONDS", 0.01)
    row_id = await assistant(entity_desk, "Long", "zebra " * 1_000)
    workers = _BusyOnce()
    keeper = IndexKeeper(store, [ASSISTANT.source], workers)
    await keeper.list_for_searcher()
    assert (workers.refused, await listed_of(store, row_id)) == (1, False)
    workers.refused = 0
    async with trio.open_nursery() as nursery:
        nursery.start_soon(KEEP, keeper)
        await workers.asked_again.wait()
        await keeper.list_for_searcher()  # once that is listed
        nursery.cancel_scope.cancel()
    assert (workers.refused, await listed_of(store, row_id)) == (1, True)


async def listed_of(store: Database, row_id: int) -> bool:
    """Whether the words of an assistant are in the index as it is now."""

    def read() -> Steps[bool]:
        found = yield Statement("SELECT listed FROM search_entry WHERE kind = 'assistant' AND row_id = ?", (row_id,))
        return bool(found.rows[0][0])

    return await store.read(read)


async def test_members_find_what_is_shared(entity_desk: Desk, keeper: IndexKeeper) -> None:
    desk = entity_desk
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    bob = BOB._replace(reads=(project,))
    row_id = await assistant(desk, "Shared", projectId=project)
    assert (await names(desk, "shared", bob), await names(desk, "shared", EVE)) == (["Shared"], [])
    await desk.done(ANN, "assistant:update", assistantId=row_id, projectId=None)
    assert (await names(desk, "shared", bob), await names(desk, "shared")) == ([], ["Shared"])


async def chat(desk: Desk, message: str, **more: object) -> int:
    frame = await desk.done(ANN, "chat:send", message=message, **more)
    with trio.fail_after(60):
        while not await names(desk, "yes", kinds=["message"]):
            await desk.device(ANN).told.wait()
    return int(frame["conversationId"])


async def test_messages_conversations_and_tasks_are_found(entity_desk: Desk, keeper: IndexKeeper) -> None:
    desk = entity_desk
    conversation = await chat(desk, "How tall is the Eiffel Tower?")
    found = (await desk.done(ANN, "search", query="eiffel"))["items"]
    assert {(item["kind"], item["conversationId"]) for item in found} == {
        ("message", conversation),
        ("conversation", conversation),
    }
    title = (await desk.done(ANN, "conversation:get", conversationId=conversation))["title"]
    assert [item["conversationTitle"] for item in found] == [title, title]
    await desk.done(ANN, "task:create", title="Measure", description="the tower of Eiffel")
    assert {item["kind"] for item in (await desk.done(ANN, "search", query="eiffel tower"))["items"]} == {
        *("message", "conversation", "task")
    }
    assert await names(desk, "eiffel", kinds=["task"]) == ["Measure"]
    (task,) = (await desk.done(ANN, "search", query="eiffel", kinds=["task"]))["items"]
    assert task["conversationTitle"] is None
    assert await names(desk, "eiffel", since="2999-01-01T00:00:00Z") == []
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    bob = BOB._replace(reads=(project,))
    await desk.done(ANN, "conversation:update", conversationId=conversation, projectId=project)
    await keeper.list_new()
    assert len(await names(desk, "eiffel", bob)) == 2
    await desk.done(ANN, "conversation:delete", conversationId=conversation)
    assert await names(desk, "eiffel") == ["Measure"]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"query": "x", "cursor": "7"}, "$.data.cursor"),
        ({"query": "x", "kinds": ["nothing"]}, "$.data.kinds"),
        ({"query": "x", "cursor": "y"}, "$.data.cursor"),
        ({"query": "x", "since": "2020-02-30T00:00:00Z"}, "$.data.since"),
    ],
)
async def test_what_can_not_be_searched(entity_desk: Desk, data: dict[str, Any], path: str) -> None:
    refused = await entity_desk.refused(ANN, "search", **data)
    assert (refused["code"], refused["details"]["path"]) == ("invalid", path)


def forget() -> Steps[None]:
    for table in ("search_entry", "search_word", "search_source"):
        yield Statement(f"DELETE FROM {table}")
    yield Statement("DELETE FROM search_text")


def forget_postings() -> Steps[None]:
    yield Statement("DELETE FROM search_posting")


def count(table: str) -> Steps[int]:
    found = yield Statement(f"SELECT COUNT(*) FROM {table}")
    return int(found.rows[0][0])


async def test_what_was_there_before_is_indexed(store: Database, keeper: IndexKeeper) -> None:
    async with open_desk(store) as desk:
        await chat(desk, "How tall is the Eiffel Tower?")
        for number in range(60):
            await assistant(desk, f"Old {number}")
        await store.write(forget)
        if store.health().kind == "mysql":
            await store.write(forget_postings)
        assert await names(desk, "eiffel") == []
        await keeper.catch_up()
        assert (len(await names(desk, "eiffel")), len(await names(desk, "old", limit=50))) == (2, 50)
        entries = await store.read(count, "search_entry")
        assert entries == await store.read(count, "search_text") == 63
        before = (await desk.done(ANN, "search", query="old", limit=50))["items"]
        rows = {row["id"]: row for row in (await desk.done(ANN, "assistant:list", limit=200))["items"]}
        assert all(item["changedAt"] == rows[item["id"]]["updatedAt"] for item in before)
        await store.write(begin_again)
        await keeper.catch_up()
        assert await store.read(count, "search_entry") == entries
        assert (await desk.done(ANN, "search", query="old", limit=50))["items"] == before


def remove_rows() -> Steps[None]:
    yield Statement("DELETE FROM assistant")


async def test_what_is_gone_leaves_the_index(store: Database, keeper: IndexKeeper) -> None:
    async with open_desk(store) as desk:
        for number in range(3):
            await assistant(desk, f"Old {number}")
        await keeper.catch_up()
        await store.write(remove_rows)
        assert await names(desk, "old") == []
        await keeper.sweep()
        assert await store.read(count, "search_entry") == await store.read(count, "search_text") == 0
