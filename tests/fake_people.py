"""An `Authenticator` that a test fills by hand."""

import trio

from orchd.access.addresses import ClientFacts
from orchd.access.authenticator import LiveConnection, LogIn, Visitor
from orchd.errors import Conflict, OrchdError, Unauthorized
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.entrance import Arrival
from orchd.server.entry.gate import Gate
from orchd.server.entry.page import Pages
from orchd.server.entry.reception import Reception

SOMEWHERE = Arrival(LOCAL, ClientFacts())
"""Where it is of no matter who comes, and from where."""

ANA = Identity(1, "ana", "admin")
BOB = Identity(2, "bob", "member")
VIC = Identity(3, "vic", "viewer")


class FakePeople:
    """Who may come in, by what they show. Satisfies `orchd.access.authenticator.Authenticator`."""

    def __init__(self, *, users_exist: bool | None = False) -> None:
        self.users_exist = users_exist
        self.owner_may_ask = True
        self.tokens: dict[str, Identity] = {}
        self.cookies: dict[str, Identity] = {}
        self.names: dict[str, Identity] = {}
        self.over: set[str] = set()
        """Cookies of sessions whose time is over."""
        self.passwords: dict[tuple[str, str], Identity] = {}
        self.setup_token: str | None = None
        self.away: OrchdError | None = None
        """What every look raises instead."""
        self.looks: list[str] = []
        """What was looked up, so far."""
        self.visitors: list[Visitor] = []
        self.lives: dict[LiveConnection, Identity] = {}

    async def by_nothing(self) -> Identity:
        """Who shows nothing."""
        await trio.lowlevel.checkpoint()
        return self.stranger

    @property
    def stranger(self) -> Identity:
        """Who shows nothing."""
        return {None: UNDECIDED, False: LOCAL, True: NOBODY}[self.users_exist]

    async def by_token(self, token: str) -> Identity:
        """Who has this token."""
        await trio.lowlevel.checkpoint()
        return self._look("token", self.tokens.get(token))

    async def by_cookie(self, cookie: str) -> Identity:
        """Who has this cookie."""
        await trio.lowlevel.checkpoint()
        if cookie in self.over:
            raise Unauthorized("not known", reason="session_expired")
        return self._look("cookie", self.cookies.get(cookie))

    async def by_name(self, name: str) -> Identity:
        """Who has this name."""
        await trio.lowlevel.checkpoint()
        return self._look("name", self.names.get(name))

    async def log_in(self, name: str, password: str, visitor: Visitor) -> LogIn:
        """Give a cookie."""
        return self._enter(self._look("password", self.passwords.get((name, password))), visitor)

    async def log_out(self, cookie: str, visitor: Visitor) -> None:
        """Take a cookie back."""
        self.cookies.pop(cookie, None)

    async def set_up(self, token: str, name: str, password: str, visitor: Visitor) -> None:
        """Make the first user."""
        self._look("setup", LOCAL if token == self.setup_token else None)
        if self.users_exist:
            raise Conflict("there is a user already")
        self.users_exist = True
        self.passwords[name, password] = ANA

    def follow(self, live: LiveConnection, who: Identity) -> None:
        """Note who it is."""
        self.lives[live] = who

    def forget(self, live: LiveConnection) -> None:
        """Note that it has ended."""
        self.lives.pop(live, None)

    def decide(self, *, users_exist: bool) -> None:
        """Let it become known whether there are users."""
        self.users_exist = users_exist
        for live, who in self.lives.items():
            if who.undecided:
                live.become(self.stranger)

    def _look(self, kind: str, found: Identity | None) -> Identity:
        self.looks.append(kind)
        if self.away is not None:
            raise self.away
        if found is None:
            raise Unauthorized("what was shown is not valid")
        return found

    def _enter(self, who: Identity, visitor: Visitor) -> LogIn:
        self.visitors.append(visitor)
        cookie = f"{len(self.visitors):043}"
        self.cookies[cookie] = who
        return LogIn(who, cookie, 3600)


def make_reception(
    pages: Pages | None = None, people: FakePeople | None = None, *, gate: Gate | None = None, insecure: bool = True
) -> Reception:
    """A reception that lets in whoever `people` does; without any, everybody."""
    doorkeeper = Doorkeeper(people or FakePeople(), insecure=insecure)
    return Reception({} if pages is None else pages, gate or Gate([], []), doorkeeper)
