"""The HTTP transport to model servers: httpx on top, our own reading of bodies below.

httpx and httpcore pass every chunk of a body, hence every token, through h11 and a pile of generators; 100 answers at
200 tokens a second then fill a core. This transport lets h11 write the request, which is why h11, that elsewhere
belongs to the server, is imported here; the response is read by `head.py` and `body.py`, as leniently as curl does.

One request a connection (`Connection: close`): servers of this kind drop idle connections after 5 s, which races with
reuse, and closing the connection is the only way to stop a generation. So there is no pool, and no retry is ever
needed. HTTP/1.1 only; no proxies, no redirects. Compression isn't asked for, but read where it comes.
"""

import ssl
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple, TypeAlias

import h11
import httpx
import trio

from orchd.llm.wire.body import Body, BodyEndedError, BodyError, LengthBody
from orchd.llm.wire.head import HeadParser, ResponseHead, codings, framing
from orchd.llm.wire.inflate import Inflater, inflaters
from orchd.llm.wire.pipe import Connect, Pipe, connect_tcp, open_pipe
from orchd.llm.wire.reach import why_slow, why_unreachable
from orchd.telemetry.request_id import HEADER, request_id_here
from orchd.telemetry.spans import TRACE_HEADER, trace_parent

_BODY = "orchd.body"
"""The key of the response's extensions under which its `WireBody` is found."""

SENDING = "orchd.sending"
"""The key of the request's extensions under which stands what is called once it is connected, right before it goes."""


Sending: TypeAlias = Callable[[], None]


def nobody() -> None:
    """Nobody is told."""


class WireBody(httpx.AsyncByteStream):
    """The body of one response, and the owner of its connection."""

    def __init__(self, pipe: Pipe, decoder: Body, first: bytes) -> None:
        self._pipe = pipe
        self._decoder = decoder
        self._first: bytes | None = first

    async def read(self) -> bytes:
        """Return the body's bytes of the next network read, empty at the end of the body.

        Raises httpx.ReadError when the connection breaks or ends too early, httpx.RemoteProtocolError when the bytes
        are no HTTP.
        """
        decoder = self._decoder
        try:
            if self._first is not None:
                data, self._first = self._first, None
                content = decoder.feed(data)
                if content:
                    return content
            while not decoder.done:
                data = await self._pipe.receive()
                if not data:
                    decoder.end()
                    break
                content = decoder.feed(data)
                if content:
                    return content
        except BodyEndedError as error:
            raise httpx.ReadError(str(error)) from error
        except BodyError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise httpx.ReadError("the connection broke") from error
        return b""

    async def read_up_to(self, limit: int) -> bytes:
        """Return the body, or its first `limit` bytes. Raises like `read`."""
        parts: list[bytes] = []
        size = 0
        while size < limit and (data := await self.read()):
            parts.append(data)
            size += len(data)
        return b"".join(parts)[:limit]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self.read():
            yield data

    async def aclose(self) -> None:
        """Close the connection at once."""
        await self._pipe.close()


class InflatedBody(WireBody):
    """The body of a response that is compressed."""

    def __init__(self, inner: WireBody, inflater: Inflater) -> None:
        self._inner = inner
        self._inflater = inflater

    async def read(self) -> bytes:
        """Return the next bytes that come out of it, empty at the end. Raises like `WireBody.read`."""
        while True:
            try:
                while self._inflater.pending:
                    piece = self._inflater.take()
                    await trio.lowlevel.checkpoint()  # a little data may hold hours of text
                    if piece:
                        return piece
                if not (data := await self._inner.read()):
                    return b""
                self._inflater.feed(data)
            except BodyError as error:
                raise httpx.RemoteProtocolError(str(error)) from error

    async def aclose(self) -> None:
        """Close the connection at once."""
        await self._inner.aclose()


def body_of(response: httpx.Response) -> WireBody:
    """Return the body of a response of a WireTransport: read directly, it is spared httpx's generators."""
    body: WireBody = response.extensions[_BODY]
    return body


def with_body(response: httpx.Response, body: WireBody) -> httpx.Response:
    """Return the response with another body around its own, or in its place."""
    return httpx.Response(response.status_code, headers=response.headers, stream=body, extensions={_BODY: body})


class PreparedRequest(NamedTuple):
    """A request as it goes over the wire, but for its content: where it goes, and its head without the length."""

    host: str
    port: int
    tls: bool
    head: bytes
    counted: bool
    """The length is told even of no content."""
    connect_seconds: float

    def with_content(self, content: bytes, headers: bytes = b"") -> bytes:
        """Return all that is sent: also by which id the request is known that makes us ask, and its trace, and further
        lines of `headers`.
        """
        length = b"Content-Length: %d\r\n" % len(content) if content or self.counted else b""
        named = b"".join(
            b"%b: %b\r\n" % (name.encode(), value.encode())
            for name, value in ((HEADER, request_id_here()), (TRACE_HEADER, trace_parent()))
            if value is not None
        )
        return b"%b%b%b%b\r\n%b" % (self.head, named, headers, length, content)


