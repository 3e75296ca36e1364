"""`household`: all features on one database, asked by several people at once, who are whoever a test says they are.

No socket, no log-in: a frame is decoded, held against its right, answered and encoded as in a session. It runs on
SQLite and on MariaDB, with simulated model servers. What is not an `OrchdError` ends the test.

    ann, bob = household.join(person(1)), household.join(person(2, reads=(7,)))
    answer = await ann.ask("chat:send", message="Hello")
    assert (await bob.refusal("chat:history", conversationId=answer["conversationId"])) == "not_found"
"""

import json
from collections.abc import AsyncIterator, Callable
from itertools import count
from typing import Any, TypeAlias

import pytest
import trio

from orchd.errors import OrchdError
from orchd.features import make_codec
from orchd.features.feature import Services
from orchd.features.opening import Features, Sections, open_features
from orchd.hub import Hub
from orchd.llm import Backends
from orchd.llm.types import BackendSpec
from orchd.protocol.codec import FrameRefused, Request
from orchd.protocol.identity import Identity
from orchd.protocol.messages import ERROR, Error
from orchd.protocol.rights import refusal
from orchd.server.request import RunningRequest
from orchd.storage import Database
from tests.answering import body
from tests.fix_chat import UNTITLED, FakePeer
from tests.fix_sealing import make_vault
from tests.fix_simulator import StartSimulator

HANG_SECONDS = 60.0
Frame: TypeAlias = dict[str, Any]


def person(user_id: int, role: str = "member", **more: Any) -> Identity:
    """Somebody, as the daemon knows them; `reads` and `changes` are their projects, `models` those of their token."""
    return Identity(user_id, f"user{user_id}", role, **more)  # type: ignore[arg-type]  # a test's own words


class Guest(FakePeer):
    """A connection of somebody; `who` may be replaced at any time."""

    def __init__(self, household: "Household", who: Identity) -> None:
        super().__init__()
        self.who = who
        self._household = household
        self._ids = count(1)
        self._came = trio.Event()

    def put(self, frame: bytes) -> None:
        """Keep the frame, and wake who waits for it."""
        super().put(frame)
        self._came.set()
        self._came = trio.Event()

    @property
    def heard(self) -> list[Frame]:
        """All frames so far."""
        return [json.loads(body(frame)) for frame in self.frames]

    def begin(self, kind: str, /, **data: Any) -> str:
        """Send a request and don't wait; its id."""
        request_id = f"r{next(self._ids)}"
        self._household.start(self, json.dumps({"type": kind, "id": request_id, "data": data}))
        return request_id

    async def final(self, request_id: str) -> Frame:
        """The final frame of a request, as soon as it has come."""
        with trio.fail_after(HANG_SECONDS):
            return await self._household.final(self, request_id)

    async def request(self, kind: str, /, **data: Any) -> Frame:
        """Send a request; its final frame."""
        return await self.final(self.begin(kind, **data))

    async def ask(self, kind: str, /, **data: Any) -> Frame:
        """Send a request that must be answered well; the reply's data."""
        frame = await self.request(kind, **data)
        assert frame["type"] != "error", frame
        return dict(frame["data"])

    async def refusal(self, kind: str, /, **data: Any) -> str:
        """Send a request that must fail; the error's code."""
        return str((await self.error(kind, **data))["code"])

    async def error(self, kind: str, /, **data: Any) -> Frame:
        """Send a request that must fail; the whole error."""
        frame = await self.request(kind, **data)
        assert frame["type"] == "error", frame
        return dict(frame["data"])

    async def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The first frame that is wanted, as soon as it has come."""
        with trio.fail_after(HANG_SECONDS):
            while (found := next(filter(wanted, self.heard), None)) is None:
                await self._came.wait()
        return found

    async def started(self, message: str, **data: Any) -> tuple[str, int]:
        """Send a message and wait for the first text of its answer; the request's id and the answer's."""
        request_id = self.begin("chat:send", message=message, **data)
        frame = await self.until(
            lambda f: f.get("id") == request_id and f["type"] in ("chat:streaming", "error")  # how it may go on
        )
        assert frame["type"] == "chat:streaming", frame
        return request_id, frame["data"]["messageId"]

    def become(self, who: Identity) -> None:
        """Be somebody else from now on, as the daemon notices when rights change."""
        self.who = who
        self._household.services.hub.renew(self, who)

    def leave(self) -> None:
        """End the connection, as a session does."""
        self._household.services.hub.forget(self)


class Household:
    """The features, and those who ask them."""

    def __init__(self, nursery: trio.Nursery, services: Services, features: Features) -> None:
        self.services = services
        self.features = features
        self.codec = make_codec()
        self._nursery = nursery
        self._finals: dict[tuple[Guest, str], Frame] = {}
        self._ended = trio.Event()

    def join(self, who: Identity) -> Guest:
        """A new connection of somebody."""
        return Guest(self, who)

    def start(self, guest: Guest, text: str) -> None:
        """Serve a frame in a task of its own."""
        self._nursery.start_soon(self.serve, guest, text)

    async def serve(self, guest: Guest, text: str) -> None:
        """Serve a frame up to its final one, as a session does."""
        try:
            request = self.codec.decode(text)
        except FrameRefused as refused:
            self._fail(guest, refused.request_id, refused.error)
            return
        command = self.codec.commands[request.type]
        refused_by_right = refusal(command.right, command.scope, guest.who)
        if refused_by_right is not None:
            self._fail(guest, request.id, refused_by_right)
            return
        await self._answer(guest, request)

    async def final(self, guest: Guest, request_id: str) -> Frame:
        """Wait for a request's final frame."""
        while (guest, request_id) not in self._finals:
            await self._ended.wait()
        return self._finals.pop((guest, request_id))

    async def _answer(self, guest: Guest, request: Request) -> None:
        running = RunningRequest(request.id, guest.who, guest)
        try:
            frame = await self.features.serves[request.type](running, request.data)
        except OrchdError as error:
            running.ended.set()
            self._fail(guest, request.id, error)
            return
        running.ended.set()
        guest.put(frame)
        running.note_reply()
        self._note(guest, request.id, frame)

    def _fail(self, guest: Guest, request_id: str | None, error: OrchdError) -> None:
        frame = ERROR.frame(Error(error.code, error.message, error.retryable, error.details), request_id)
        guest.put(frame)
        self._note(guest, request_id, frame)

    def _note(self, guest: Guest, request_id: str | None, frame: bytes) -> None:
        if request_id is not None:
            self._finals[guest, request_id] = json.loads(body(frame))
        self._ended.set()
        self._ended = trio.Event()


@pytest.fixture
def sections() -> Sections:
    """What the features of a `household` are set to."""
    return Sections(chat=UNTITLED)


@pytest.fixture
async def household(
    store: Database, start_simulator: StartSimulator, nursery: trio.Nursery, sections: Sections
) -> AsyncIterator[Household]:
    """All features, opened as the daemon opens them, on two simulated servers of the same models."""
    servers = [await start_simulator() for _ in range(2)]
    specs = [BackendSpec(server.url, name=name) for name, server in zip(("near", "far"), servers, strict=True)]
    backends = Backends(specs, probe_seconds=60)
    await nursery.start(backends.run)
    await backends.wait_first_probe()
    services = Services(store, Hub(), backends, "here")
    async with open_features(services, sections, lambda: 0, make_vault(store)) as features:
        for begin in features.starts:
            await begin()
        async with trio.open_nursery() as requests:
            yield Household(requests, services, features)
            requests.cancel_scope.cancel()
    nursery.cancel_scope.cancel()
