"""Logging in by a name and a password, as a browser does: a cookie for the connections that follow, and its end."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import msgspec
import trio

from orchd.client.address import websocket_url
from orchd.client.page_exchange import origin_of
from orchd.client.pages import PageQuestion, ask_page
from orchd.client.trust import Trust
from orchd.errors import ConfigurationError, Unavailable

LOG_IN_SECONDS = 30.0
"""For a whole log-in: others may be before it in the queue for hashing."""
LOG_OUT_SECONDS = 5.0
_OK = 200


async def log_in(url: str, name: str, password: str, trust: Trust) -> Trust:
    """Return `trust` with the cookie of a web session that has just begun; `log_out` ends it.

    Raises `ConfigurationError` for a bad `url`, and for one where the password could be read on its way; `Unavailable`
    when no such daemon is there; the `OrchdError` that it refuses with.
    """
    parts = urlsplit(websocket_url(url))
    _require_privacy(parts)
    cookie = await _post(parts, "login", {"name": name, "password": password}, trust, LOG_IN_SECONDS)
    if cookie is None:
        raise Unavailable(f"what answers at {parts.geturl()} is no orchd daemon")
    return trust._replace(token=None, cookie=cookie, origin=origin_of(parts))


async def log_out(url: str, trust: Trust) -> None:
    """End the web session of `log_in`. Raises `Unavailable`, and the `OrchdError` that it is refused with."""
    await _post(urlsplit(websocket_url(url)), "logout", {}, trust, LOG_OUT_SECONDS)


def _require_privacy(parts: SplitResult) -> None:
    if parts.scheme == "ws" and not _is_loopback(parts.hostname or ""):
        raise ConfigurationError(
            f"--user: {parts.netloc} is reached without TLS, so a password could be read on its way; "
            "write https://, go through a tunnel, or show a token"
        )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


async def _post(parts: SplitResult, page: str, body: dict[str, str], trust: Trust, seconds: float) -> str | None:
    """Send a form to a page of the daemon's; return the cookie that it gives, without its attributes."""
    headers = [("Origin", origin_of(parts)), ("Content-Type", "application/json")]
    shown = trust._replace(token=None, origin=origin_of(parts))
    if trust.cookie is not None:
        headers = headers[1:]  # the cookie comes with it
    asked = PageQuestion("POST", page, headers, msgspec.json.encode(body), seconds=seconds)
    with trio.move_on_after(seconds):
        answer = await ask_page(parts, asked, shown)
        if answer.status != _OK:
            raise Unavailable(f"{origin_of(parts)} answers with HTTP {answer.status}")
        given = answer.headers.get("set-cookie")
        return None if given is None else given.partition(";")[0]
    raise Unavailable(f"{origin_of(parts)} did not answer within {seconds:g} s")
