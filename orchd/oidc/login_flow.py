"""A log-in by the provider, from the browser's first step to the person that came of it."""

import hmac
import time
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import structlog

from orchd.access.authenticator import ExternalUser
from orchd.errors import Forbidden, Invalid, Unauthorized
from orchd.oidc.claims import external_user
from orchd.oidc.id_token import IdTokenError
from orchd.oidc.login_state import LoginStart, begin_login, from_cookie, to_cookie
from orchd.oidc.provider import Provider

MAX_CODE = 2048
_AGAIN = "this log-in is not known, or took too long; begin again"


class LoginFlow:
    """`key` gives the key that cookies are signed with; it raises `Unavailable`."""

    def __init__(
        self, provider: Provider, key: Callable[[], Awaitable[bytes]], clock: Callable[[], float] = time.time
    ) -> None:
        self._provider = provider
        self._key = key
        self._clock = clock

    async def begin(self, redirect: str) -> LoginStart:
        """Begin a log-in that comes back to `redirect`. Raises `Unavailable` and `Busy`."""
        login = begin_login(redirect, self._clock())
        return LoginStart(await self._provider.login_url(login), to_cookie(login, await self._key()))

    async def finish(self, query: str, cookie: str | None) -> ExternalUser:
        """Who comes back, by the query that the provider sent the browser with, and the cookie that it brings.

        Raises `Invalid`, `Unauthorized` and `Forbidden` where there is nobody, `Unavailable` and `Busy`.
        """
        told = _read_query(query)
        login = None if cookie is None else from_cookie(cookie, await self._key(), self._clock())
        if login is None or not hmac.compare_digest(told.get("state", "").encode(), login.state.encode()):
            raise Unauthorized(_AGAIN)
        if not self._provider.is_issuer(told.get("iss")):
            raise Unauthorized("the answer is by another login provider")
        if "error" in told:
            structlog.get_logger().info("the login provider refused", reason=_safe(told["error"]))
            raise Forbidden("the login provider did not let you in")
        code = told.get("code", "")
        if not 0 < len(code) <= MAX_CODE or not code.isascii() or not code.isprintable():
            raise Invalid("the login provider's answer has no code")
        try:
            claims = await self._provider.claims(code, login)
        except IdTokenError as error:
            structlog.get_logger().warning("a token of the login provider is not believed", reason=str(error))
            raise Unauthorized("the login provider's answer can't be believed; the daemon's log says why") from None
        return external_user(claims, self._provider.settings)


def _read_query(query: str) -> dict[str, str]:
    """The members of a query. Raises `Invalid` when one stands there twice: which one counts would be a guess."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        raise Invalid("the login provider's answer can't be read") from None
    told = dict(pairs)
    if len(told) < len(pairs):
        raise Invalid("the login provider's answer says something twice")
    return told


def _safe(error: str) -> str:
    """An error's code as the log may show it: it came by the browser."""
    return error[:64] if error.isascii() and error.isprintable() else "unreadable"
