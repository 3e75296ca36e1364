"""Logging in by a name and a password, as a browser does: a cookie for the connections that follow, and its end."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import h11
import msgspec
import trio

from orchd.client.address import websocket_url
from orchd.client.frames import error_of
from orchd.client.streams import SocketOrTls, failure_reason, open_stream
from orchd.client.trust import Trust
from orchd.errors import ConfigurationError, Unavailable

LOG_IN_SECONDS = 30.0
"""For a whole log-in: others may be before it in the queue for hashing."""
LOG_OUT_SECONDS = 5.0
AGENT = "orchd in a terminal"
"""What lists of one's log-ins call it."""
MAX_ANSWER = 64 * 1024
_READ_BYTES = 4096
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


def origin_of(parts: SplitResult) -> str:
    """The daemon's address as HTTP calls it."""
    return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"


async def _post(parts: SplitResult, page: str, body: dict[str, str], trust: Trust, seconds: float) -> str | None:
    """Send a form to a page of the daemon's; return the cookie that it gives, without its attributes."""
    address = origin_of(parts)
    try:
        with trio.fail_after(seconds):
            async with await open_stream(parts, trust) as stream:
                return await _exchange(stream, parts, page, msgspec.json.encode(body), trust)
    except trio.TooSlowError as error:
        raise Unavailable(f"{address} did not answer within {seconds:g} s") from error
    except OSError as error:
        raise Unavailable(f"can't connect to {address}: {failure_reason(error)}") from error
    except (trio.BrokenResourceError, h11.RemoteProtocolError) as error:
        raise Unavailable(f"what answers at {address} is no orchd daemon") from error


async def _exchange(stream: SocketOrTls, parts: SplitResult, page: str, body: bytes, trust: Trust) -> str | None:
    parser = h11.Connection(h11.CLIENT)
    headers = [
        ("Host", parts.netloc),
        ("Origin", origin_of(parts)),
        ("User-Agent", AGENT),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
        *((name.decode(), value.decode()) for name, value in trust.cookie_headers()),
    ]
    path = f"{parts.path.removesuffix('/ws')}/{page}"
    await stream.send_all(parser.send(h11.Request(method="POST", target=path, headers=headers)) or b"")
    await stream.send_all((parser.send(h11.Data(data=body)) or b"") + (parser.send(h11.EndOfMessage()) or b""))
    response, answer = await _read_answer(stream, parser)
    if response.status_code != _OK:
        raise error_of(refusal_data(answer, response.status_code))
    given = [value.decode("latin-1") for name, value in response.headers if name == b"set-cookie"]
    return given[0].partition(";")[0] if given else None


async def _read_answer(stream: SocketOrTls, parser: h11.Connection) -> tuple[h11.Response, bytes]:
    response, answer = None, bytearray()
    while True:
        event = parser.next_event()
        if event is h11.NEED_DATA:
            parser.receive_data(bytes(await stream.receive_some(_READ_BYTES)))
        elif isinstance(event, h11.Response):
            response = event
        elif isinstance(event, h11.Data):
            answer += event.data
            if len(answer) > MAX_ANSWER:
                raise h11.RemoteProtocolError("the answer is too long")
        elif isinstance(event, h11.EndOfMessage) and response is not None:
            return response, bytes(answer)
        elif not isinstance(event, h11.InformationalResponse):
            raise h11.RemoteProtocolError("no answer came")


class _Refusal(msgspec.Struct):
    """What a page says that refuses."""

    error: dict[str, object]


def refusal_data(answer: bytes, status: int) -> dict[str, object]:
    """What a page says that refuses, as an error frame would say it."""
    try:
        return msgspec.json.decode(answer, type=_Refusal).error
    except (msgspec.MsgspecError, UnicodeError):
        return {"code": "unavailable", "message": f"it answers with HTTP {status}"}
