"""What a server that gave no list of models said instead, in words that say what to do about it."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urljoin

from orchd.errors import OrchdError, RateLimited, Unavailable, UpstreamError
from orchd.llm.answers.failures import judge
from orchd.llm.answers.fetch import FetchResult
from orchd.llm.answers.words import read_body
from orchd.llm.probing.address import without_credentials
from orchd.patterns import lazy_pattern
from orchd.reasons import Reason

CONTRADICTED: tuple[Reason, ...] = ("unknown_server", "redirected")
"""Reasons by which a kind that was found out before is no longer believed."""
NO_LIST: tuple[Reason, ...] = (
    "unknown_server",
    "unauthorized",
    "forbidden",
    "list_too_long",
    "server_error",
    "unexpected_endpoint",
)
"""Reasons for which a server has no list, and may serve what its settings name all the same."""
SPEAKS_TLS = "speaks TLS there: its address begins with https://, not http://"

_ABOUT_KEYS = lazy_pattern(rb"key|token|credential|unauthor|authenti", re.IGNORECASE)
_WANTS_TLS = lazy_pattern(rb"HTTP request (?:was )?(?:sent )?to (?:an )?HTTPS|speaking plain HTTP", re.IGNORECASE)

MAX_NAMED = 2
"""How many of the addresses that were asked an error names: those that somebody wrote come first."""

MAX_TARGET = 200
"""Characters of the address of a redirect that are told."""


class TriedAddress(NamedTuple):
    """An address that was asked, and the reply."""

    url: str
    fetched: FetchResult


def is_final(fetched: FetchResult) -> bool:
    """Tell whether a reply speaks for the whole server, so that no other path needs to be tried."""
    return fetched.status in (401, 403, 429) or fetched.status >= 500 or bool(_WANTS_TLS.search(fetched.body[:4096]))


def refusal_error(name: str, tried: Sequence[TriedAddress], *, has_key: bool) -> OrchdError:
    """Return why there is no list, by the reply that says most: the last one where it is final, else the first."""
    url, fetched = tried[-1] if is_final(tried[-1].fetched) else tried[0]
    where = without_credentials(url)
    if _WANTS_TLS.search(fetched.body[:4096]):
        return Unavailable(f"{name} {SPEAKS_TLS}", reason="tls", http_status=fetched.status, backend=name)
    if fetched.location:
        target = _target(url, fetched.location)
        text = f"{name} redirects {where} to {target}: write the address that it redirects to"
        return UpstreamError(text, reason="redirected", http_status=fetched.status, backend=name)
    if fetched.status in (401, 403):
        return _forbidden(name, fetched, where, has_key=has_key)
    error = judge(name, read_body(fetched.status, fetched.body))
    if isinstance(error, RateLimited | Unavailable) or error.reason == "unauthorized":
        return error
    if fetched.status in (502, 504):
        text = f"{name} is away: what stands before it answered HTTP status {fetched.status}"
        return Unavailable(text, reason="gateway", http_status=fetched.status, backend=name)
    if fetched.status >= 500:
        text = f"{name} failed to list its models: {error.message}"
        return UpstreamError(text, reason="server_error", http_status=fetched.status, backend=name)
    asked = " and ".join(without_credentials(url) for url, _ in tried[:MAX_NAMED])
    said = f"HTTP status {fetched.status}" if fetched.status != 200 else "something else"
    text = (
        f"{name} is no model server that this program knows: no list of models at {asked} ({said}); "
        "correct its address, or name its models (`models`)"
    )
    return UpstreamError(text, reason="unknown_server", http_status=fetched.status, backend=name)


def _target(url: str, location: str) -> str:
    try:
        return without_credentials(urljoin(url, location))[:MAX_TARGET]
    except ValueError:
        return "what is no address"


def _forbidden(name: str, fetched: FetchResult, where: str, *, has_key: bool) -> OrchdError:
    if fetched.status == 403 and not has_key and not _ABOUT_KEYS.search(fetched.body[:4096]):
        text = (
            f"{name} refuses requests from here: {where} answered HTTP status 403. An Ollama does so when it is called "
            "by a name that it doesn't know: use its IP address, or set OLLAMA_HOST=0.0.0.0 there"
        )
        return UpstreamError(text, reason="forbidden", http_status=fetched.status, backend=name)
    text = f"{name} refused the key (HTTP status {fetched.status})"
    if not has_key:
        text = f"{name} refused the request without a key: it wants one, in `apiKeyFile` (HTTP status {fetched.status})"
    return UpstreamError(text, reason="unauthorized", http_status=fetched.status, backend=name)
