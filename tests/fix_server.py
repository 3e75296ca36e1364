"""`kit`: the real server with a few made-up frames, over streams in memory, so that tests can use virtual time.

A test that wants virtual time names `autojump_clock` itself: pytest-trio looks for clocks among a test's own arguments.
"""

import json
from collections.abc import AsyncIterator
from typing import Any, Literal, TypeAlias, cast

import pytest
import trio
import trio.testing
from structlog.testing import capture_logs
from trio_websocket import ConnectionClosed, WebSocketConnection, wrap_client_stream

from orchd.errors import Busy, Conflict
from orchd.hub import Hub, Topic
from orchd.protocol import messages
from orchd.protocol.codec import Codec
from orchd.protocol.codes import SHUTTING_DOWN
from orchd.protocol.command import Command, Commands
from orchd.protocol.frame_type import FrameType
from orchd.protocol.identity import Identity
from orchd.protocol.messages import Limits, ServerInfo, SessionReady
from orchd.protocol.router import Context, Router
from orchd.protocol.types import ClientPayload, ServerPayload
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.gate import Gate
from orchd.server.entry.page import Page, PageRequest, PageRoute
from orchd.server.entry.reception import Reception
from orchd.server.listener import Server
from orchd.server.outbox import Pressure
from orchd.server.session import SessionServices
from tests.fake_people import FakePeople
from tests.raw_client import HANG_SECONDS, TEXT, RawClient, handshake

Json: TypeAlias = dict[str, Any]


class EchoAsk(ClientPayload, frozen=True):
    """Answered at once."""

    text: str = ""
    times: int = 0


class EchoHold(ClientPayload, frozen=True):
    """Answered when the test says so; `how` it takes being cancelled."""

    how: Literal["plainly", "by hand", "slowly", "with a bug", "in a nursery with a bug"] = "plainly"


class EchoFail(ClientPayload, frozen=True):
    """Not answered well."""

    how: Literal[
        "error", "unlisted error", "bug", "group of one error", "group of bugs", "nothing", "surrogate", "alien"
    ]


class EchoFollow(ClientPayload, frozen=True):
    """Subscribes to the test's topic."""


class EchoText(ServerPayload, frozen=True):
    """The reply to all of them."""

    text: str


class Alien(ServerPayload, frozen=True):
    """What no frame here says."""


TEXT_FRAME = FrameType("echo:text", EchoText)


class Echo:
    """The feature behind the made-up frames: what was done to its requests, and the strings to pull."""

    def __init__(self, hub: Hub) -> None:
        self.topic: Topic[None] = hub.topic()
        self.release = trio.Event()
        self.ended: list[str] = []
        self.begun = 0

    async def ask(self, context: Context, data: EchoAsk) -> EchoText:
        """Send `times` frames and the reply."""
        for number in range(data.times):
            context.emit(TEXT_FRAME, EchoText(str(number)))
        return EchoText(data.text)

    async def hold(self, context: Context, data: EchoHold) -> EchoText:
        """Wait; note how it ended."""
        self.begun += 1
        if data.how == "by hand":
            return await self._hold_by_hand(context)
        try:
            if data.how == "in a nursery with a bug":
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._break_when_cancelled)
                    await trio.sleep_forever()
            await self.release.wait()
            for _ in range(5):  # there is always something left to do
                await trio.lowlevel.checkpoint()
        except trio.Cancelled:
            self.ended.append(data.how)
            if data.how == "slowly":
                with trio.CancelScope(shield=True):
                    await trio.sleep(5)
            if data.how == "with a bug":
                raise ValueError("secret") from None
            raise
        return EchoText("released")

    async def _hold_by_hand(self, context: Context) -> EchoText:
        asked, let_go = trio.Event(), trio.Event()

        async def cancel() -> None:
            asked.set()
            await let_go.wait()

        context.on_cancel(cancel)
        await asked.wait()
        await trio.sleep(1)
        let_go.set()
        return EchoText("let go by hand")

    async def _break_when_cancelled(self) -> None:
        try:
            await trio.sleep_forever()
        finally:
            self.ended.append("in a nursery with a bug")
            raise ValueError("secret")

    async def fail(self, context: Context, data: EchoFail) -> EchoText:
        """Fail as asked."""
        match data.how:
            case "error":
                raise Busy("too much", field="how")
            case "unlisted error":
                raise Conflict("too late")
            case "bug":
                raise ValueError("secret")
            case "group of one error":
                raise ExceptionGroup("nursery", [Busy("too much", field="how")])
            case "group of bugs":
                raise ExceptionGroup("nursery", [ValueError("secret"), KeyError("secret")])
            case "surrogate":
                return EchoText("\ud800")
            case "alien":
                return Alien()  # type: ignore[return-value]  # the defect that is tested
            case "nothing":
                return None  # type: ignore[return-value]  # the defect that is tested

    async def follow(self, context: Context, data: EchoFollow) -> EchoText:
        """Subscribe."""
        self.topic.subscribe(context.peer, None)
        return EchoText("following")


