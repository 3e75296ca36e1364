"""Who somebody is, and what becomes of that: the door's object, which satisfies `Authenticator`.

Whoever shows a token or a cookie is looked up once; then that is kept, and so is every open connection, until something
changes. What this run changes it applies before its reply; what other runs change stands in `access_change`, and is
looked for each second. What is kept lets nobody in when that look is late: then the database is asked, and if it is
away, nobody is let in.
"""

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias, TypeVar

import structlog
import trio

from orchd.access.authenticator import ExternalUser, LiveConnection, LogIn, Visitor
from orchd.access.names import user_name
from orchd.access.passwords import needs_rehash, password_flaw
from orchd.access.setup_token import SetupToken
from orchd.access.strict_clock import StrictClock
from orchd.access.tokens import cookie_hash, is_cookie, is_token, new_cookie, token_hash
from orchd.clock import unix_now
from orchd.errors import Invalid, Unauthorized, Unavailable
from orchd.features.audit import Actor
from orchd.features.people.admissions import Admissions
from orchd.features.people.external_users import ExternalUsers
from orchd.features.people.first_user import FRESH_SECONDS, FirstUser
from orchd.features.people.hashing import PasswordHashing
from orchd.features.people.lives import ChangeResult, Lives, no_local_owner_error
from orchd.features.people.store.auditing import audited_creation
from orchd.features.people.store.change_queries import note_change
from orchd.features.people.store.queries import (
    USERS,
    UserDraft,
    UserRow,
    find_to_log_in,
    is_there_any,
    note_seen,
)
from orchd.features.people.store.session_queries import SessionDraft, add_session, end_session_of
from orchd.features.people.store.standing_queries import (
    Admission,
    Standing,
    admission_by_cookie,
    admission_by_name,
    admission_by_token,
    standing_of,
    standings_of,
)
from orchd.features.people.store.user_changes import NewPassword, create_first_user, create_user
from orchd.features.people.uses import Uses
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from orchd.protocol.router import Peer
from orchd.reasons import Reason
from orchd.settings.people import PeopleSettings
from orchd.storage import Database, Steps
from orchd.wakeup import Signal

T = TypeVar("T")
LookUp: TypeAlias = Callable[[], Steps[Admission | None]]

ASK_SECONDS, AWAY_SECONDS = 5.0, 1.0
"""How long whoever comes waits to hear whether there is a user: of a database that answers others, and of none."""

_HOUR_MS = 3_600_000
_WRONG = "the name or the password is wrong"
_NOT_KNOWN = "the {} is not valid, or not any more"


