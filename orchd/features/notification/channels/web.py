"""Notifications by HTTP: to an address of one's own (a webhook), and to a topic of an ntfy server."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import msgspec
import trio

from orchd.errors import Unavailable
from orchd.features.notification.messages import Notification
from orchd.outside.places import PlaceRule, Resolve, find_place, resolve

ANSWER_SECONDS = 10.0
"""From the name's look-up to the head of the answer; the rest of it isn't read."""
ACCEPTED = range(200, 300)


class WebPoster:
    """Posts JSON; `aclose` it. `private`: also to the daemon's own network."""

    def __init__(self, *, private: bool, ask: Resolve = resolve) -> None:
        self._rule, self._ask = PlaceRule(private=private, plain=private), ask
        self._client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=ANSWER_SECONDS)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def send_to_webhook(self, told: Notification, url: str) -> None:
        """Post a notification. Raises as `post` does."""
        await self.post(*webhook(url, told))

    async def send_to_ntfy(self, told: Notification, url: str) -> None:
        """Send a notification to a topic. Raises as `post` does."""
        await self.post(*ntfy(url, told))

    async def post(self, url: str, body: Mapping[str, Any]) -> None:
        """Send a JSON object. Raises `Unavailable` unless it was taken, `Invalid` and `Forbidden` for an address that
        isn't allowed; none names the address."""
        try:
            with trio.fail_after(ANSWER_SECONDS):
                status = await self._send(url, msgspec.json.encode(body))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unavailable(f"it can't be reached ({type(error).__name__})") from None
        except trio.TooSlowError:
            raise Unavailable("it does not answer in time") from None
        if status not in ACCEPTED:
            raise Unavailable(f"it answers with HTTP {status}")

    async def _send(self, url: str, content: bytes) -> int:
        place = await find_place(url, self._rule, self._ask)
        request = httpx.Request(
            "POST",
            place.url,
            content=content,
            headers={"Host": place.host, "Content-Type": "application/json", "User-Agent": "orchd"},
            extensions={"sni_hostname": place.name, "timeout": httpx.Timeout(ANSWER_SECONDS).as_dict()},
        )
        response = await self._client.send(request, stream=True)
        await response.aclose()
        return response.status_code


def webhook(url: str, told: Notification) -> tuple[str, dict[str, Any]]:
    """Return what is posted where: the notification as `notification:get` shows it."""
    return url, {"type": "notification", "data": msgspec.to_builtins(told)}


def ntfy(url: str, told: Notification) -> tuple[str, dict[str, Any]]:
    """Return what is posted where, for an address that ends with a topic."""
    parts = urlsplit(url)
    path, _, topic = parts.path.rstrip("/").rpartition("/")
    root = urlunsplit((parts.scheme, parts.netloc, f"{path}/", "", ""))
    return root, {"topic": topic, "title": told.title, "message": told.text or told.title}
