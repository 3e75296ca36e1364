"""Titles that models give: on both databases, live, and never in anybody's way."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio

from orchd import guard
from orchd.errors import OrchdError, RateLimited, Timeout, Unavailable, UpstreamError
from orchd.features.chat.titles import titler
from orchd.features.chat.titles.title import ASK
from orchd.features.chat.titles.titler import Titler
from orchd.llm.types import Listener, Outcome, Priority, Prompt, QueueEntry
from orchd.protocol.identity import LOCAL
from orchd.settings.chat import ChatSettings
from orchd.storage import Database
from orchd.wakeup import Signal
from tests.fix_workspace import ANN, HANG_SECONDS, Desk, open_desk

Json = dict[str, Any]
QUESTION = "Why does green paint dry so slowly on my old wooden front door in winter?"
WORDS = "Why does green paint dry so slowly on my old wooden front…"


class Namer:
    """A model that answers `Because.`, and with `title` when it is asked for one; `hold` makes it wait for `go`."""

    def __init__(self) -> None:
        self.title = "Slow green paint"
        self.thoughts = ""
        self.holds = False
        self.error: OrchdError | None = None
        self.go = trio.Event()
        self.asked = self.cancelled = 0
        """How often it was asked for a title, and let go while it made one."""
        self._news = Signal()

    async def until(self, *, asked: int = 0, cancelled: int = 0) -> None:
        """Wait until it was asked for a title so often, and let go."""
        with trio.fail_after(HANG_SECONDS):
            while self.asked < asked or self.cancelled < cancelled:
                await self._news.wait()

    async def script(self, prompt: Prompt, listener: Listener) -> Outcome:
        """Satisfies `Script`."""
        await trio.lowlevel.checkpoint()
        if prompt.turns[-1].content != ASK:
            if self.thoughts:
                listener.on_delta("reasoning", self.thoughts)
            listener.on_delta("content", "Because.")
            return Outcome("stop", "tiny", None)
        self.asked += 1
        self._news.set()
        try:
            if self.holds:
                await self.go.wait()
        except trio.Cancelled:
            self.cancelled += 1
            self._news.set()
            raise
        if self.error is not None:
            raise self.error
        listener.on_delta("content", self.title)
        return Outcome("stop", "tiny", None)


@pytest.fixture
def namer() -> Namer:
    """The model of a desk."""
    return Namer()


@pytest.fixture
async def desk(store: Database, namer: Namer) -> AsyncIterator[Desk]:
    """All features; titles are given."""
    async with open_desk(store, chat=ChatSettings(title_seconds=30)) as opened:
        opened.backends.script = namer.script
        await opened.done(ANN, "conversation:subscribe")
        yield opened


async def ask(desk: Desk, message: str = QUESTION, **more: Any) -> int:
    conversation: int = (await desk.done(ANN, "chat:send", message=message, **more))["conversationId"]
    return conversation


async def title(desk: Desk, conversation: int) -> str:
    found: str = (await desk.done(ANN, "conversation:get", conversationId=conversation))["title"]
    return found


async def named(desk: Desk, conversation: int, wanted: str = "Slow green paint") -> Json:
    """Wait for the change by which a title is told."""
    with trio.fail_after(HANG_SECONDS):
        while True:
            for told in desk.changes(ANN):
                if (told["conversationId"], told["item"]["title"]) == (conversation, wanted):
                    return told
            await desk.device(ANN).told.wait()


def titles_asked(desk: Desk) -> list[Prompt]:
    return [prompt for prompt in desk.backends.prompts if prompt.turns[-1].content == ASK]


async def test_a_conversation_gets_its_title_after_the_first_answer(desk: Desk, namer: Namer) -> None:
    first = await ask(desk, systemPrompt="Be brief.")
    told = await named(desk, first)
    assert (told["change"], told["item"]["autoTitle"]) == ("updated", True)
    found = (await desk.done(ANN, "search", query="slow green", kinds=["conversation"]))["items"]
    assert [item["id"] for item in found] == [first]
    (prompt,) = titles_asked(desk)
    assert [turn.content for turn in prompt.turns] == ["Be brief.", QUESTION, "Because.", ASK]
    assert (prompt.sampling.max_tokens, "max_tokens" in prompt.soft) == (titler.TOKENS, True)
    requester = desk.backends.claims[-1]
    assert (requester.priority, requester.user) == (Priority.BACKGROUND, ANN.user_id)
    await ask(desk, "And blue paint?", conversationId=first)
    namer.title = "Something altogether"
    await named(desk, await ask(desk, "Something else altogether"), "Something altogether")
    assert (await title(desk, first), namer.asked) == ("Slow green paint", 2)


async def test_what_is_no_title_changes_nothing(desk: Desk, namer: Namer) -> None:
    namer.title, namer.thoughts = "Here is one:\nPaint", "Hm."
    conversation = await ask(desk)
    await namer.until(asked=1)
    assert titles_asked(desk)[0].sampling.max_tokens == titler.TOKENS_WITH_THOUGHTS
    namer.title = "Fine paint"
    await named(desk, await ask(desk, "More about green paint"), "Fine paint")
    assert await title(desk, conversation) == WORDS


@pytest.mark.parametrize(
    "error", [RateLimited("the quota is used up"), Unavailable("away"), UpstreamError("broken"), Timeout("late")]
)
async def test_what_fails_is_given_up_quietly(desk: Desk, namer: Namer, error: OrchdError) -> None:
    namer.error = error
    conversation = await ask(desk)
    await namer.until(asked=1)
    namer.error = None
    await named(desk, await ask(desk, "More about green paint"))
    assert (await title(desk, conversation), namer.asked) == (WORDS, 2)


async def test_a_title_that_somebody_gives_meanwhile_stays(desk: Desk, namer: Namer) -> None:
    namer.holds = True
    conversation = await ask(desk)
    await namer.until(asked=1)
    mine = await desk.done(ANN, "conversation:update", conversationId=conversation, title="Mine")
    assert mine["autoTitle"] is False
    namer.go.set()
    await named(desk, await ask(desk, "More about green paint"))
    assert await title(desk, conversation) == "Mine"


async def test_a_defect_costs_one_title(desk: Desk, namer: Namer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FIRST_PAUSE_SECONDS", 0.01)
    real, failed = Titler._give_title, list[bool]()

    async def give_title(self: Titler, wish: Any) -> None:
        if not failed:
            failed.append(True)
            raise RuntimeError("a defect")
        await real(self, wish)

    monkeypatch.setattr(Titler, "_give_title", give_title)
    conversation = await ask(desk)
    await named(desk, await ask(desk, "More about green paint"))
    assert (await title(desk, conversation), namer.asked) == (WORDS, 1)


@pytest.mark.parametrize("removed", [1, 2])
async def test_nothing_is_called_by_what_was_removed(desk: Desk, namer: Namer, removed: int) -> None:
    namer.holds = True
    conversation = await ask(desk)
    await namer.until(asked=1)
    second = await ask(desk, "More about green paint")  # waits for its title, until the first one has its own
    for asked in (conversation, second):
        messages = (await desk.done(ANN, "chat:history", conversationId=asked))["messages"]
        await desk.done(ANN, "chat:delete", messageId=messages[removed - 1]["id"])
    namer.go.set()
    await named(desk, await ask(desk, "Yet more about green paint"))
    assert (await title(desk, conversation), await title(desk, second)) == (WORDS, "More about green paint")
    assert namer.asked == 2


async def test_who_wants_the_first_words_keeps_them(desk: Desk, namer: Namer) -> None:
    wrong = await desk.refused(LOCAL, "setting:set", name="chat.titles", value="never")
    assert wrong["details"]["path"] == "$.data.value"
    await desk.done(LOCAL, "setting:set", name="chat.titles", value="words")
    program = ANN._replace(background=True)
    for who in (LOCAL, program):
        conversation = (await desk.done(who, "chat:send", message=QUESTION))["conversationId"]
        await named(desk, await ask(desk))
        assert (await desk.done(who, "conversation:get", conversationId=conversation))["title"] == WORDS
    assert namer.asked == 2


@pytest.mark.parametrize("state", ["waiting", "running"])
async def test_a_model_server_that_works_is_not_asked(
    desk: Desk, namer: Namer, monkeypatch: pytest.MonkeyPatch, state: Any
) -> None:
    busy, looks, looked = [QueueEntry("fake", "tiny", state, Priority.CHAT, 0, None, 0.0)], list[int](), Signal()

    def queue() -> list[QueueEntry]:
        looks.append(1)
        looked.set()
        return busy

    monkeypatch.setattr(desk.backends, "queue", queue)
    monkeypatch.setattr(titler, "LOOK_SECONDS", 0.01)
    conversation = await ask(desk)
    with trio.fail_after(HANG_SECONDS):
        while len(looks) < 3:
            await looked.wait()
    assert (namer.asked, await title(desk, conversation)) == (0, WORDS)
    busy.clear()
    await named(desk, conversation)


async def test_a_title_gives_way_to_whoever_waits(desk: Desk, namer: Namer, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[QueueEntry] = []
    monkeypatch.setattr(desk.backends, "queue", lambda: waiting)
    monkeypatch.setattr(titler, "LOOK_SECONDS", 0.01)
    namer.holds = True
    conversation = await ask(desk)
    await namer.until(asked=1)
    waiting.append(QueueEntry("fake", "tiny", "waiting", Priority.CHAT, 0, None, 0.0))
    await namer.until(cancelled=1)
    namer.go.set()
    assert await title(desk, conversation) == WORDS
    waiting.clear()
    await named(desk, conversation)
    assert namer.asked == 2


async def test_a_model_that_takes_too_long_is_let_go(store: Database, namer: Namer) -> None:
    async with open_desk(store, chat=ChatSettings(title_seconds=0.05)) as desk:
        desk.backends.script = namer.script
        namer.holds = True
        conversation = await ask(desk)
        await namer.until(cancelled=1)
        assert await title(desk, conversation) == WORDS