class People:
    """Everybody who may come in, as this run knows them. `watching.AccessWatch` keeps it true."""

    def __init__(
        self,
        database: Database,
        key: Callable[[], Awaitable[bytes]],
        settings: PeopleSettings,
        clock: StrictClock | None = None,
    ) -> None:
        """`key` gives the key under which tokens are hashed; it raises `Unavailable`."""
        self.database = database
        self.clock = clock or StrictClock(unix_now, time.monotonic)
        self.hashing = PasswordHashing()
        self.admissions = Admissions()
        self.lives = Lives()
        self.unsure = set[int]()
        """Users who must be looked up, since something may have changed unheard while they were let in."""
        self.looked_at = float("-inf")
        """When the last look at the changes that succeeded began, by Trio's clock."""
        self.wake = Signal()
        """Set when somebody is `unsure`."""
        self.uses = Uses()
        self.key = key
        self._settings = settings
        self._first_user = FirstUser(lambda: health.since if (health := database.health()).readable else None)
        self._asking = trio.Lock()
        self._setup: SetupToken | None = None
        self._external_users = ExternalUsers(database, self.clock, self.create, self.change)
        self.changing = trio.Lock()
        """Held from a write until this run's connections know of it, and by who tells them what was read: else the one
        that asked for a change may be ended before its reply."""

    @property
    def users_exist(self) -> bool | None:
        """Whether there was a user when that was last known; None: it never was. Once there is one, there always is."""
        return self._first_user.exists

    @property
    def owner_may_ask(self) -> bool:
        return self._first_user.is_missed

    @property
    def idle_ms(self) -> int:
        """Milliseconds after which a web session that is not used ends."""
        return self._settings.session_idle_hours * _HOUR_MS

    @property
    def stranger(self) -> Identity:
        """Who shows nothing is, as far as is known now."""
        if self.users_exist:
            return NOBODY
        return LOCAL if self._first_user.is_surely_missing else UNDECIDED

    async def by_nothing(self) -> Identity:
        if self.users_exist is False and not self._first_user.is_surely_missing:
            came = trio.current_time()
            patience = ASK_SECONDS if self.database.health().readable else AWAY_SECONDS
            with trio.move_on_after(patience), suppress(Unavailable):
                await self._ask_for_users(came)
            if self._first_user.was_missing_at(came):
                return LOCAL
        return self.stranger

    async def _ask_for_users(self, came: float) -> None:
        """Find out whether there is a user for somebody who came at that time; many at once ask once. Raises
        `Unavailable`."""
        async with self._asking:
            if self.stranger.undecided and not self._first_user.was_missing_at(came):
                began = trio.current_time()
                await self.learn_users(exist=await self.database.read(is_there_any), asked_at=began)

    def note_users(self, *, exist: bool, asked_at: float, own: Peer | None = None) -> Callable[[], None] | None:
        """Learn whether there is a user, from the database, which was asked then by Trio's clock.

        With the first one the local owner's connections end, as in `Lives.apply`.
        """
        before = self.users_exist
        self._first_user.note(exists=exist, asked_at=asked_at)
        if not self.stranger.undecided:
            self.lives.decide(self.stranger)
        if exist and before is False:
            structlog.get_logger().info("there is a user now: everybody has to say who they are")
        return self.lives.end_local(own) if exist and not before else None

    async def learn_users(self, *, exist: bool, asked_at: float) -> None:
        """Note what was read while nobody changed it. Waits only for somebody who does."""
        if not self.changing.locked():
            self.note_users(exist=exist, asked_at=asked_at)
            return
        async with self.changing:
            self.note_users(exist=exist, asked_at=asked_at)

    def lose_sight(self) -> None:
        """Changes could not be looked for: from now on it isn't known whether somebody has made the first user."""
        self._first_user.lose()

    async def by_token(self, token: str) -> Identity:
        if not is_token(token):
            raise Unauthorized(_NOT_KNOWN.format("token"), reason="unknown_login")
        hashed = token_hash(await self.key(), token)
        return await self._admit(hashed, lambda: admission_by_token(hashed), "token")

    async def by_cookie(self, cookie: str) -> Identity:
        if not is_cookie(cookie):
            raise Unauthorized(_NOT_KNOWN.format("session"), reason="unknown_login")
        hashed = cookie_hash(await self.key(), cookie)
        # What has ended by time is known for long, so that somebody has ended one that isn't.
        return await self._admit(hashed, lambda: admission_by_cookie(hashed), "session", "session_ended")

    async def by_name(self, name: str) -> Identity:
        try:
            spelled = user_name(name)
        except Invalid:
            raise Unauthorized(_NOT_KNOWN.format("proxy's user"), reason="unknown_login") from None
        return await self._admit(f"name:{spelled}", lambda: admission_by_name(spelled), "proxy's user")

    async def _admit(self, shown: str, look_up: LookUp, what: str, unknown: Reason = "unknown_login") -> Identity:
        fresh = self.database.health().readable and trio.current_time() - self.looked_at <= FRESH_SECONDS
        admission = self.admissions.find(shown) if fresh else None
        if admission is None or self.is_over(admission):  # what is kept doesn't know of uses that are stored
            generation = self.admissions.generation
            admission = await self.database.read(look_up)
            if admission is not None:
                self.admissions.keep(shown, admission, generation)
        if admission is None or self.is_over(admission):  # whoever has the whole secret may know that it was right
            raise Unauthorized(_NOT_KNOWN.format(what), reason=unknown if admission is None else "session_expired")
        self.uses.note(admission.identity, self.clock.now())
        return admission.identity

    def is_over(self, admission: Admission) -> bool:
        """Whether an admission has ended by time."""
        now, seen_at = self.clock.now(), admission.seen_at
        if seen_at is not None and max(seen_at, self.uses.last_of(admission.identity)) + self.idle_ms <= now:
            return True
        return admission.expires_at is not None and admission.expires_at <= now

    async def log_in(self, name: str, password: str, visitor: Visitor) -> LogIn:
        try:
            spelled = user_name(name)
        except Invalid:
            spelled = ""  # nobody's: it is looked up all the same, so that it takes as long
        user = await self.database.read(find_to_log_in, spelled)
        stored = None if user is None or user.disabled else user.password_hash
        right = await self.hashing.is_right(stored, password)
        if not right or user is None or stored is None:
            raise Unauthorized(_WRONG, reason="wrong_login")
        if needs_rehash(stored):
            anew = await self.hashing.hash(password)
            await self.database.write(_replace_hash, user.id, stored, anew)
            stored = anew
        return await self._begin_session(user.id, stored, visitor)

    async def log_in_as(self, user_id: int, visitor: Visitor) -> LogIn:
        return await self._begin_session(user_id, None, visitor)

    async def enter(self, person: ExternalUser, visitor: Visitor, *, create: bool) -> LogIn:
        user = await self._external_users.find(person, visitor, create=create)
        return await self.log_in_as(user.id, visitor)

    async def _begin_session(self, user_id: int, stored: str | None, visitor: Visitor) -> LogIn:
        cookie, now = new_cookie(), self.clock.now()
        hashed = cookie_hash(await self.key(), cookie)
        seconds = self._settings.session_hours * 3600
        draft = SessionDraft(user_id, hashed, visitor.address[:64], visitor.agent[:256], now, now + seconds * 1000)
        generation = self.admissions.generation
        admission = await self.database.write(_store_session, draft, stored, now)
        if admission is None:
            raise Unauthorized(_WRONG, reason="wrong_login")
        self.admissions.keep(hashed, admission, generation)
        return LogIn(admission.identity, cookie, seconds)

    async def log_out(self, cookie: str, visitor: Visitor) -> None:
        if not is_cookie(cookie):
            return
        hashed = cookie_hash(await self.key(), cookie)
        async with self.changing:
            standing = await self.database.write(_end_session, hashed, self.clock.now())
            if standing is not None:
                self.apply(standing)

    def offer_set_up(self, token: str | None) -> str:
        """Let the first user be made by a one-time token, for an hour; return it. None: a random one."""
        self._setup = SetupToken(token, self.clock)
        return self._setup.text

    async def set_up(self, token: str, name: str, password: str, visitor: Visitor) -> None:
        if self._setup is None or not self._setup.is_right(token):
            raise Unauthorized(
                "the setup link is not valid any more; see the daemon's log for a new one", reason="setup_link"
            )
        spelled = user_name(name, "$.name")
        check_password(password, spelled, "$.password")
        hashed = await self.hashing.hash(password)
        draft = UserDraft(spelled, "admin", hashed)
        async with self.changing:
            await self.database.write(create_first_user, draft, self.clock.now())
            self._setup.spend()
            self.note_users(exist=True, asked_at=trio.current_time())

    def follow(self, live: LiveConnection, who: Identity) -> None:
        if who.user_id == LOCAL.user_id and self.users_exist:
            live.become(NOBODY)  # the first user came between the greeting and this
            live.end(no_local_owner_error())
            return
        admission = self.admissions.of(who)
        self.lives.follow(live, admission or Admission(who))
        if who.undecided and not self.stranger.undecided:
            self.lives.decide(self.stranger)
        elif admission is None and who.user_id > 0:
            self.unsure.add(who.user_id)
            self.wake.set()

    def forget(self, live: LiveConnection) -> None:
        self.lives.forget(live)

    def tell(self, user_id: int, frame: bytes) -> None:
        """Send a frame to all connections of a user here that may read. Never waits."""
        for peer in self.lives.readers(user_id):
            peer.put(frame)

    async def create(
        self, draft: UserDraft, by: Actor, own: Peer | None, *, first: bool = False
    ) -> ChangeResult[UserRow]:
        """Make a user; with `first` only if there is none. Raises as `create_user` does; `own` is as in `change`."""
        steps, now = create_first_user if first else create_user, self.clock.now()
        async with self.changing:
            row = await self.database.write(audited_creation, lambda: steps(draft, now), by, now)
            return ChangeResult(row, self.note_users(exist=True, asked_at=trio.current_time(), own=own))

    async def change(self, user_id: int, own: Peer | None, steps: Callable[[], Steps[T]]) -> ChangeResult[T]:
        """Run steps that change something about a user, and apply it to this run's connections before this returns.

        `own` is the connection that asks: if it is among those that end, that is left to `ChangeResult.end_own`. Raises
        what the steps do.
        """
        async with self.changing:
            value, standing = await self.database.write(_with_standing, user_id, steps)
            return ChangeResult(value, self.apply(standing, own))

    async def change_memberships(self, steps: Callable[[], Steps[tuple[T, set[int]]]]) -> T:
        """Run steps that give something, and the users who see or change other rows from then on; tell the other runs,
        and this run's connections before this returns. Raises what the steps do."""
        async with self.changing:
            known = self.lives.users() | self.admissions.users()
            value, standings = await self.database.write(_with_standings, steps, known, self.clock.now())
            for standing in standings.values():
                self.apply(standing)
            return value

    def apply(self, standing: Standing, own: Peer | None = None) -> Callable[[], None] | None:
        """Let this run's connections know how a user stands, as `Lives.apply` says."""
        self.admissions.drop([standing.user_id])
        return self.lives.apply(standing, own)


