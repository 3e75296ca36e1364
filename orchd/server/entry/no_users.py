"""A daemon that has no list of users: whoever reaches it is the local owner."""

from typing import NoReturn

from orchd.access.authenticator import LiveConnection, Visitor
from orchd.errors import Unauthorized
from orchd.protocol.identity import LOCAL, Identity


class NoUsers:
    """Recognises nobody by what they show. Satisfies `orchd.access.authenticator.Authenticator`."""

    users_exist = False

    def by_nothing(self) -> Identity:
        """The local owner."""
        return LOCAL

    async def by_token(self, token: str) -> Identity:
        """Nobody has a token."""
        return _refuse()

    async def by_cookie(self, cookie: str) -> Identity:
        """Nobody has a cookie."""
        return _refuse()

    async def by_name(self, name: str) -> Identity:
        """Nobody has a name."""
        return _refuse()

    async def log_in(self, name: str, password: str, visitor: Visitor) -> NoReturn:
        """Nobody has a password."""
        _refuse()

    async def log_out(self, cookie: str) -> None:
        """There is nothing to end."""

    async def set_up(self, token: str, name: str, password: str) -> None:
        """There is no link to set it up by."""
        _refuse()

    def follow(self, live: LiveConnection, who: Identity) -> None:
        """Nothing becomes of anybody."""

    def forget(self, live: LiveConnection) -> None:
        """Nobody is followed."""


def _refuse() -> NoReturn:
    raise Unauthorized("there are no users here")
