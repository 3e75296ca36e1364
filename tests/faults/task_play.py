"""Runs one task again and again, each time killed at another write to the database, and prints what became of it.

`python -m tests.faults.task_play URL DIRECTORY`, one JSON object a line. All is done in forked children, so that a kill
-9 is one, and that a process costs little: what is imported is imported once, and no thread runs in the parent.
"""

import json
import os
import random
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple, ParamSpec, TypeAlias, TypeVar

import structlog
import trio

from orchd.features.task.core.rows import ENDED, StepRow
from orchd.storage import Database, Health, Steps, open_database
from tests.features.task.hands import Hands, create, steps_of, working

P = ParamSpec("P")
T = TypeVar("T")
When: TypeAlias = Literal["amid", "after"]
Frame: TypeAlias = dict[str, Any]

PAIRS = 6
"""How many tasks are killed twice, at random writes."""

FIRST_END = 5
"""At which write a process that goes on with a task stores the end of the first step: it shows itself, frees what the
dead one had in hand, takes it, and stores the intent."""


class Kill(NamedTuple):
    """At which write of a process it dies: amid the transaction, all its statements done, or after the commit."""

    number: int
    when: When


class Mortal(Database):
    """A database that kills its process."""

    def __init__(self, real: Database, kill: Kill | None) -> None:
        self._real = real
        self._kill = kill
        self.writes = 0

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        self.writes += 1
        if self._kill is None or self.writes != self._kill.number:
            return await self._real.write(steps, *args, **kwargs)
        if self._kill.when == "amid":
            return await self._real.write(doomed, partial(steps, *args, **kwargs))
        await self._real.write(steps, *args, **kwargs)
        die()
        raise AssertionError

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._real.read(steps, *args, **kwargs)

    def health(self) -> Health:
        return self._real.health()

    async def wait_ready(self) -> None:
        await self._real.wait_ready()


def doomed(make_steps: Callable[[], Steps[T]]) -> Steps[T]:
    """A transaction that is never committed."""
    value = yield from make_steps()
    die()
    return value


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


class Note:
    """A script that writes down each step that is run, where no crash can take it away."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __call__(self, name: str) -> None:
        with self._path.open("a") as file:
            file.write(f"{name}\n")
        await trio.lowlevel.checkpoint()


class Scene(NamedTuple):
    """One database and a directory for notes."""

    url: str
    directory: Path

    def ran(self, name: str) -> list[str]:
        path = self.directory / name
        return path.read_text().split("\n")[:-1] if path.exists() else []


async def with_database(scene: Scene, use: Callable[[Database], Awaitable[T]]) -> T:
    async with open_database(scene.url, pool_size=4, timeout=30.0) as database:
        await database.wait_ready()
        return await use(database)


async def add(scene: Scene, path: Path) -> None:
    """Create a task; its id goes to `path`."""
    path.write_text(str(await with_database(scene, lambda database: database.write(create))))


async def play(scene: Scene, task_id: int, notes: str, kill: Kill | None, path: Path) -> None:
    """Run the task until it ends, or the process does."""

    async def use(real: Database) -> None:
        database = Mortal(real, kill)
        hands = Hands(script=Note(scene.directory / notes))
        before = await real.read(steps_of, task_id)
        async with working(database, hands, epoch=os.urandom(8).hex()) as works:
            task = await works.until(task_id, lambda task: task.status in (*ENDED, "waiting"))
            subtasks = await works.subtasks(task_id)
        steps = await real.read(steps_of, task_id)
        titles = {subtask.id: subtask.title for subtask in subtasks}
        found = {
            "status": task.status,
            "reason": task.reason,
            "result": task.result,
            "statuses": [subtask.status for subtask in subtasks],
            "calls": task.calls,
            "unfinished": sum(step.status == "intent" for step in steps),
            "done before": [names(titles, step) for step in before if step.status == "done"],
            "writes": database.writes,
        }
        path.write_text(json.dumps(found))

    await with_database(scene, use)


def names(titles: dict[int, str], step: StepRow) -> str:
    """Name a step as the workers do."""
    if step.subtask_id is None:
        return step.kind
    return f"{step.kind} {titles[step.subtask_id]} {step.key.attempt if step.made is None else step.made}"


def forked(work: Callable[[], Awaitable[None]]) -> bool:
    """Do it in a child; return whether it came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            trio.run(work)
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    assert status == 0, f"the child ended with {status}"
    return True


def scenario(scene: Scene, number: int, kills: list[Kill]) -> Frame:
    """Create a task, run it with a kill in each process, and then to its end; return what became of it."""
    path = scene.directory / f"task{number}"
    assert forked(partial(add, scene, path))
    task_id = int(path.read_text())
    found = scene.directory / f"found{number}"
    killed = 0
    for place, kill in enumerate([*kills, None]):
        if forked(partial(play, scene, task_id, f"notes{number}.{place}", kill, found)):
            break
        killed += 1
    runs = [scene.ran(f"notes{number}.{place}") for place in range(len(kills) + 1)]
    return {"kills": kills, "killed": killed, "runs": runs, **json.loads(found.read_text())}


def scenarios(scene: Scene) -> Iterator[Frame]:
    """A run without a kill, one killed at each write in both ways, some killed twice."""
    whole = scenario(scene, 0, [])
    yield whole
    number = 0
    whens: tuple[When, ...] = ("amid", "after")
    for when in whens:
        write = 0
        killed = True
        while killed:
            write, number = write + 1, number + 1
            frame = scenario(scene, number, [Kill(write, when)])
            killed = frame["killed"] == 1
            yield frame
    for kills in pairs(whole["writes"]):
        number += 1
        yield scenario(scene, number, kills)


def pairs(writes: int) -> Iterator[list[Kill]]:
    """Return where to kill twice: so that the same step meets both, and anywhere."""
    for write in range(4, writes + 1):
        yield [Kill(write, "amid"), Kill(FIRST_END, "amid")]
    seed = random.Random(5)
    whens: tuple[When, ...] = ("amid", "after")
    for _ in range(PAIRS):
        yield [Kill(seed.randint(2, writes), seed.choice(whens)) for _ in range(2)]


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    scene = Scene(sys.argv[1], Path(sys.argv[2]))
    for frame in scenarios(scene):
        print(json.dumps(frame), flush=True)  # noqa: T201 - it is what the program is for


if __name__ == "__main__":
    main()
