"""The chat's handlers as a session drives them, for tests that want no sockets: requests in, frames out."""

import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, ParamSpec, TypeAlias, TypeVar

import trio

from orchd.budget import MemoryBudget
from orchd.errors import OrchdError, Unavailable
from orchd.features.chat import COMMANDS, handlers, readers
from orchd.features.chat.answer.attachments import Attachments
from orchd.features.chat.answer.audience import Audience
from orchd.features.chat.answer.request import GenerationLimits
from orchd.features.chat.context import ContextLimits
from orchd.features.chat.handlers import ChatHandlers
from orchd.features.chat.marks import mark_handlers
from orchd.features.chat.marks.mark_handlers import MarkHandlers
from orchd.features.chat.messages import MessageStatus
from orchd.features.chat.readers import ReaderHandlers
from orchd.features.chat.rows import MAX_CONTEXT_BYTES, EndedAnswer
from orchd.features.chat.service import Chat, ChatLimits
from orchd.features.file import FileContents
from orchd.features.file.disk import FileDisk
from orchd.features.file.pdf_texts import PdfLimits, PdfTexts
from orchd.features.journal import Journal
from orchd.features.presence import Presence
from orchd.guard import Supervisor
from orchd.hub import Hub
from orchd.llm.types import Channel, Listener, Outcome, Prompt
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import LOCAL
from orchd.protocol.messages import ERROR, Error
from orchd.protocol.router import Serve
from orchd.protocol.types import ClientPayload
from orchd.storage import Database, Health, Steps
from orchd.storage.migrate import load_migrations
from orchd.storage.sqlite.sqlite_connection import drive, transaction
from orchd.storage.sqlite.sqlite_migrate import apply_migrations
from orchd.worker.pool import InPlace
from tests.fix_chat import FakePeer, Script, ScriptedBackends

P = ParamSpec("P")
T = TypeVar("T")
Frame: TypeAlias = dict[str, Any]

TUNING = GenerationLimits(max_bytes=1_000_000, loop_repeats=8, loop_characters=2000, loop_period=1000)
CONTEXT_MEMORY = 64_000
LIMITS = ChatLimits(store_seconds=5, parked_bytes=1_000_000, max_running=20, tuning=TUNING)


class Device(FakePeer):
    """A connection, and its frames as its client reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = (f"r{number}" for number in count(1))

    @property
    def read(self) -> list[Frame]:
        """All frames so far."""
        return [self.parse(frame) for frame in self.frames]

    def text(self, message_id: int, *, after: int = 0) -> str:
        """The chunks of an answer, joined, from the frame `after` on."""
        streams = [frame["data"] for frame in self.read[after:] if frame["type"] == "chat:streaming"]
        return "".join(data["chunk"] for data in streams if data["messageId"] == message_id)

    def types(self, *, after: int = 0) -> list[str]:
        """What came, progress aside; an id is put before its type."""
        named = [f"{frame['id']} {frame['type']}" if "id" in frame else frame["type"] for frame in self.read[after:]]
        return [name for name in named if not name.endswith("chat:progress")]

    @staticmethod
    def parse(frame: bytes) -> Frame:
        """Read a WebSocket text frame as the daemon writes it."""
        read: Frame = json.loads(frame[frame.index(b'{"type"') :])
        return read


class Request:
    """A request in flight. Satisfies `orchd.protocol.router.Context`, and does what a session does around it."""

    def __init__(self, device: Device) -> None:
        self.id: str | None = next(device.ids)
        self.identity = LOCAL
        self.address = ""
        self.peer = device
        self.scope = trio.CancelScope()
        self._callbacks: list[Callable[[], None]] = []
        self.cancel: Callable[[], Awaitable[None]] | None = None
        self.over = False

    def emit(self, kind: FrameType[Payload], payload: Payload) -> None:
        """Send a frame of this request."""
        self.peer.put(kind.frame(payload, self.id))

    def after_reply(self, callback: Callable[[], None]) -> None:
        """Keep it for then."""
        self._callbacks.append(callback)

    def on_cancel(self, cancel: Callable[[], Awaitable[None]]) -> None:
        """Keep it for then."""
        self.cancel = cancel

    async def serve(self, serve: Serve, data: ClientPayload) -> None:
        """Run a request to the final frame; a cancelled one has none here."""
        try:
            with self.scope:
                await self._serve(serve, data)
        finally:
            self.over = True

    async def _serve(self, serve: Serve, data: ClientPayload) -> None:
        try:
            self.peer.put(await serve(self, data))
        except OrchdError as error:
            self.emit(ERROR, Error(error.code, error.message, error.retryable, error.details))
            return
        for callback in self._callbacks:
            callback()


def file_contents(database: Database, disk: FileDisk) -> FileContents:
    """What models are shown of files that are there; PDFs are read in place."""
    return FileContents(database, disk, PdfTexts(database, disk, InPlace(), PdfLimits(1_000_000, 60.0)))


def no_files(database: Database) -> Attachments:
    """What is sent with questions where there are no files."""
    return Attachments(file_contents(database, FileDisk(None)), 0)


class Room:
    """A daemon's chat with its journal, by the epoch `me`."""

    def __init__(
        self, database: Database, script: Script, nursery: trio.Nursery, epoch: str = "me", *, hand_over: bool = False
    ) -> None:
        self.hub = Hub()
        self.backends = ScriptedBackends(script)
        self.journal = Journal(database)
        self.presence = Presence(database, epoch)
        self.presence.registered = True
        lives = self.presence, self.journal, Audience(self.hub), Supervisor(nursery)
        self.chat = Chat(database, self.backends, *lives, LIMITS._replace(hand_over=hand_over), no_files(database))
        self.hub.when_forgotten(self.chat.leave)
        self.contexts = MemoryBudget(CONTEXT_MEMORY, "contexts")
        contexts = ContextLimits(MAX_CONTEXT_BYTES, self.contexts)
        writing = ChatHandlers(database, self.backends, self.chat, epoch, None, contexts)
        reading = ReaderHandlers(database, self.chat, epoch)
        self._nursery = nursery
        marking = mark_handlers.COMMANDS.bind(MarkHandlers(database, self.chat))
        serves = {**handlers.COMMANDS.bind(writing), **readers.COMMANDS.bind(reading), **marking}
        self._serves = {command.payload: serves[command.type] for command in COMMANDS}

    async def ask(self, device: Device, data: ClientPayload) -> Frame:
        """Serve a request and return its final frame."""
        await Request(device).serve(self._serves[type(data)], data)
        return device.read[-1]

    def begin(self, device: Device, data: ClientPayload) -> Request:
        """Begin to serve a request, and wait for nothing."""
        request = Request(device)
        self._nursery.start_soon(request.serve, self._serves[type(data)], data)
        return request


