"""Whether a database may be used now, and the task that gets it there, at the start and again after a failure.

The daemon binds its port before it has a database, and outlives the loss of one. So "ready" is a state that comes and
goes: a transaction that finds the database gone says so here, the background task wakes, tries again with growing
pauses, and says when it is back. Nothing polls a database that works.
"""

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog
import trio

from orchd.errors import StartError, Unavailable
from orchd.guard import Supervisor, Troubles
from orchd.storage.database import Database, Health

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
AWAY = "the database is away"
DISK_FULL = "the database's disk is full"
OVERDUE = "the database did not answer in time"
NO_TABLES = "the database's tables are missing"
REFUSED = "the database can't be used until its operator has mended it"


TOLD_AGAIN_SECONDS = 60.0
"""For how long an outage for the same reason is no news for the log."""


class Away(Unavailable):
    """The database failed; unlike an `Unavailable` that a transaction's own code raises.

    `cause` is for the log only: paths, addresses and the database's own words may stand in it.
    """

    def __init__(self, message: str, *, cause: str | None = None) -> None:
        super().__init__(message, reason="database")
        self.cause = cause


class DiskFull(Away):
    """Nothing more can be written; what is there can be read."""

    def __init__(self, message: str, *, cause: str | None = None) -> None:
        super().__init__(message, cause=cause)
        self.reason = "storage_full"


class UnknownFailure(Away):
    """One statement failed for a reason that nobody has listed: perhaps the database's, perhaps the statement's."""


@contextmanager
def bounded(deadline: float, *, shield: bool = False) -> Iterator[None]:
    """Raise `Away` when the block isn't through by `deadline` (Trio's clock); `shield` keeps cancellations off."""
    with trio.CancelScope(deadline=deadline, shield=shield) as scope:
        yield
    if scope.cancelled_caught:
        raise Away(OVERDUE)


class Readiness:
    """The state of one database, and the log's lines about it. Used from the Trio thread only.

    `where` names the database for the log: a path, or a URL without its password.
    """

    def __init__(self, kind: str, where: str = "") -> None:
        self._where = where
        self._told: tuple[str, str | None, float] | None = None
        self._lost: float | None = None
        self.health = Health(False, kind, "the database is being opened")
        self.migrated = False
        self.closed = False
        self._refusal: StartError | None = None
        self._changed = trio.lowlevel.ParkingLot()

    @contextmanager
    def noting_failures(self) -> Iterator[None]:
        """Wake the background task when the block raises `Away` or `StartError`; the latter becomes `Unavailable`."""
        try:
            yield
        except Away as error:
            self.away(error.message, error.cause, full=isinstance(error, DiskFull))
            raise
        except StartError as error:
            self.note_refusal(error)
            raise Unavailable(REFUSED, reason="database") from error

    def close(self) -> None:
        """Nothing more may be asked of the database; final."""
        self._set(Health(False, self.health.kind, "the database is closed"))
        self.closed = True

    def back(self) -> None:
        """It answers, and its schema is there."""
        self.migrated = True
        self._refusal = None
        self._set(Health(True, self.health.kind, None, since=self._answers_since()))
        if self._lost is not None:
            seconds = round(trio.current_time() - self._lost, 1)
            structlog.get_logger().info("the database is back", database=self._where, after_seconds=seconds)
            self._lost = None

    def away(self, reason: str, cause: str | None = None, *, full: bool = False) -> None:
        """A transaction or a check failed; `reason` is fit for a client, `cause` for the log."""
        if not self.closed:
            self._tell(reason, cause)
        self._set(Health(False, self.health.kind, reason, full, self._answers_since() if full else float("-inf")))

    def note_refusal(self, error: StartError) -> None:
        """It can't become ready without its operator."""
        if self.migrated and not self.closed:  # before that, who waits for it is told
            self._tell(REFUSED, str(error))
        self._refusal = error
        self._set(Health(False, self.health.kind, REFUSED))

    def _tell(self, reason: str, cause: str | None) -> None:
        """Write an outage to the log, unless it is the same as a moment ago."""
        now = trio.current_time()
        if self._told is not None and self._told[:2] == (reason, cause) and now < self._told[2] + TOLD_AGAIN_SECONDS:
            return
        self._told = reason, cause, now
        self._lost = now if self._lost is None else self._lost
        structlog.get_logger().warning("the database is away", database=self._where, reason=reason, cause=cause)

    def _answers_since(self) -> float:
        """When it came back, if it answers now: each write that goes well says so, and is no return."""
        return self.health.since if self.health.readable else trio.current_time()

    def _set(self, health: Health) -> None:
        if self.closed or (health == self.health and self._refusal is None):
            return
        self.health = health
        self._changed.unpark_all()

    def require_ok(self) -> None:
        """Raise `Unavailable` unless the database answered last time."""
        if not self.health.ok:
            raise Unavailable(self.health.reason or REFUSED, reason="storage_full" if self.health.full else "database")

    def require_readable(self) -> None:
        """Raise `Unavailable` unless the database answered last time, or said only that its disk is full."""
        if not self.health.readable:
            self.require_ok()

    def require_migrated(self) -> None:
        """Raise `Unavailable` unless the database has been ready once and is not closed."""
        if not self.migrated or self.closed:
            raise Unavailable(self.health.reason or REFUSED, reason="database")

    async def wait_ready(self) -> None:
        """Return once the database answers. Before it has answered once, raise `StartError` when it is known that it
        won't; later on that is waited for as well, since work goes on that must be stored."""
        while not self.health.ok:
            if self._refusal is not None and not self.migrated:
                raise self._refusal
            await self._changed.park()

    async def wait_away(self) -> None:
        """Return once the database does not answer."""
        while self.health.ok:
            await self._changed.park()