COMMANDS = Commands(
    Command("echo:ask", EchoAsk, TEXT_FRAME, right="read", scope="read").by(Echo.ask),
    Command("echo:hold", EchoHold, TEXT_FRAME, right="read", scope="read").by(Echo.hold),
    Command("echo:fail", EchoFail, TEXT_FRAME, right="read", scope="read").by(Echo.fail),
    Command("echo:follow", EchoFollow, TEXT_FRAME, right="read", scope="read").by(Echo.follow),
)


class MemoryListener(trio.abc.Listener[trio.abc.Stream]):
    """Where clients in memory connect."""

    def __init__(self) -> None:
        self._send, self._receive = trio.open_memory_channel[trio.abc.Stream](1000)
        self.closed = False

    def connect(self) -> trio.abc.Stream:
        """Return the client's end of a new connection."""
        return self._bring(trio.testing.memory_stream_pair())

    def connect_narrowly(self) -> trio.abc.Stream:
        """Return the client's end of a new connection that keeps nothing: what is sent is read, or waits."""
        return self._bring(trio.testing.lockstep_stream_pair())

    def _bring(self, pair: tuple[trio.abc.Stream, trio.abc.Stream]) -> trio.abc.Stream:
        client, server = pair
        self._send.send_nowait(server)
        return client

    async def accept(self) -> trio.abc.Stream:
        """Wait for a client."""
        return await self._receive.receive()

    async def aclose(self) -> None:
        """Take no more."""
        self.closed = True
        await trio.lowlevel.checkpoint()


class Client:
    """A well-behaved client: trio-websocket's."""

    def __init__(self, websocket: WebSocketConnection) -> None:
        self.websocket = websocket

    async def say(self, kind: str, request_id: str | None = None, **data: object) -> None:
        """Send a request."""
        await self.say_text(json.dumps({"type": kind, "data": data} | ({"id": request_id} if request_id else {})))

    async def say_text(self, text: str | bytes) -> None:
        """Send a message as it is."""
        with trio.fail_after(HANG_SECONDS):
            await self.websocket.send_message(text)

    async def next(self) -> Json:
        """Return the next frame."""
        with trio.fail_after(HANG_SECONDS):
            frame: Json = json.loads(await self.websocket.get_message())
        return frame

    async def ask(self, kind: str, request_id: str | None = None, **data: object) -> Json:
        """Send a request and return the next frame."""
        await self.say(kind, request_id, **data)
        return await self.next()

    async def rest(self) -> tuple[list[Json], int | None]:
        """Return all frames until the connection ends, and the code it ended with."""
        frames = []
        try:
            while True:
                frames.append(await self.next())
        except ConnectionClosed as closed:
            return frames, closed.reason.code if closed.reason else None

    async def ended(self) -> int | None:
        """Return the close code; no frame must come before."""
        frames, code = await self.rest()
        assert not frames
        return code


