"""Owning work: acquiring it, noticing what others do to it, letting it end, and taking over what dead daemons left.

Work in the database (an answer, a task) names the daemon run that owns it. Within this process everything about it is
told by events. What other daemons on the same database do to it shows only there, so it is looked at: often while any
is owned, and now and then for what runs that are dead by now have left.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

import trio

from orchd.errors import ShuttingDown, Unavailable
from orchd.features.presence.service import Presence
from orchd.guard import Supervisor
from orchd.storage import Database, Steps
from orchd.wakeup import Signal, next_beat

W = TypeVar("W")

TAKE_OVER_SECONDS = 10.0
"""How often work of dead daemons is looked for: on other hosts death shows only with time."""

LOOK_SECONDS = 0.5
"""How often a daemon looks what others have done to what it owns, or shows."""

LAST_CHANCE_SECONDS = 5.0
"""How long work that was cut off may take to be stored, before it is abandoned."""


class Ownership(Generic[W]):
    """The work of one kind that this daemon run owns, by id.

    `owners` finds the runs that own any; `take_over` is called with those of them that are dead, whether there are any
    or not, and `compare` while work is owned: both raise `Unavailable` at will. `cut` begins to end a piece of work,
    `abandon` ends it whatever is stored; neither waits. `released` is called after each release.
    """

    def __init__(
        self,
        database: Database,
        presence: Presence,
        *,
        owners: Callable[[], Steps[Collection[str]]],
        take_over: Callable[[set[str]], Awaitable[None]],
        compare: Callable[[], Awaitable[None]],
        cut: Callable[[W], None],
        abandon: Callable[[W], None],
        released: Callable[[], None],
    ) -> None:
        self._database = database
        self._presence = presence
        self._owners = owners
        self._take_over = take_over
        self._compare = compare
        self._cut, self._abandon = cut, abandon
        self._released = released
        self._acquired, self._idle = Signal(), Signal()
        self._cutting = False
        self.work: dict[int, W] = {}
        """What is owned at present; changed by `acquire` and `release` only."""
        self.acquirers = 0
        """Blocks that are about to acquire something."""
        self.draining = False
        """Nothing more is acquired."""

    @contextmanager
    def acquiring(self) -> Iterator[None]:
        """A block that may `acquire`, once the database says that it is ours; draining waits for its end.

        Raises `ShuttingDown`, and `Unavailable` before others can see that this run lives.
        """
        if self.draining:
            raise ShuttingDown("the daemon is shutting down")
        if not self._presence.registered:
            raise Unavailable("the database is not there yet", reason="database")
        self.acquirers += 1
        try:
            yield
        finally:
            self.acquirers -= 1
            self._idle.set()

    def acquire(self, key: int, work: W) -> None:
        """Own `work` until it is released; what comes after the grace is cut off at once."""
        self.work[key] = work
        self._acquired.set()
        if self._cutting:
            self._cut(work)

    def release(self, key: int, work: W) -> None:
        """Own `work` no more."""
        if self.work.get(key) is work:  # else it was released and acquired again
            del self.work[key]
        self._idle.set()
        self._released()

    def serve(self, supervisor: Supervisor, what: str) -> None:
        """Begin to look what other daemons do to `what` we own, and what dead ones left of it."""
        supervisor.keep(f"{what} of others", self.keep_taking_over)
        supervisor.keep(f"changes of {what}", self.keep_comparing)

    async def take_over(self) -> None:
        """Take over what dead daemons left. Raises `Unavailable`."""
        await self._take_over(await self._presence.dead(await self._database.read(self._owners)))

    async def keep_taking_over(self) -> None:
        """Take over again and again, until cancelled."""
        while True:
            await next_beat(TAKE_OVER_SECONDS)
            await self._database.wait_ready()
            with suppress(Unavailable, ShuttingDown):  # the next round tries again
                await self.take_over()

    async def keep_comparing(self) -> None:
        """Notice what other daemons do to what is owned, until cancelled."""
        await keep_looking(lambda: bool(self.work), self._acquired, self._compare)

    async def drain(self, hurried: trio.Event) -> None:
        """Acquire nothing more; let what is owned end until `hurried`, then cut it off. Returns when all has ended."""
        self.draining = True
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._end_at, hurried)
            while self.work or self.acquirers:
                await self._idle.wait()
            nursery.cancel_scope.cancel()

    async def _end_at(self, hurried: trio.Event) -> None:
        await hurried.wait()
        self._cutting = True
        for work in list(self.work.values()):
            self._cut(work)
        await trio.sleep(LAST_CHANCE_SECONDS)
        for work in list(self.work.values()):
            self._abandon(work)


async def keep_looking(there: Callable[[], bool], came: Signal, look: Callable[[], Awaitable[None]]) -> None:
    """Call `look` again and again while something is `there` to look for, else wait until something `came`.

    An absent database is left to the next round. Ends when it is cancelled.
    """
    while True:
        while not there():
            await came.wait()
        await trio.sleep(LOOK_SECONDS)
        with suppress(Unavailable):
            if there():
                await look()
