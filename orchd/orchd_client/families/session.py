"""Requests whose type begins with `session`."""

from __future__ import annotations

from ..data.session import SessionAuthenticate, SessionAuthenticated
from ..runtime.facts import Call
from ..runtime.link import Link

_SESSION_AUTHENTICATE = Call("session:authenticate", "session:authenticate", SessionAuthenticated, safe=True)


class SessionRequests:
    """`client.session`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def authenticate(self, *, token: str) -> SessionAuthenticated:
        """`session:authenticate`: who is there, for clients that can't send the header `Authorization`.

        The first frame of a connection that was not greeted; then `session:ready` comes before the reply.

        Needs the right `status`, of a token the scope `read`.

        May raise `ConflictError`, besides what any request may.
        """
        data = SessionAuthenticate(token=token)
        return await self._link.request(_SESSION_AUTHENTICATE, data)
