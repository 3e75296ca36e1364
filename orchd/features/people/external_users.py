"""Those whom a login provider knows: which user each of them is, made for them if that is wanted, in the role that the
provider says."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

from orchd.access.authenticator import ExternalUser, Visitor
from orchd.access.names import user_name
from orchd.access.strict_clock import StrictClock
from orchd.errors import Conflict, Forbidden
from orchd.features.audit import Actor
from orchd.features.people.lives import ChangeResult
from orchd.features.people.store.auditing import audited_change
from orchd.features.people.store.queries import UserDraft, UserRow, find_by_subject
from orchd.features.people.store.user_changes import NewRole, update_user
from orchd.protocol.router import Peer
from orchd.storage import Database, Steps

CreateUser: TypeAlias = Callable[[UserDraft, Actor, Peer | None], Awaitable[ChangeResult[UserRow]]]
ChangeUser: TypeAlias = Callable[[int, Peer | None, Callable[[], Steps[UserRow]]], Awaitable[ChangeResult[UserRow]]]


class ExternalUsers:
    """Finds users by what a login provider says; `create` makes one and `change` changes one, as `People` does."""

    def __init__(self, database: Database, clock: StrictClock, create: CreateUser, change: ChangeUser) -> None:
        self._database, self._clock = database, clock
        self._create, self._change = create, change

    async def find(self, person: ExternalUser, visitor: Visitor, *, create: bool) -> UserRow:
        """Return the user that somebody is, made now if there is none and `create` lets it. Raises `Forbidden` for
        somebody who is none, or has no role."""
        user = await self._database.read(find_by_subject, person.issuer, person.subject)
        if user is None and not create:
            raise Forbidden(
                "the login provider knows you, and you are no user here; an admin can link you to one",
                reason="not_linked",
            )
        decides = person.decides_role or user is None
        if decides and person.role is None:
            raise Forbidden("the login provider knows you, and gives you no role here", reason="not_linked")
        if user is None:
            return await self._make(person, visitor)
        if decides and person.role != user.role and not user.disabled:
            await self._follow_role(user, person, visitor)
        return user

    async def _make(self, person: ExternalUser, visitor: Visitor) -> UserRow:
        assert person.role is not None
        draft = UserDraft(user_name(person.name), person.role, None, person.issuer, person.subject)
        try:
            return (await self._create(draft, _by_provider(visitor), None)).value
        except Conflict:
            there = await self._database.read(find_by_subject, person.issuer, person.subject)
            if there is None:
                raise
            return there  # who opened two pages at once was made by the other one

    async def _follow_role(self, user: UserRow, person: ExternalUser, visitor: Visitor) -> None:
        """Give somebody the role that the provider says. The last admin stays one: somebody must be."""
        assert person.role is not None
        role, now, by = NewRole(person.role), self._clock.now(), _by_provider(visitor)

        def steps() -> Steps[UserRow]:
            return audited_change("user:update", user.id, lambda: update_user(user.id, role, now), by, now)

        try:
            await self._change(user.id, None, steps)
        except Conflict:
            structlog.get_logger().warning("the last admin keeps that role, whatever the login provider says")


def _by_provider(visitor: Visitor) -> Actor:
    return Actor(None, "login provider", None, visitor.address)
