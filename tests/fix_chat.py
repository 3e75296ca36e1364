"""The real schema on both databases, and a scripted model server, for tests of features without a daemon."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext

import pytest
import trio

from orchd.features.chat import running_queries
from orchd.llm import Backends
from orchd.llm.types import ANY_REQUESTER, BackendSpec, Listener, ModelInfo, Outcome, Prompt, Requester, Target
from orchd.settings.chat import ChatSettings
from orchd.storage import Database, Steps, open_database

UNTITLED = ChatSettings(title_seconds=0)
"""Nothing but questions is asked of models."""
TARGET = Target(ModelInfo("tiny", "fake", context=8192), "fake")
Script = Callable[[Prompt, Listener], Awaitable[Outcome]]


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Database]:
    """A migrated database with the program's own tables; the test runs on SQLite and on MariaDB."""
    async with open_database(database_url, pool_size=4, timeout=10) as database:
        with trio.fail_after(60):
            await database.wait_ready()
        yield database


class ScriptedBackends(Backends):
    """Model servers whose answers a test writes: `script` is called for each generation."""

    def __init__(self, script: Script) -> None:
        super().__init__([BackendSpec("http://127.0.0.1:9")])
        self.script = script
        self.prompts: list[Prompt] = []
        self.claims: list[Requester] = []
        self.fallbacks: list[Sequence[str]] = []
        self.reprompt: Callable[[Target], Prompt] | None = None
        """What was asked for; of the last generation."""
        self.prefills = False
        self.target = TARGET

    async def stream(
        self,
        target: Target,
        prompt: Prompt,
        listener: Listener,
        *,
        max_bytes: int = 0,
        requester: Requester = ANY_REQUESTER,
        fallbacks: Sequence[str] = (),
        reprompt: Callable[[Target], Prompt] | None = None,
    ) -> Outcome:
        """Run the script, and close as the real ones do."""
        self.prompts.append(prompt)
        self.claims.append(requester)
        self.fallbacks.append(fallbacks)
        self.reprompt = reprompt
        try:
            return await self.script(prompt, listener)
        finally:
            listener.on_close()

    async def continues(
        self, target: Target, listener: Listener | None = None, *, requester: Requester = ANY_REQUESTER
    ) -> bool:
        """As told."""
        return self.prefills

    async def wait_idle(self, target: Target, *, patience: float) -> float | None:
        """It can't tell."""
        return None

    async def resolve(
        self, asked: str | None, conversation: str | None, default: str | None, *, requester: Requester = ANY_REQUESTER
    ) -> Target:
        """There is one model."""
        return self.target


def answering(*texts: str) -> Script:
    """Answer with these texts at once."""

    async def script(_prompt: Prompt, listener: Listener) -> Outcome:
        for text in texts:
            await trio.lowlevel.checkpoint()
            listener.on_delta("content", text)
        return Outcome("stop", "tiny", None)

    return script


async def silent(_prompt: Prompt, listener: Listener) -> Outcome:
    """Say one word and no more, until cancelled."""
    listener.on_delta("content", "word")
    await trio.sleep_forever()
    raise AssertionError("unreachable")


class FakePeer:
    """A connection whose frames a test reads; `hold` makes it take no more until `drain`."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.latest: dict[str, bytes] = {}
        self.held = False
        self._drained: list[Callable[[], None]] = []

    @property
    def congested(self) -> bool:
        """As told."""
        return self.held

    def put(self, frame: bytes) -> None:
        """Keep the frame."""
        self.frames.append(frame)

    def gather(self) -> AbstractContextManager[None]:
        """Send nothing later than at once."""
        return nullcontext()

    def put_latest(self, key: str, frame: bytes) -> None:
        """Keep the newest."""
        self.latest[key] = frame

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Keep the callback until `drain`."""
        self._drained.append(callback)

    def drain(self) -> None:
        """Take what comes again."""
        self.held = False
        callbacks, self._drained = self._drained, []
        for callback in callbacks:
            callback()


def interrupt_all(owners: Collection[str], now: int) -> Steps[int]:
    """Take over all unfinished answers of these daemon runs; return how many there were."""
    marked = 0
    for message_id in (yield from running_queries.unfinished_ids(owners)):
        marked += yield from running_queries.interrupt(message_id, owners, now)
    return marked
