"""The models feature with real model servers (simulators) and a real database, but without a daemon around it."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

import pytest
import trio
from msgspec import Struct

from orchd.entity.wire import ChangeFeed, EntityRooms
from orchd.features.chat import count_votes
from orchd.features.feature import Services
from orchd.features.models import COMMANDS, open_assistants, open_models
from orchd.features.models.queries import ASSISTANT
from orchd.features.monitoring import FreeMemory, MemoryMeter
from orchd.features.monitoring.messages import MonitoringMemory
from orchd.features.project import require_project
from orchd.hub import Hub
from orchd.llm import Backends
from orchd.llm.types import BackendSpec
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import LOCAL, LOCAL_USER_ID
from orchd.protocol.router import Context, Serve
from orchd.protocol.types import ClientPayload
from orchd.storage import Database, open_database
from tests.answering import Answering
from tests.fix_chat import FakePeer
from tests.migrated import place_database

GIB = 1024**3
PLENTY = FreeMemory(64 * GIB, 32 * GIB, None)

R = TypeVar("R", bound=Struct)


class Asking:
    """A request whose frames a test reads."""

    def __init__(self, user_id: int = LOCAL_USER_ID) -> None:
        self.id = "r1"
        self.identity = LOCAL._replace(user_id=user_id)
        self.address = ""
        self.peer = FakePeer()
        self.emitted: list[Struct] = []
        self._came = trio.Event()

    def emit(self, _kind: FrameType[Payload], payload: Payload) -> None:
        """Keep the frame."""
        self.emitted.append(payload)
        self._came.set()
        self._came = trio.Event()

    def of(self, kind: type[R]) -> list[R]:
        """The frames of one type."""
        return [payload for payload in self.emitted if isinstance(payload, kind)]

    async def until(self, wanted: Callable[[Struct], bool]) -> Struct:
        """Wait for a frame; ten seconds are a hang."""
        with trio.fail_after(10):
            while not any(map(wanted, self.emitted)):
                await self._came.wait()
        return next(filter(wanted, self.emitted))


class Desk:
    """The feature's handlers. `free` is what memory it is told of."""

    def __init__(self, serves: Mapping[str, Serve], services: Services) -> None:
        self.services = services
        self._answering = Answering(COMMANDS, serves)

    @property
    def backends(self) -> Backends:
        """The model servers."""
        return self.services.backends

    async def ask(self, payload: ClientPayload, kind: type[R], asking: Asking | None = None) -> R:
        """Hand a frame's payload to its handler; the reply, which must be of this type."""
        with trio.fail_after(30):
            return await self._answering.ask(cast("Context", asking or Asking()), payload, kind)


StartModels: TypeAlias = Callable[..., Awaitable[Desk]]


@pytest.fixture
def start_models(nursery: trio.Nursery, tmp_path: Path) -> Iterator[StartModels]:
    """`await start_models(url, ...)`: open the feature on model servers; `free` is the memory there is."""

    async def start(*servers: str | BackendSpec, free: FreeMemory = PLENTY, default: str | None = None) -> Desk:
        specs = [server if isinstance(server, BackendSpec) else BackendSpec(server) for server in servers]
        with trio.fail_after(30):
            desk: Desk = await nursery.start(partial(_run, tmp_path, specs, free, default))
        return desk

    yield start
    nursery.cancel_scope.cancel()


async def _run(
    directory: Path,
    specs: Sequence[BackendSpec],
    free: FreeMemory,
    default: str | None,
    *,
    task_status: trio.TaskStatus[Desk],
) -> None:
    url = place_database(directory / "models.db")
    async with open_database(url, pool_size=1, timeout=10) as database, trio.open_nursery() as nursery:
        backends = Backends(specs, probe_seconds=60)
        await nursery.start(backends.run)
        await database.wait_ready()
        await backends.wait_first_probe()
        services = Services(database, Hub(), backends, "e", default)
        opened = open_models(services, MemoryMeter(lambda: _memory(free), list))
        assistants = open_assistants(backends, entity_rooms(database, services.hub), count_votes)
        task_status.started(Desk({**opened.serves, **assistants.serves}, services))
        await trio.sleep_forever()


def _memory(free: FreeMemory) -> MonitoringMemory:
    return MonitoringMemory(free.total, None, free.available, None, None, None)


def entity_rooms(database: Database, hub: Hub) -> EntityRooms:
    """What the handlers of entities are given; the feed tells nobody anything."""
    return EntityRooms(database, ChangeFeed(database, hub), require_project, 1_000)


def assistant_draft(name: str, system_prompt: str = "", **more: object) -> ClientPayload:
    """An assistant as a client sends it."""
    made: ClientPayload = ASSISTANT.payloads.create(name=name, system_prompt=system_prompt, **more)
    return made