def prepare(request: httpx.Request) -> PreparedRequest:
    """Have h11 write the head of a request, which also checks it. Raises httpx.LocalProtocolError."""
    url, tls = request.url, request.url.scheme == "https"
    left_out = (b"connection", b"transfer-encoding", b"accept-encoding", b"content-length")
    headers = [(name, value) for name, value in request.headers.raw if name.lower() not in left_out]
    headers += [(b"Accept-Encoding", b"identity"), (b"Connection", b"close")]
    try:
        head = h11.Connection(h11.CLIENT).send(h11.Request(method=request.method, target=url.raw_path, headers=headers))
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError(str(error)) from error
    seconds = trio_seconds(request.extensions.get("timeout", {}).get("connect"))
    host = url.raw_host.decode("ascii").strip("[]")
    whole = (head or b"").removesuffix(b"\r\n")
    return PreparedRequest(host, url.port or (443 if tls else 80), tls, whole, request.method == "POST", seconds)


class WireTransport(httpx.AsyncBaseTransport):
    """Sends each request over a connection of its own; closing the response closes that connection at once.

    `connect` opens the TCP stream (tests put one in memory there). `tls` is made on the first https request unless
    given: loading the certificate authorities takes time and memory. Of httpx's timeouts only `connect` is kept, TLS
    included; the other waits are bounded by the caller's own cancel scope.
    """

    def __init__(self, connect: Connect = connect_tcp, tls: ssl.SSLContext | None = None) -> None:
        self._connect = connect
        self._tls = tls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` and return when the response's head is there. Raises httpx.TransportError."""
        content = await request.aread()
        sending: Sending = request.extensions.get(SENDING, nobody)
        head, body = await self.exchange(prepare(request), content, sending)
        headers = [pair for pair in head.headers if pair[0].lower() not in (b"content-encoding", b"transfer-encoding")]
        return httpx.Response(head.status, headers=headers, stream=body, extensions={_BODY: body})

    async def exchange(
        self, prepared: PreparedRequest, content: bytes, sending: Sending = nobody, headers: bytes = b""
    ) -> tuple[ResponseHead, WireBody]:
        """Send a request with `content` and return the response once its head is there; the caller closes the body.

        `sending` is called once there is a connection; `headers` are lines besides those of `prepared`. Raises
        httpx.TransportError.
        """
        pipe = await self._open(prepared)
        sending()
        try:
            return await _exchange(pipe, prepared.with_content(content, headers))
        except BaseException:
            await pipe.close()
            raise

    async def _open(self, prepared: PreparedRequest) -> Pipe:
        accepted = False

        async def connect(host: str, port: int) -> trio.abc.Stream:
            nonlocal accepted
            stream = await self._connect(host, port)
            accepted = True
            return stream

        host, port, seconds = prepared.host, prepared.port, prepared.connect_seconds
        try:
            if not prepared.tls:  # once it is accepted there is nothing to wait for
                return await open_pipe(self._connect, host, port, None, seconds)
            return await open_pipe(connect, host, port, self._context(), seconds)
        except trio.TooSlowError as error:
            raise httpx.ConnectTimeout(why_slow(accepted=accepted)) from error
        except (OSError, UnicodeError, trio.BrokenResourceError) as error:
            raise httpx.ConnectError(why_unreachable(error)) from error

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


class _NoPipe:
    """The connection of a response that came over none."""

    async def receive(self) -> bytes:
        """There is nothing to come."""
        return b""

    async def send(self, data: bytes) -> None:
        """There is nobody to send to."""

    async def close(self) -> None:
        """There is nothing to close."""


def ready_made(status: int, content: bytes) -> httpx.Response:
    """Return a JSON response as if it had come over a connection, for a transport that answers by itself."""
    body = WireBody(_NoPipe(), LengthBody(len(content)), content)
    headers = {"Content-Type": "application/json"}
    return httpx.Response(status, headers=headers, stream=body, extensions={_BODY: body})


def trio_seconds(seconds: float | None) -> float:
    """Return httpx's None for "no limit" as trio says it."""
    return float("inf") if seconds is None else seconds


async def _exchange(pipe: Pipe, data: bytes) -> tuple[ResponseHead, WireBody]:
    """Send the request, read the head. A server may refuse before it has read all: then its answer counts, not our
    break.
    """
    broken: trio.BrokenResourceError | None = None
    try:
        await pipe.send(data)
    except trio.BrokenResourceError as error:
        broken = error
    try:
        head, first = await _read_head(pipe)
        return head, _body(pipe, head, first)
    except BodyError as error:
        raise httpx.RemoteProtocolError(str(error)) from error
    except trio.BrokenResourceError as error:
        raise httpx.ReadError("the connection broke before an answer") from (broken or error)


async def _read_head(pipe: Pipe) -> tuple[ResponseHead, bytes]:
    """Return the head, and what came with it. Raises BodyError, trio.BrokenResourceError."""
    parser = HeadParser()
    while data := await pipe.receive():
        if (head := parser.feed(data)) is not None:
            return head, parser.rest
    raise trio.BrokenResourceError("the connection ended before an answer")


def _body(pipe: Pipe, head: ResponseHead, first: bytes) -> WireBody:
    body = WireBody(pipe, framing(head), first)
    for inflater in inflaters(codings(head)):
        body = InflatedBody(body, inflater)
    return body
