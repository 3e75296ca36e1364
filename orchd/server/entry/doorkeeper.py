"""Who comes in: what was shown is brought to the `Authenticator`, and wrong guesses are slowed down.

Nobody is taken for the local owner who is not on this machine.
"""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from hashlib import blake2b
from secrets import token_bytes

import trio

from orchd.access.addresses import ClientFacts, customer_network, reachable_network
from orchd.access.authenticator import Authenticator, LiveConnection, LogIn, Visitor
from orchd.access.names import user_name
from orchd.access.throttle import Delays, Throttle
from orchd.errors import Forbidden, Invalid, OrchdError, Unauthorized
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from orchd.server.entry.credentials import Credentials
from orchd.server.entry.strangers import StrangersLine

PASSWORD_DELAYS = Delays(5, 1.0, 60.0), Delays(20, 1.0, 60.0)
"""After wrong log-ins: of one account from one address, and of one account or from one address altogether."""

TOKEN_DELAYS = Delays(10, 1.0, 10.0), Delays(50, 1.0, 10.0)
"""After wrong tokens and cookies: nobody guesses those, so that it only keeps the database from them."""


class Doorkeeper:
    """Recognises whoever comes. `insecure`: the operator says that whoever reaches the daemon may use it."""

    def __init__(self, authenticator: Authenticator, *, insecure: bool) -> None:
        self._authenticator = authenticator
        self.insecure = insecure
        self._passwords = Throttle(*PASSWORD_DELAYS)
        self._secrets = Throttle(*TOKEN_DELAYS)
        self._salt = token_bytes(16)
        self._strangers = StrangersLine()

    async def by_nothing(self, client: ClientFacts) -> Identity:
        """Return who somebody is who shows nothing.

        Raises `Forbidden` for whom a proxy on this machine speaks that is not known as one, while there is no user.
        """
        identity = await self._authenticator.by_nothing()
        if identity == LOCAL and not self.insecure and client.is_near and client.relayed:
            raise Forbidden(
                "while there is no user, only this machine is let in, and this request is a proxy's or asks for another"
                " host: name the proxy in server.trustedProxies, and make a user (orchd user add)",
                reason="no_users",
            )
        return self.identity_at(identity, client)

    @property
    def wants_first_user(self) -> bool:
        """Whether nobody but the local owner can be let in, since there is no user yet."""
        return self._authenticator.users_exist is False

    async def by_key(self, credentials: Credentials, client: ClientFacts) -> Identity:
        """Return whose program shows this. While there is no user, no key is anybody's, and programs have to show some
        all the same: the local owner's may be anything. Raises as `recognise` does."""
        if credentials.kind == "token":
            try:
                local = await self.by_nothing(client)
            except Forbidden:
                local = NOBODY
            if local == LOCAL:
                return local
        return await self.recognise(credentials, client)

    def asker(self, identity: Identity) -> Identity:
        """Who it is that asks now on a connection of theirs: the local owner's is held while it isn't known whether
        there are users by now."""
        return UNDECIDED if identity == LOCAL and not self._authenticator.owner_may_ask else identity

    def identity_at(self, identity: Identity, client: ClientFacts) -> Identity:
        """Who somebody there is: the local owner only on this machine, unless anybody may be."""
        return identity if identity != LOCAL or self.insecure or client.is_local else NOBODY

    async def recognise(self, credentials: Credentials, client: ClientFacts) -> Identity:
        """Return who shows this. A cookie that is none is nothing, since daemons on one machine are sent each other's;
        whose time is over is told so.

        Raises `Unauthorized`, `RateLimited`, `Unavailable` or `Busy`, and as `by_nothing` does.
        """
        match credentials.kind:
            case "token":
                return await self.by_token(credentials.value, client)
            case "name":
                return await self._authenticator.by_name(credentials.value)
            case "cookie":
                try:
                    return await self._look(credentials.value, client, self._authenticator.by_cookie)
                except Unauthorized as refused:
                    identity = await self.by_nothing(client)
                    if identity == NOBODY and refused.reason is not None:
                        raise
                    return identity
            case _:
                return await self.by_nothing(client)

    async def by_token(self, token: str, client: ClientFacts) -> Identity:
        """Return whose token it is. Raises as `recognise` does."""
        return await self._look(token, client, self._authenticator.by_token)

    async def log_in(self, name: str, password: str, client: ClientFacts, agent: str) -> LogIn:
        """Begin a web session. Raises as `recognise` does, the same for a name that there isn't.

        `agent` is what the browser says of itself, for the list of sessions.
        """
        visitor = _visitor(client, agent)
        return await self._guess(_account(name), client, lambda: self._authenticator.log_in(name, password, visitor))

    async def set_up(self, setup_token: str, name: str, password: str, client: ClientFacts, agent: str) -> LogIn:
        """Make the first user, and log them in. Raises as `recognise` does, and `Conflict` and `Invalid`."""

        visitor = _visitor(client, agent)

        async def make() -> LogIn:
            await self._authenticator.set_up(setup_token, name, password, visitor)
            return await self._authenticator.log_in(name, password, visitor)

        return await self._guess(None, client, make)

    async def log_out(self, cookie: str, client: ClientFacts) -> None:
        """End a web session. Raises as `recognise` does: nothing is looked for in vain without being counted."""
        await self._look(cookie, client, self._authenticator.by_cookie)
        await self._authenticator.log_out(cookie, _visitor(client))

    def follow(self, live: LiveConnection, who: Identity) -> None:
        """Tell a connection from now on what becomes of whose it is."""
        self._authenticator.follow(live, who)

    def forget(self, live: LiveConnection) -> None:
        """The connection has ended. Idempotent."""
        self._authenticator.forget(live)

    async def _look(self, secret: str, client: ClientFacts, look: Callable[[str], Awaitable[Identity]]) -> Identity:
        """Look whose a secret is. Only wrong ones count, and only once they are known to be: after a restart hundreds
        of right ones may come at once."""
        account, address = blake2b(secret.encode(), key=self._salt, digest_size=16).digest(), _place(client)
        self._secrets.check(account, address, trio.current_time())
        try:
            identity = await look(secret)
        except Unauthorized:
            self._secrets.count(account, address, trio.current_time())
            raise
        self._secrets.remember(account, address)
        return identity

    async def _guess(self, account: str | None, client: ClientFacts, look: Callable[[], Awaitable[LogIn]]) -> LogIn:
        """Try a password. It is counted as wrong when it comes: it may have to wait, and many may come at once."""
        address = _place(client)
        self._passwords.check(account, address, trio.current_time())
        known = self._passwords.is_known(account, address)
        if not known:
            self._strangers.require_place(_network(client))
        guess = self._passwords.count(account, address, trio.current_time())
        try:  # who was right there before waits for no stranger
            async with nullcontext() if known else self._strangers.turn(_network(client)):
                entered = await look()
        except Unauthorized:
            raise
        except OrchdError:
            guess.take_back()
            raise
        guess.take_back()
        self._passwords.remember(account, address)
        return entered


def _visitor(client: ClientFacts, agent: str = "") -> Visitor:
    return Visitor(client.label or "", agent)


def _place(client: ClientFacts) -> str:
    return "" if client.address is None else str(reachable_network(client.address))


def _network(client: ClientFacts) -> str:
    return "" if client.address is None else str(customer_network(client.address))


def _account(name: str) -> str:
    """One account for all spellings of a name, as the log-in reads it: else each spelling had guesses of its own."""
    try:
        return user_name(name)
    except Invalid:
        return name