@asynccontextmanager
async def open_room(
    database: Database, script: Script, epoch: str = "me", *, hand_over: bool = False
) -> AsyncIterator[Room]:
    """A room whose journal is written while the block lasts."""
    async with trio.open_nursery() as nursery:
        room = Room(database, script, nursery, epoch, hand_over=hand_over)
        nursery.start_soon(room.journal.run)
        nursery.start_soon(room.chat.owned.keep_comparing)
        yield room
        nursery.cancel_scope.cancel()


class MemoryDatabase(Database):
    """The real tables in memory and in this thread, for tests on the virtual clock; a transaction takes `seconds`."""

    def __init__(self, seconds: float = 0.01) -> None:
        self.away = False
        self._seconds = seconds
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        apply_migrations(self._connection, load_migrations("sqlite"))

    def close(self) -> None:
        """Forget all."""
        self._connection.close()

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction, at once after its time."""
        await trio.sleep(self._seconds)
        if self.away:
            raise Unavailable("the database is away")
        with transaction(self._connection, "BEGIN"):
            return drive(steps(*args, **kwargs), self._connection)

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same."""
        return await self.write(steps, *args, **kwargs)

    def health(self) -> Health:
        """As told."""
        return Health(not self.away, "memory", None)

    async def wait_ready(self) -> None:
        """It is."""


class Dictated:
    """A model server that says what a test dictates, piece by piece. `script` is for one generation."""

    def __init__(self, finish_reason: str = "stop") -> None:
        self._send, self._receive = trio.open_memory_channel[tuple[Channel, str] | None](1000)
        self._finish_reason = finish_reason

    def say(self, text: str, channel: Channel = "content") -> None:
        """Generate some text, soon."""
        self._send.send_nowait((channel, text))

    def end(self) -> None:
        """Finish, soon."""
        self._send.send_nowait(None)

    async def script(self, _prompt: Prompt, listener: Listener) -> Outcome:
        """Satisfies `Script`."""
        while (piece := await self._receive.receive()) is not None:
            listener.on_delta(*piece)
        return Outcome(self._finish_reason, "tiny", None)


def ended(
    message_id: int, conversation_id: int, status: MessageStatus, content: str, reasoning: str = ""
) -> EndedAnswer:
    """The end of an answer as another daemon would store it, its reasoning first."""
    texts: list[tuple[Channel, str]] = [("reasoning", reasoning), ("content", content)]
    return EndedAnswer(
        message_id=message_id,
        conversation_id=conversation_id,
        content=content,
        reasoning=reasoning,
        runs=[(channel, len(text)) for channel, text in texts if text],
        parts=None,
        status=status,
        model="tiny",
        finish_reason="stop" if status == "complete" else None,
        usage=None,
        timings=None,
        error=None,
        ended_at=1,
    )
