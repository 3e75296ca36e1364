"""Entities with all features open and a real database, without sockets: frames in as JSON, frames out as JSON."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, TypeAlias

import pytest
import trio

from orchd.features import make_codec
from orchd.features.feature import Services
from orchd.features.opening import Features, Sections, open_features
from orchd.hub import Hub
from orchd.llm import types
from orchd.protocol.codec import Codec, FrameRefused
from orchd.protocol.identity import Identity
from orchd.sealing import Vault
from orchd.settings.chat import ChatSettings
from orchd.settings.kept.file import FileSettings
from orchd.settings.kept.workspace import WorkspaceSettings
from orchd.settings.notification import NotificationSettings
from orchd.storage import Database
from orchd.wakeup import Signal
from tests.answering import body
from tests.features.chat.room import Device, Request
from tests.fix_chat import UNTITLED, ScriptedBackends
from tests.fix_sealing import make_vault

Json: TypeAlias = dict[str, Any]

ANN, BOB, EVE = Identity(1, "ann", "member"), Identity(2, "bob", "member"), Identity(3, "eve", "admin")
HANG_SECONDS = 60.0


class Listener(Device):
    """A connection of which a test waits to be told something."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Signal()

    def put(self, frame: bytes) -> None:
        """Keep the frame."""
        super().put(frame)
        self.told.set()


@cache
def codec() -> Codec:
    """What reads frames; it has no state, and takes long to make."""
    return make_codec()


class Desk:
    """What people ask, each by a connection of their own."""

    def __init__(self, hub: Hub, features: Features, backends: ScriptedBackends) -> None:
        self.hub = hub
        self.backends = backends
        self.files = features.files
        self._serves = features.serves
        self._codec = codec()
        self.devices: dict[int, Listener] = {}

    def device(self, who: Identity) -> Listener:
        """Their connection."""
        return self.devices.setdefault(who.user_id, Listener())

    async def ask(self, who: Identity, kind: str, /, **data: object) -> Json:
        """Make a request; the frame that ends it."""
        request = Request(self.device(who))
        request.identity = who
        try:
            frame = self._codec.decode(json.dumps({"type": kind, "id": request.id, "data": data}))
        except FrameRefused as refused:
            return {"type": "error", "data": {"code": refused.error.code, "details": refused.error.details}}
        await request.serve(self._serves[kind], frame.data)
        return next(said for said in reversed(self.frames(who)) if said.get("id") == request.id)

    async def done(self, who: Identity, kind: str, /, **data: object) -> Json:
        """Make a request that goes well; what its reply says."""
        frame = await self.ask(who, kind, **data)
        assert frame["type"] != "error", frame
        told: Json = frame["data"]
        return told

    async def refused(self, who: Identity, kind: str, /, **data: object) -> Json:
        """Make a request that is refused; what its error says."""
        frame = await self.ask(who, kind, **data)
        assert frame["type"] == "error", frame
        told: Json = frame["data"]
        return told

    def frames(self, who: Identity) -> list[Json]:
        """All that was sent to somebody."""
        return [json.loads(body(frame)) for frame in self.device(who).frames]

    def changes(self, who: Identity) -> list[Json]:
        """What was pushed to somebody of changes."""
        return [frame["data"] for frame in self.frames(who) if frame["type"].endswith(":changed")]

    async def told(self, who: Identity, count: int) -> list[Json]:
        """Wait until somebody was told this many changes."""
        with trio.fail_after(HANG_SECONDS):
            while len(self.changes(who)) < count:
                await self.device(who).told.wait()
        return self.changes(who)


async def _answer(prompt: types.Prompt, listener: types.Listener) -> types.Outcome:
    listener.on_delta("content", "Yes.")
    return types.Outcome("stop", "tiny", None)


@asynccontextmanager
async def open_desk(
    database: Database,
    notification: NotificationSettings | None = None,
    vault: Vault | None = None,
    files: FileSettings | None = None,
    chat: ChatSettings = UNTITLED,
    **settings: Any,
) -> AsyncIterator[Desk]:
    """Open all features on a database; `settings` are those of the workspace."""
    backends = ScriptedBackends(_answer)
    services = Services(database, Hub(), backends, "me", "tiny")
    sections = Sections(
        chat=chat,
        workspace=WorkspaceSettings(**settings),
        notification=notification or NotificationSettings(),
        file=files or FileSettings(),
    )
    async with open_features(services, sections, lambda: 0, vault or make_vault(database)) as features:
        for start in features.starts:
            await start()
        yield Desk(services.hub, features, backends)


@pytest.fixture
async def entity_desk(store: Database) -> AsyncIterator[Desk]:
    """All features, on SQLite and on MariaDB."""
    async with open_desk(store) as desk:
        yield desk
