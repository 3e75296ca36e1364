"""Finding out who somebody is, as the server needs it: satisfied by the feature that knows people and their tokens."""

from typing import NamedTuple, Protocol

from orchd.errors import Unauthorized
from orchd.protocol.identity import Identity, UserRole
from orchd.protocol.router import Peer


class Visitor(NamedTuple):
    """From where somebody logs in: the client's address, and what its browser says of itself. For people to read."""

    address: str
    agent: str


class LogIn(NamedTuple):
    """A web session that has begun: its secret, which is told once, and for how many seconds it lasts at most."""

    identity: Identity
    cookie: str
    seconds: int


class ExternalUser(NamedTuple):
    """A person as a login provider knows them: by (issuer, subject), and nothing else."""

    issuer: str
    subject: str
    name: str
    """For a user who is new here; may be empty."""
    role: UserRole | None
    """None: refused."""
    decides_role: bool
    """Whether the role is the provider's to say, also of a user who is known."""


class LiveConnection(Protocol):
    """A connection that is told what becomes of the one who opened it."""

    @property
    def peer(self) -> Peer:
        """Where its frames go: by it a request knows its own connection."""

    def become(self, who: Identity) -> None:
        """From now on it is this who asks: with fewer rights, perhaps, or nobody. Does not wait."""

    def end(self, why: Unauthorized) -> None:
        """Say why, and close with 4500 `unauthorized`. Does not wait."""


class Authenticator(Protocol):
    """Tells who shows something, and keeps that true while a connection lives.

    What looks somebody up raises `Unauthorized`, with one text whatever is wrong, and `Unavailable` while the database
    is away: nobody is let in by what was known before.
    """

    @property
    def users_exist(self) -> bool | None:
        """Whether everybody has to be somebody, as far as was last known; None: the database was never reached."""

    @property
    def owner_may_ask(self) -> bool:
        """Whether an open connection of the local owner's may ask for something: not while it isn't known whether
        another daemon run has made the first user."""

    async def by_nothing(self) -> Identity:
        """Return who shows nothing: `LOCAL` while there is no user, else `NOBODY`; `UNDECIDED` while that is not known,
        since the database is away. Takes some seconds at most."""

    async def by_token(self, token: str) -> Identity:
        """Return whose API token this is."""

    async def by_cookie(self, cookie: str) -> Identity:
        """Return whose web session this is."""

    async def by_name(self, name: str) -> Identity:
        """Return the user whom a trusted proxy names."""

    async def log_in(self, name: str, password: str, visitor: Visitor) -> LogIn:
        """Begin a web session. An unknown name takes as long as a wrong password. Raises `Busy`, too."""

    async def log_out(self, cookie: str, visitor: Visitor) -> None:
        """End a web session and its connections. One that is unknown has ended already."""

    async def set_up(self, token: str, name: str, password: str, visitor: Visitor) -> None:
        """Make the first user, an admin, by the one-time token of the setup page.

        Raises `Unauthorized` for a wrong or spent token, `Conflict` once there is a user, `Invalid` for a name or a
        password that is not taken.
        """

    def follow(self, live: LiveConnection, who: Identity) -> None:
        """Tell a connection from now on what becomes of `who`; in place of whom it was followed for before."""

    def forget(self, live: LiveConnection) -> None:
        """The connection has ended."""


class ExternalEntry(Protocol):
    """Lets in whom a login provider has recognised; satisfied by the same feature."""

    async def enter(self, person: ExternalUser, visitor: Visitor, *, create: bool) -> LogIn:
        """Begin a web session of whom a login provider knows; `create`: make a user of who is new here.

        Raises `Forbidden` for who has no role or is no user, `Conflict` when a new one's name is another user's,
        `Invalid` for a name that is none, or for a first user who is no admin.
        """