class SupervisedDatabase(Database):
    """A database with a background task that makes it ready and does so again after each failure."""

    def __init__(self, kind: str, where: str = "") -> None:
        self._state = Readiness(kind, where)

    def health(self) -> Health:
        return self._state.health

    async def wait_ready(self) -> None:
        await self._state.wait_ready()

    @abstractmethod
    async def start(self) -> None:
        """Take what is needed before the first transaction; must not wait for the database."""

    @abstractmethod
    async def attempt(self) -> None:
        """Connect, migrate, and prove that it can be written to. Raises `Unavailable` or `StartError`."""

    @abstractmethod
    async def finish(self) -> None:
        """Let running transactions end, within a bound, and close everything. Called shielded, once."""

    async def tend(self) -> None:
        """Look after what is stored, now and then, until cancelled; nothing to do where it returns at once."""

    async def supervise(self) -> None:
        """Run until cancelled: whenever the database is away, try to get it back."""
        pause = FIRST_PAUSE
        while True:
            await self._state.wait_away()
            try:
                with self._state.noting_failures():
                    await self.attempt()
            except Unavailable:
                await trio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._state.back()
                pause = FIRST_PAUSE


@asynccontextmanager
async def running(database: SupervisedDatabase, troubles: Troubles | None = None) -> AsyncIterator[Database]:
    """`database` with its background task; finished when the block is left, however it is left."""
    try:
        async with trio.open_nursery() as nursery:
            await database.start()
            supervisor = Supervisor(nursery, troubles)
            supervisor.keep("database", database.supervise)
            supervisor.keep("tending the database", database.tend)
            try:
                yield database
            finally:
                nursery.cancel_scope.cancel()
                with trio.CancelScope(shield=True):  # bounded by `finish` itself
                    await database.finish()
    except BaseExceptionGroup as group:
        if len(group.exceptions) == 1:  # the block's own exception, which a nursery would hand on in a group
            raise group.exceptions[0] from group.exceptions[0].__cause__
        raise
