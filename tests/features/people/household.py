"""People with a database, and connections that note what they are told."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import ParamSpec, TypeVar

import trio

from orchd.access.authenticator import Visitor
from orchd.access.passwords import hash_password
from orchd.access.strict_clock import StrictClock
from orchd.access.tokens import new_token, token_hash
from orchd.errors import Unauthorized, Unavailable
from orchd.features.people.service import People
from orchd.features.people.store.queries import UserDraft, UserRow
from orchd.features.people.store.token_queries import TokenDraft, add_token
from orchd.features.people.store.user_changes import create_user
from orchd.features.people.watching import AccessWatch
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import Identity, UserRole
from orchd.protocol.router import Peer
from orchd.settings.people import PeopleSettings
from orchd.storage import Database, Health, Steps

P = ParamSpec("P")
T = TypeVar("T")

KEY = b"k" * 32
PASSWORD = "seven wet umbrellas"
VISITOR = Visitor("192.0.2.7", "a browser")
NOW = 1_800_000_000_000


class SilentPeer:
    """Somewhere to put frames."""

    congested = False

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def put(self, frame: bytes) -> None:
        self.frames.append(frame)

    def gather(self) -> AbstractContextManager[None]:
        """Send nothing later than at once."""
        return nullcontext()

    def put_latest(self, key: str, frame: bytes) -> None:
        self.frames.append(frame)

    def when_drained(self, callback: Callable[[], None]) -> None:
        callback()


class Live:
    """A connection: who it was, in order, and whether it was ended."""

    def __init__(self) -> None:
        self.peer: Peer = SilentPeer()
        self.became: list[Identity] = []
        self.why: str | None = None
        self.told, self.over = trio.Event(), trio.Event()

    def become(self, who: Identity) -> None:
        self.became.append(who)
        self.told.set()

    def end(self, why: Unauthorized) -> None:
        self.why = why.reason
        self.over.set()

    @property
    def ended(self) -> bool:
        return self.over.is_set()


class Wall:
    """A wall clock and a steady one, both set by hand."""

    def __init__(self) -> None:
        self.ms, self.steady = NOW, 0.0

    def clock(self) -> StrictClock:
        return StrictClock(lambda: self.ms, lambda: self.steady)

    def pass_by(self, seconds: float) -> None:
        self.ms, self.steady = self.ms + round(seconds * 1000), self.steady + seconds


@cache
def stored_password() -> str:
    """The hash of `PASSWORD`, made once."""
    return hash_password(PASSWORD)


class Household:
    """One daemon run's knowledge of people, looked at by hand."""

    def __init__(self, database: Database, wall: Wall | None = None) -> None:
        self.wall = wall or Wall()
        self.people = People(database, self._key, PeopleSettings(), clock=self.wall.clock())
        self.watch = AccessWatch(self.people)

    async def _key(self) -> bytes:
        await trio.lowlevel.checkpoint()
        return KEY

    async def add(self, name: str, role: UserRole = "member") -> UserRow:
        """A user with a password, made as another run would: this one hears of it at its next look."""
        return await self.people.database.write(create_user, UserDraft(name, role, stored_password()), self.wall.ms)

    async def token(self, user: UserRow, *, expires_at: int | None = None) -> str:
        """A token of a user."""
        token = new_token()
        draft = TokenDraft(user.id, "script", token_hash(KEY, token), token[-4:], ["chat"], None, False, expires_at)
        await self.people.database.write(add_token, draft, self.wall.ms)
        return token

    def connect(self, who: Identity) -> Live:
        """A connection of somebody."""
        live = Live()
        self.people.follow(live, who)
        return live


def households(database: Database, count: int) -> Iterator[Household]:
    """Several daemon runs on one database."""
    wall = Wall()
    return (Household(database, wall) for _ in range(count))


class Counting(Database):
    """A database whose reads are counted, and that can be taken away."""

    def __init__(self, database: Database) -> None:
        self.database, self.reads, self.away = database, 0, False

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        self._check()
        self.reads += 1
        return await self.database.read(steps, *args, **kwargs)

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        self._check()
        return await self.database.write(steps, *args, **kwargs)

    def health(self) -> Health:
        return self.database.health()

    async def wait_ready(self) -> None:
        await self.database.wait_ready()

    def _check(self) -> None:
        if self.away:
            raise Unavailable("the database is away")


class Asking:
    """A request of somebody, as a handler is given it; `reply` is what the session does after its handler."""

    id = "1"
    over = False

    def __init__(self, who: Identity, live: Live | None = None) -> None:
        self.identity = who
        self.address = ""
        self.peer: Peer = SilentPeer() if live is None else live.peer
        self._after: list[Callable[[], None]] = []

    def emit(self, kind: FrameType[Payload], payload: Payload) -> None:
        raise AssertionError("these handlers send nothing but their reply")

    def after_reply(self, callback: Callable[[], None]) -> None:
        self._after.append(callback)

    def on_cancel(self, cancel: Callable[[], Awaitable[None]]) -> None:
        raise AssertionError("these handlers are cancelled as they are")

    def reply(self) -> None:
        """The final frame has been put."""
        for callback in self._after:
            callback()