class Kit:
    """A running server and its clients."""

    def __init__(
        self, nursery: trio.Nursery, max_frame_bytes: int, max_in_flight: int, max_connections: int, **wire_limits: Any
    ) -> None:
        codec = Codec([*messages.COMMANDS, *COMMANDS], messages.FRAMES)
        self.hub = Hub()
        self.echo = Echo(self.hub)
        self.people = FakePeople()
        self.listener = MemoryListener()
        self.stopped = trio.Event()
        self.defects: int | None = 0
        """Unexpected exceptions that the test provokes; None when that is left to chance."""
        self._nursery = nursery
        self._limits = Limits(max_frame_bytes, max_in_flight)
        router = Router(COMMANDS.bind(self.echo), [command.type for command in COMMANDS])
        doorkeeper = Doorkeeper(self.people, insecure=True)  # nobody has an address here
        wire = SessionServices(
            codec, router, self.hub, self._greeting, doorkeeper, max_frame_bytes, max_in_flight, **wire_limits
        )
        pages = {
            "/hello": (PageRoute("GET", "public", self._hello),),
            "/broken": (PageRoute("GET", "public", self._broken),),
            "/held": (PageRoute("GET", "public", self._held),),
        }
        self.server = Server(
            wire,
            Reception(pages, Gate(["orchd.example"], ["https://web.example"]), doorkeeper),
            Pressure(64 * 1024, 1024 * 1024, 30.0),
            max_connections=max_connections,
            heartbeat_seconds=20.0,
            handshake_seconds=10.0,
        )

    async def run(self) -> None:
        """Serve until the server is closed."""
        await self.server.run([self.listener])
        self.stopped.set()

    async def connect(self, *subprotocols: str) -> Client:
        """A well-behaved client that has been greeted."""
        client = await self.connect_ungreeted(*subprotocols)
        assert (await client.next())["type"] == "session:ready"
        return client

    async def connect_ungreeted(self, *subprotocols: str) -> Client:
        """A well-behaved client that has read nothing yet."""
        with trio.fail_after(HANG_SECONDS):
            stream = cast("trio.SocketStream", self.listener.connect())  # any stream will do, whatever the hint says
            websocket = await wrap_client_stream(self._nursery, stream, "localhost", "/ws", subprotocols=subprotocols)
        return Client(websocket)

    def raw(self) -> RawClient:
        """A connection on which nothing has been said."""
        return RawClient(self.listener.connect())

    async def raw_session(self) -> RawClient:
        """A WebSocket that has been greeted, in the hands of a client that does nothing by itself."""
        client = self.raw()
        await client.send(handshake())
        assert (await client.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        opcode, payload = await client.frame()
        assert (opcode, json.loads(payload)["type"]) == (TEXT, "session:ready")
        return client

    def _greeting(self, session_id: str, who: Identity) -> SessionReady:
        return SessionReady("orchd.v1", ServerInfo("orchd", "0"), session_id, "epoch", who.name, self._limits, 20.0, ())

    async def _hello(self, _request: PageRequest) -> Page:
        return Page(200, "text/plain", b"hello")

    async def _held(self, _request: PageRequest) -> Page:
        self.echo.begun += 1
        await self.echo.release.wait()
        return Page(200, "text/plain", b"released")

    async def _broken(self, _request: PageRequest) -> Page:
        raise ValueError("secret")


@pytest.fixture
def limits() -> Json:
    """What a test may override by parametrization."""
    return {}


@pytest.fixture
async def kit(nursery: trio.Nursery, limits: Json) -> AsyncIterator[Kit]:
    """A server in memory. At the end nobody must be connected or subscribed, and nothing unexpected was logged."""
    one = Kit(nursery, **{"max_frame_bytes": 64 * 1024, "max_in_flight": 4, "max_connections": 50, **limits})
    with capture_logs() as logs:
        nursery.start_soon(one.run)
        yield one
        with trio.CancelScope(shield=True), trio.fail_after(HANG_SECONDS):
            await one.server.close(SHUTTING_DOWN, 3)
            await one.stopped.wait()
    assert one.server.sessions == 0
    assert not len(one.echo.topic)
    unexpected = [entry for entry in logs if entry["log_level"] not in ("debug", "info")]
    assert one.defects in (None, len(unexpected)), unexpected
