"""Fetching what is shown, and showing it as it changes."""

import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
import trio

from orchd.cli.output import TextOutput
from orchd.cli.reaching.connecting import reach
from orchd.cli.reply import JsonObject
from orchd.cli.top.overview import Overview, mean_rates, rates_between
from orchd.cli.top.terminal import FullScreen
from orchd.cli.top.view import lines
from orchd.client import Client, ConnectionLostError, Frame, Trust
from orchd.colour import shows_colour
from orchd.errors import Forbidden, OrchdError, Unavailable
from orchd.wakeup import Signal

DRAW_SECONDS = 0.25
"""The shortest time between two drawings."""
LOOK_SECONDS = 1.0
"""Between two looks at how many tokens there are, of which nobody is told."""
SERVER_SECONDS = 5.0
"""Between two looks at the model servers."""
AGAIN_SECONDS = 2.0
"""Before another try to connect."""
SAMPLE_SECONDS = 5.0
"""How long the first sample of the machine may take."""
TASKS = 10
ENDED = ("completed", "failed", "cancelled")


class Watcher:
    """One connection to a daemon, and what it has said so far."""

    def __init__(self, seen: Overview) -> None:
        self.seen = seen
        self.changed = Signal()
        self.sampled = trio.Event()
        self._looked: tuple[float, list[JsonObject]] | None = None
        self._tasks_changed = Signal()

    def hear(self, frame: Frame) -> None:
        """Take what comes unasked."""
        if frame.type == "monitoring:metrics":
            self._note(metrics=frame.plain)
            self.sampled.set()
        elif frame.type == "model:queue:changed":
            self._note_queue(frame.plain["items"])
        elif frame.type == "task:changed":
            self._tasks_changed.set()

    async def fetch(self, client: Client) -> None:
        """Ask for everything once."""
        self._note(session=client.session, lost=None)
        await self._look_at_queue(client)
        await self._look_at_servers(client)
        await self._look_at_tasks(client)
        with suppress(Forbidden):
            await client.request("monitoring:subscribe", {"intervalMs": 1000})
            with trio.move_on_after(SAMPLE_SECONDS):
                await self.sampled.wait()

    async def follow(self, client: Client) -> None:
        """Keep up with what changes, until cancelled. Raises as `Client.request` does."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._keep, client, self._look_at_queue, LOOK_SECONDS)
            nursery.start_soon(self._keep, client, self._look_at_servers, SERVER_SECONDS)
            nursery.start_soon(self._keep_tasks, client)
            for kind, data in (
                ("monitoring:subscribe", {"intervalMs": 1000}),
                ("model:queue:subscribe", {}),
                ("task:list:subscribe", {}),
            ):
                with suppress(Forbidden):
                    await client.request(kind, data)

    async def _keep(self, client: Client, look: Callable[[Client], Awaitable[None]], seconds: float) -> None:
        while True:
            await look(client)
            await trio.sleep(seconds)

    async def _keep_tasks(self, client: Client) -> None:
        while True:
            await self._look_at_tasks(client)
            await trio.sleep(LOOK_SECONDS)
            await self._tasks_changed.wait()

    async def _look_at_queue(self, client: Client) -> None:
        with suppress(Forbidden):
            self._note_queue((await client.request("model:queue"))["items"])

    async def _look_at_servers(self, client: Client) -> None:
        with suppress(Forbidden):
            self._note(backends=(await client.request("backend:list", {"refresh": False}))["backends"])

    async def _look_at_tasks(self, client: Client) -> None:
        with suppress(Forbidden):
            items = (await client.request("task:list", {"limit": TASKS}))["items"]
            self._note(tasks=[item for item in items if item["status"] not in ENDED])

    def _note_queue(self, queue: list[JsonObject]) -> None:
        now = time.monotonic()
        if self._looked is None:
            rates = mean_rates(queue)
            self._looked = now, queue
        elif now - self._looked[0] >= LOOK_SECONDS / 2:
            rates = rates_between(self._looked[1], queue, now - self._looked[0])
            self._looked = now, queue
        else:  # too soon after the last look to say how fast anything is
            rates = mean_rates(queue)
        self._note(queue=queue, rates=rates)

    def _note(self, **said: Any) -> None:
        self.seen = self.seen._replace(**said)
        self.changed.set()


async def show_once(url: str, trust: Trust, as_json: bool) -> int:
    """Print what the daemon does now; returns the exit code. Raises `OrchdError` when it refuses, `Unavailable` when it
    is not there, `OutputError`."""
    watcher = Watcher(Overview({}))
    async with trio.open_nursery() as nursery:
        client = await reach(nursery, url, watcher.hear, trust)
        try:
            await watcher.fetch(client)
        except ConnectionLostError as lost:
            raise Unavailable(f"the connection to {url} was lost: {lost}") from lost
        await client.aclose()
        nursery.cancel_scope.cancel()
    seen = watcher.seen
    text = msgspec.json.format(msgspec.json.encode(seen.to_json())).decode() if as_json else "\n".join(lines(seen))
    output = TextOutput(sys.stdout)
    output.write(text + "\n")
    output.check()
    return 0


async def watch(url: str, trust: Trust) -> int:
    """Draw what the daemon does until somebody wants to end it; returns the exit code. Raises as `show_once` does where
    the first connection doesn't come about; later on it tries again and again."""
    watcher, screen = Watcher(Overview({})), FullScreen()
    async with trio.open_nursery() as nursery:
        client = await reach(nursery, url, watcher.hear, trust)
        with screen.taken():
            nursery.start_soon(_wait_quit, screen, nursery.cancel_scope)
            await nursery.start(_heed_signals, screen, watcher, nursery.cancel_scope)
            nursery.start_soon(_draw, screen, watcher)
            await _stay(url, trust, watcher, client)
    return 0


