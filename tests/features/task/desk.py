"""The feature's handlers with scripted workers and a real database, and connections whose frames a test reads."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar, cast

import trio
from msgspec import Struct

from orchd.entity.wire import ChangeFeed
from orchd.features.feature import Services
from orchd.features.monitoring import MachineLoad
from orchd.features.presence import Presence
from orchd.features.task import COMMANDS, answers
from orchd.features.task.core.actions import StepLimits
from orchd.features.task.engine.lifecycle import Lifecycle
from orchd.features.task.engine.load_shedding import BrakeLimits, Brakes
from orchd.features.task.engine.runner import Runner
from orchd.features.task.engine.running import RunnerDeps
from orchd.features.task.wire.handlers import TaskHandlers
from orchd.features.task.wire.live_messages import TaskSubscribe, TaskSubscribed
from orchd.features.task.wire.messages import TaskCreate, TaskReply
from orchd.features.task.wire.publisher import Publisher
from orchd.features.task.wire.subtask_messages import SubtaskCreate, SubtaskItem, SubtaskReply
from orchd.guard import Supervisor
from orchd.hub import Hub
from orchd.llm import Backends
from orchd.protocol.identity import LOCAL, Identity
from orchd.protocol.router import Context, Serve
from orchd.protocol.types import ClientPayload
from orchd.storage import Database
from tests.answering import Answering
from tests.features.chat.room import Device, Frame
from tests.features.task.hands import Hands, Purse

HANG_SECONDS = 90.0

R = TypeVar("R", bound=Struct)


class Screen(Device):
    """A connection that subscribes. It takes the newest of a key at once, unless it is held."""

    def __init__(self) -> None:
        super().__init__()
        self._came = trio.Event()

    def put(self, frame: bytes) -> None:
        """Keep the frame."""
        super().put(frame)
        self._came.set()
        self._came = trio.Event()

    def put_latest(self, key: str, frame: bytes) -> None:
        """Take it, or keep the newest for `drain`."""
        if self.held:
            super().put_latest(key, frame)
        else:
            self.put(frame)

    def drain(self) -> None:
        """Take what waits."""
        kept, self.latest = self.latest, {}
        super().drain()
        for frame in kept.values():
            self.put(frame)

    def of(self, kind: str) -> list[Frame]:
        """The data of the frames of a type."""
        return [frame["data"] for frame in self.read if frame["type"] == kind]

    async def until(self, kind: str, wanted: Callable[[Frame], bool] = bool) -> Frame:
        """The data of the first frame of a type that is as wanted, as soon as it is there."""
        with trio.fail_after(HANG_SECONDS):
            while True:
                found = next(filter(wanted, self.of(kind)), None)
                if found is not None:
                    return found
                await self._came.wait()


class _Asking:
    """A request; satisfies `Context` as far as these handlers go."""

    def __init__(self, peer: Screen, who: Identity) -> None:
        self.id = "r1"
        self.identity = who
        self.address = ""
        self.peer = peer
        self.callbacks: list[Callable[[], None]] = []

    def after_reply(self, callback: Callable[[], None]) -> None:
        """Keep it for then."""
        self.callbacks.append(callback)


class TaskDesk:
    """The handlers, and what is behind them."""

    def __init__(self, serves: Mapping[str, Serve], runner: Runner, brakes: Brakes) -> None:
        self.runner = runner
        self.brakes = brakes
        self._answering = Answering(COMMANDS, serves)

    async def ask(self, payload: ClientPayload, kind: type[R], peer: Screen | None = None, who: Identity = LOCAL) -> R:
        """Hand a frame's payload to its handler; the reply, which must be of this type."""
        asking = _Asking(peer or Screen(), who)
        with trio.fail_after(HANG_SECONDS):
            reply = await self._answering.ask(cast("Context", asking), payload, kind)
        for callback in asking.callbacks:
            callback()
        return reply

    async def task(self, title: str = "Move house", *, auto_run: bool = True, depends_on: tuple[int, ...] = ()) -> int:
        """Make a task; its id."""
        made = await self.ask(TaskCreate(title, auto_run=auto_run, depends_on=depends_on), TaskReply)
        return made.task.id

    async def subtask(self, task_id: int, title: str, *depends_on: int) -> SubtaskItem:
        """Add a subtask."""
        return (await self.ask(SubtaskCreate(task_id, title, f"Do {title}", depends_on), SubtaskReply)).subtask

    async def watch(self, task_id: int, *, streaming: bool = False, who: Identity = LOCAL) -> Screen:
        """Subscribe to a task by a new connection."""
        screen = Screen()
        await self.ask(TaskSubscribe(task_id, streaming), TaskSubscribed, screen, who)
        return screen


async def idle_machine() -> MachineLoad:
    """A machine with nothing to do."""
    return MachineLoad(1, 1, 1, 1)


@asynccontextmanager
async def desk_at_work(
    database: Database, hands: Hands, epoch: str = "me", machine: Callable[[], Awaitable[MachineLoad]] | None = None
) -> AsyncIterator[TaskDesk]:
    """Answer frames and run tasks while the block lasts, as a daemon run of this name would."""
    feed = ChangeFeed(database, hub := Hub())
    publisher = Publisher(database, hub, feed)
    publisher.tell_changes(lambda _: feed.look())
    presence = Presence(database, epoch)
    await presence.renew()
    limits = StepLimits(attempts=2, parallel=4, pause_seconds=0.01)
    deps = RunnerDeps(database, lambda: hands, publisher, Purse(), epoch, limits)
    async with trio.open_nursery() as nursery:
        runner = Runner(deps, presence, Supervisor(nursery), 20)
        await runner.owned.take_over()
        for service in (
            runner.run,
            runner.owned.keep_taking_over,
            runner.owned.keep_comparing,
            publisher.run,
            feed.keep_telling,
        ):
            nursery.start_soon(service)
        lifecycle = Lifecycle(database, runner, publisher)
        services = Services(database, Hub(), Backends([]), epoch)
        tasks = TaskHandlers(database, services.backends, lifecycle, 1_000)
        brakes = Brakes(BrakeLimits(), machine or idle_machine)
        yield TaskDesk(answers(services, tasks, lifecycle, publisher, brakes), runner, brakes)
        nursery.cancel_scope.cancel()
