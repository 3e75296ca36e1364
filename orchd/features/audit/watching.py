"""Log-ins in the audit log: whoever finds out who somebody is, watched at the one door that all log-ins pass."""

from contextlib import suppress

from orchd.access.authenticator import Authenticator, ExternalEntry, ExternalUser, LiveConnection, LogIn, Visitor
from orchd.errors import Conflict, Forbidden, Invalid, OrchdError, RateLimited, Unauthorized
from orchd.features.audit.entries import NAME_CHARACTERS, Actor, AuditAction, identity_actor
from orchd.features.audit.service import Audit
from orchd.protocol.identity import Identity


class WatchedAuthenticator:
    """An authenticator whose log-ins and log-outs are noted, failed ones too. Satisfies `Authenticator`."""

    def __init__(self, inner: Authenticator, audit: Audit) -> None:
        self._inner = inner
        self._audit = audit

    @property
    def users_exist(self) -> bool | None:
        return self._inner.users_exist

    @property
    def owner_may_ask(self) -> bool:
        return self._inner.owner_may_ask

    async def by_nothing(self) -> Identity:
        return await self._inner.by_nothing()

    async def by_token(self, token: str) -> Identity:
        return await self._inner.by_token(token)

    async def by_cookie(self, cookie: str) -> Identity:
        return await self._inner.by_cookie(cookie)

    async def by_name(self, name: str) -> Identity:
        return await self._inner.by_name(name)

    async def log_in(self, name: str, password: str, visitor: Visitor) -> LogIn:
        try:
            entered = await self._inner.log_in(name, password, visitor)
        except Unauthorized:
            # Under one name for all: what is typed as a name may be the password.
            self._audit.note(Actor(None, "", None, visitor.address), AuditAction("login", "user", outcome="refused"))
            raise
        self._note(entered.identity, visitor.address, "login")
        return entered

    async def log_out(self, cookie: str, visitor: Visitor) -> None:
        who: Identity | None = None
        with suppress(OrchdError):
            who = await self._inner.by_cookie(cookie)
        await self._inner.log_out(cookie, visitor)
        if who is not None:
            self._note(who, visitor.address, "logout")

    async def set_up(self, token: str, name: str, password: str, visitor: Visitor) -> None:
        stranger = Actor(None, name[:NAME_CHARACTERS], None, visitor.address)
        try:
            await self._inner.set_up(token, name, password, visitor)
        except (Unauthorized, RateLimited):
            self._audit.note(stranger._replace(name=""), AuditAction("setup", "user", outcome="refused"))
            raise
        self._audit.note(stranger, AuditAction("setup", "user", name))

    def follow(self, live: LiveConnection, who: Identity) -> None:
        self._inner.follow(live, who)

    def forget(self, live: LiveConnection) -> None:
        self._inner.forget(live)

    def _note(self, who: Identity, address: str, action: str) -> None:
        actor = identity_actor(who, address)
        self._audit.note(actor, AuditAction(action, "user", who.user_id, who.user_id))


class WatchedEntry:
    """The same for those whom a login provider has recognised. Satisfies `ExternalEntry`."""

    def __init__(self, inner: ExternalEntry, audit: Audit) -> None:
        self._inner = inner
        self._audit = audit

    async def enter(self, person: ExternalUser, visitor: Visitor, *, create: bool) -> LogIn:
        try:
            entered = await self._inner.enter(person, visitor, create=create)
        except (Unauthorized, Forbidden, Conflict, Invalid):
            stranger = Actor(None, person.name[:NAME_CHARACTERS], None, visitor.address)
            self._audit.note(stranger, AuditAction("login", "user", outcome="refused"))
            raise
        who = entered.identity
        self._audit.note(identity_actor(who, visitor.address), AuditAction("login", "user", who.user_id, who.user_id))
        return entered
