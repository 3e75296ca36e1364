"""The provider: where its pages are, which keys it signs with, and what it gives for a code.

Its addresses and keys are asked for when they are needed and kept for an hour. While it is away, what is kept is used
for a day; a provider that can't be reached is not asked again at once by everybody who tries.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode, urlsplit

import trio

from orchd.errors import OrchdError, Unauthorized, Unavailable
from orchd.oidc.fetching import Fetcher
from orchd.oidc.id_token import Expectation, IdTokenError, PublicKey, UnknownKeyError, read_id_token, read_keys
from orchd.oidc.login_state import LoginState, challenge_of
from orchd.settings.oidc import OidcSettings

FRESH_SECONDS = 3600.0
STALE_SECONDS = 24 * 3600.0
RETRY_SECONDS = 5.0
"""After a failure, until the provider is asked again."""

NEW_KEYS_SECONDS = 30.0
"""Between two questions for keys because of a token whose key isn't known: anybody could make such tokens."""

_DISCOVERY = "/.well-known/openid-configuration"
_WRONG_CODE = "the login provider does not know this log-in; begin again"

T = TypeVar("T")


class Endpoints(NamedTuple):
    """The provider's pages."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None
    """Where a person's claims are that are not in the ID token."""
    posts_secret: bool
    """Whether it takes the client's secret in the form alone."""


class _Tokens(NamedTuple):
    """What a code is good for: who somebody is, and what shows more of them."""

    identity: str
    access: str | None


class _Cache(Generic[T]):
    """Something of the provider's that is asked for once by all who want it."""

    def __init__(self, fetch: Callable[[], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._asking = trio.Lock()
        self._value: T | None = None
        self._failure: OrchdError | None = None
        self._asked_at = float("-inf")
        self._got_at = float("-inf")

    async def get(self, newer_than: float = FRESH_SECONDS) -> T:
        """Return it, at most so many seconds old if it can be had. Raises `Unavailable` and `Busy`."""
        async with self._asking:
            now = trio.current_time()
            if self._value is None or now - self._got_at > newer_than:
                await self._ask(now)
            if self._value is None or now - self._got_at > STALE_SECONDS:
                raise self._failure.again(self._failure.message) if self._failure else Unavailable("nothing is known")
            return self._value

    async def _ask(self, now: float) -> None:
        if self._failure is not None and now - self._asked_at < RETRY_SECONDS:
            return
        self._asked_at = now
        try:
            self._value = await self._fetch()
        except OrchdError as failure:
            self._failure = failure
        else:
            self._failure, self._got_at = None, now


class Provider:
    """The provider of the settings, which name an issuer and a client."""

    def __init__(self, settings: OidcSettings, fetcher: Fetcher, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._issuer = settings.issuer or ""
        self._client_id = settings.client_id or ""
        self._fetcher = fetcher
        self._clock = clock
        self._endpoints = _Cache(self._discover)
        self._keys = _Cache(self._fetch_keys)

    async def login_url(self, login: LoginState) -> str:
        """Where a browser goes to log in. Raises `Unavailable`."""
        page = (await self._endpoints.get()).authorization
        scopes = " ".join(dict.fromkeys(("openid", "profile", *self.settings.scopes)))
        wish = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": login.redirect,
            "scope": scopes,
            "state": login.state,
            "nonce": login.nonce,
            "code_challenge": challenge_of(login.verifier),
            "code_challenge_method": "S256",
        }
        return f"{page}{'&' if urlsplit(page).query else '?'}{urlencode(wish)}"

    async def claims(self, code: str, login: LoginState) -> dict[str, Any]:
        """Who has logged in, by the code that came back. Raises `Unauthorized`, `Unavailable`, `IdTokenError`."""
        tokens = await self._exchange(code, login)
        expected = Expectation(self._issuer, self._client_id, login.nonce)
        try:
            claims = read_id_token(tokens.identity, await self._keys.get(), expected, self._clock())
        except UnknownKeyError:
            claims = read_id_token(tokens.identity, await self._keys.get(NEW_KEYS_SECONDS), expected, self._clock())
        return await self._complete(claims, tokens.access)

    def is_issuer(self, named: str | None) -> bool:
        """Whether an answer that names its issuer (RFC 9207) is this provider's."""
        return named is None or named == self._issuer

    async def _complete(self, claims: dict[str, Any], access: str | None) -> dict[str, Any]:
        """The claims, and what the ID token lacks of them by the provider's page about the person (Core, 5.3).

        Raises `IdTokenError` when that page is about somebody else.
        """
        page = (await self._endpoints.get()).userinfo
        wanted = [self.settings.name_claim, *([self.settings.role_claim] if self.settings.role_claim else [])]
        lacking = any(name not in claims and name.partition(".")[0] not in claims for name in wanted)
        if page is None or access is None or not lacking:
            return claims
        found = await self._fetcher.get(page, access)
        if found.get("sub") != claims["sub"]:
            raise IdTokenError("the provider's page about the person is about another one")
        return {**found, **claims}

    async def _exchange(self, code: str, login: LoginState) -> "_Tokens":
        endpoints = await self._endpoints.get()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": login.redirect,
            "code_verifier": login.verifier,
        }
        secret, basic = self.settings.client_secret, None
        if secret is None or endpoints.posts_secret:
            form |= {"client_id": self._client_id} | ({} if secret is None else {"client_secret": secret})
        else:
            basic = _form_encoded(self._client_id), _form_encoded(secret)
        status, found = await self._fetcher.post(endpoints.token, form, basic)
        token = found.get("id_token")
        if status == 400 and found.get("error") == "invalid_grant":
            raise Unauthorized(_WRONG_CODE)
        if status != 200 or not isinstance(token, str):
            raise Unavailable(f"the login provider gives no token (HTTP {status}); look at clientId and clientSecret")
        access = found.get("access_token")
        return _Tokens(token, access if isinstance(access, str) and access.isascii() and access.isprintable() else None)

    async def _discover(self) -> Endpoints:
        found = await self._fetcher.get(self._issuer.rstrip("/") + _DISCOVERY)
        if found.get("issuer") != self._issuer:
            raise Unavailable("the login provider calls itself something else than `oidc.issuer`")
        pages = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        authorization, token, keys = (page if is_page(page, self._issuer) else None for page in pages)
        if authorization is None or token is None or keys is None:
            raise Unavailable("the login provider names pages that can't be used")
        ways = found.get("token_endpoint_auth_methods_supported")
        only_posts = isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways
        about = found.get("userinfo_endpoint")
        return Endpoints(authorization, token, keys, about if is_page(about, self._issuer) else None, only_posts)

    async def _fetch_keys(self) -> list[PublicKey]:
        keys = read_keys(await self._fetcher.get((await self._endpoints.get()).keys))
        if not keys:
            raise Unavailable("the login provider has no key that can be used")
        return keys


def is_page(url: object, issuer: str) -> bool:
    """Whether an address may be used: https, or what the issuer itself speaks, and nothing of a person's in it."""
    if not isinstance(url, str) or len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts, own = urlsplit(url), urlsplit(issuer)
        known = parts.hostname is not None and parts.port != 0
    except ValueError:
        return False
    return known and parts.username is None and not parts.fragment and parts.scheme in ("https", own.scheme)


def _form_encoded(text: str) -> str:
    """As RFC 6749, 2.3.1 wants names and secrets before they are put into a header."""
    return urlencode({"": text})[1:]
