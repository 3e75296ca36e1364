"""Pictures from elsewhere, fetched for people who want to see one: their browsers ask nobody but the daemon.

Whoever names an address may mean harm by it, and so may the host that answers: each address on the way is judged
(`places`), and an answer counts by what it is, within bounds of bytes and of time. Nothing of it is kept.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import structlog
import trio

from orchd.budget import UserPlaces
from orchd.errors import Busy, Forbidden, Invalid, OrchdError, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.outside.exchange import AnswerHead, BrokenExchangeError, Dial, HostExchange, dial, open_exchange
from orchd.outside.places import NameQuestions, PlaceRule, Resolve, find_place
from orchd.signatures import AVIF, IMAGES, MOST_BRANDS_BYTES, picture_type

MAX_BYTES = 8 * 1024 * 1024
FETCH_SECONDS = 15.0
"""For one picture altogether, names and redirects included."""
MOST_REDIRECTS = 3
MOST_AT_ONCE, MOST_OF_ONE = 8, 2
"""Fetched at once for all users, and for one of them."""
MAX_ADDRESS = 2048

_ACCEPTED = ", ".join((AVIF, *IMAGES))
_RULE = PlaceRule(plain=True, usual=True)
_REDIRECTS = (301, 302, 303, 307, 308)
_OK = 200


class Picture(NamedTuple):
    """A picture, of a type that browsers show and that its first bytes tell."""

    type: str
    content: bytes


class Net(NamedTuple):
    """How names are asked for, connections made, and certificates believed."""

    ask: Resolve
    dial: Dial = dial
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context


class PictureFetcher:
    """Fetches pictures from the whole net, and from nowhere else. `enabled`: whether the operator wants that."""

    def __init__(self, *, enabled: bool = True, net: Net | None = None) -> None:
        self._enabled = enabled
        self._net = Net(NameQuestions(MOST_AT_ONCE).resolve) if net is None else net
        self._trust: ssl.SSLContext | None = None
        self._places = UserPlaces(_refusal, of_one=MOST_OF_ONE, most=MOST_AT_ONCE)

    async def fetch(self, user_id: int, url: str) -> Picture:
        """Return the picture at an address.

        Raises `Invalid` for what is no address of a picture, `Forbidden` where it leads to the daemon's own network or
        nothing is fetched, `Busy`, `Timeout`, `Unavailable`, `TooLarge`, and `UpstreamError` for what is no picture.
        No error names an address.
        """
        if not self._enabled:
            raise Forbidden("pictures from elsewhere are switched off (`outside.pictures`)", reason="pictures_off")
        if len(url) > MAX_ADDRESS or not url.isprintable() or " " in url or "\\" in url:
            raise Invalid("it is no address of a picture", reason="web_address")
        with self._places.place(user_id), _logged(url):
            try:
                with trio.fail_after(FETCH_SECONDS):
                    return await self._fetch(url)
            except trio.TooSlowError:
                raise Timeout("the host does not send the picture in time", reason="picture_slow") from None
            except BrokenExchangeError:
                raise Unavailable("the host can't be reached, or broke off", reason="host_away") from None

    async def _fetch(self, url: str) -> Picture:
        if self._trust is None:  # reading all authorities takes some hundredths of a second
            self._trust = await trio.to_thread.run_sync(self._net.trust)
        for _ in range(1 + MOST_REDIRECTS):
            place = await find_place(url, _RULE, self._net.ask)
            exchange = await open_exchange(place, self._trust, self._net.dial)
            try:
                head = await exchange.ask(_ACCEPTED)
                if head.status not in _REDIRECTS:
                    return await _read(exchange, head)
            finally:
                await exchange.close()
            url = _next_address(url, head)
        raise UpstreamError("the host sends on and on", reason="picture_redirects")


def _refusal() -> Busy:
    return Busy("as many pictures are being fetched as may", reason="pictures", retry_after_ms=1000)


def _next_address(url: str, head: AnswerHead) -> str:
    """Return where a host sends on. Raises `UpstreamError`."""
    try:
        told = (head.header(b"location") or b"").decode()  # some write letters as they are, and those are UTF-8
        following = urljoin(url, told)
        secure = urlsplit(url).scheme != "https" or urlsplit(following).scheme == "https"
    except ValueError:
        told, secure = "", False
    if not told or not secure or len(told) > MAX_ADDRESS or not told.isprintable():
        raise UpstreamError("the host sends on to nowhere, or from https to http", reason="picture_redirects")
    return following


async def _read(exchange: HostExchange, head: AnswerHead) -> Picture:
    if head.status != _OK:
        raise UpstreamError(
            f"the host answers with HTTP {head.status}", reason="picture_status", http_status=head.status
        )
    if (head.header(b"content-encoding") or b"identity").lower() != b"identity":
        # what was not asked for; compressed, it could become any size
        raise UpstreamError("the host sends the picture compressed", reason="picture_type")
    if int(head.header(b"content-length") or 0) > MAX_BYTES:
        raise _too_large()
    content = bytearray()
    async with aclosing(exchange.body()) as pieces:
        async for piece in pieces:
            content += piece
            if len(content) > MAX_BYTES:
                raise _too_large()
            if len(content) >= MOST_BRANDS_BYTES:
                _type_of(content)  # what is none is not read on
    return Picture(_type_of(content), bytes(content))


def _type_of(content: bytearray) -> str:
    """Raises `UpstreamError`."""
    kind = picture_type(bytes(content[:MOST_BRANDS_BYTES]))
    if kind is None:
        raise UpstreamError("what the host sends is no picture", reason="picture_type")
    return kind


def _too_large() -> TooLarge:
    return TooLarge(f"a picture may have {MAX_BYTES} bytes", reason="picture_size")


@contextmanager
def _logged(url: str) -> Iterator[None]:
    """Note, for who looks closely, what becomes of a picture: the host that it was wanted from, and nothing else of the
    address."""
    outcome = "cancelled"
    try:
        yield
        outcome = "ok"
    except OrchdError as error:
        outcome = error.reason or error.code
        raise
    finally:
        structlog.get_logger().debug("picture fetched", host=_host(url), outcome=outcome)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