def check_password(password: str, name: str, path: str) -> None:
    """Raise `Invalid` for a password that is not taken."""
    if flaw := password_flaw(password, name):
        raise flaw.error(path)


def _with_standing(user_id: int, steps: Callable[[], Steps[T]]) -> Steps[tuple[T, Standing]]:
    value = yield from steps()
    return value, (yield from standing_of(user_id))


def _with_standings(
    steps: Callable[[], Steps[tuple[T, set[int]]]], known: set[int], now: int
) -> Steps[tuple[T, dict[int, Standing]]]:
    value, concerned = yield from steps()
    for user_id in sorted(concerned):
        yield from note_change(user_id, now)
    return value, (yield from standings_of(sorted(concerned & known)))


def _replace_hash(user_id: int, old: str, new: str) -> Steps[None]:
    """Store a hash of the same password, unless there is another password by now."""
    user = yield from USERS.find(user_id)
    if user is not None and user.password_hash == old:
        yield from USERS.set(user_id, None, NewPassword(new))


def _store_session(draft: SessionDraft, stored: str | None, now: int) -> Steps[Admission | None]:
    """Store a web session; None where the user was disabled, deleted or given another password meanwhile."""
    user = yield from USERS.find(draft.user_id)
    if user is None or user.disabled or (stored is not None and user.password_hash != stored):
        return None
    yield from add_session(draft, now)
    yield from note_seen(user.id, now)
    return (yield from admission_by_cookie(draft.hash))


def _end_session(hashed: str, now: int) -> Steps[Standing | None]:
    user_id = yield from end_session_of(hashed)
    if user_id is None:
        return None
    yield from note_change(user_id, now)
    return (yield from standing_of(user_id))