async def _stay(url: str, trust: Trust, watcher: Watcher, first: Client) -> None:
    """Follow the daemon over one connection after the other."""
    client: Client | None = first
    while True:
        try:
            async with trio.open_nursery() as nursery:
                here = client if client is not None else await reach(nursery, url, watcher.hear, trust)
                watcher.seen = watcher.seen._replace(session=here.session, lost=None)
                await watcher.follow(here)
        except* (ConnectionLostError, OrchdError) as group:
            watcher.seen = watcher.seen._replace(lost=_reason(group))
            watcher.changed.set()
        client = None
        await trio.sleep(AGAIN_SECONDS)


def _reason(group: BaseExceptionGroup[BaseException]) -> str:
    failure: BaseException = group
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return str(failure)


async def _draw(screen: FullScreen, watcher: Watcher) -> None:
    """Draw whatever has changed, at most so often."""
    coloured = shows_colour()
    while True:
        columns, rows = screen.size
        screen.draw(lines(watcher.seen, columns, rows, coloured=coloured))
        await trio.sleep(DRAW_SECONDS)
        await watcher.changed.wait()


async def _wait_quit(screen: FullScreen, scope: trio.CancelScope) -> None:
    while keys := await screen.read_keys():
        if "q" in keys or "\x03" in keys or "\x04" in keys:
            break
    scope.cancel()


async def _heed_signals(
    screen: FullScreen,
    watcher: Watcher,
    scope: trio.CancelScope,
    *,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """End at those that want that; draw anew at another size; stop as a program does that gives the terminal back."""
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH, signal.SIGTSTP)
    with trio.open_signal_receiver(*wanted) as received:
        task_status.started()
        async for number in received:
            if number == signal.SIGWINCH:
                screen.forget()
            elif number == signal.SIGTSTP:
                screen.leave()
                os.kill(os.getpid(), signal.SIGSTOP)
                screen.enter()
            else:
                scope.cancel()
            watcher.changed.set()
