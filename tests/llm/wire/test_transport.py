import gzip
import ssl
import subprocess
import zlib
from pathlib import Path

import httpx
import pytest
import trio

from orchd.llm.wire.head import MAX_HEAD_BYTES
from orchd.llm.wire.inflate import PIECE_BYTES
from orchd.llm.wire.pipe import connect_tcp
from orchd.llm.wire.transport import WireTransport, body_of, ready_made
from tests.fix_upstream import CHUNKED_HEAD, Exchange, Upstream, chunk, reply


def client(upstream: Upstream | None = None) -> httpx.AsyncClient:
    connect = upstream.connect if upstream is not None else connect_tcp
    return httpx.AsyncClient(
        transport=WireTransport(connect), trust_env=False, timeout=httpx.Timeout(None, connect=5.0)
    )


async def get(upstream: Upstream, *parts: bytes) -> httpx.Response:
    upstream.says(*parts, head=b"")
    async with client(upstream) as http:
        return await http.get(upstream.url + "/a?b=c")


async def test_request_as_sent(upstream: Upstream) -> None:
    upstream.routes["POST /v1/x?y=z"] = reply(200, {})
    async with client() as http:
        answer = await http.post(
            upstream.url + "/v1/x?y=z", json={"a": "é" * 100_000}, headers={"Authorization": "Bearer k"}
        )
    assert answer.json() == {}
    seen = upstream.requests[0]
    assert seen.json() == {"a": "é" * 100_000}
    assert seen.headers["connection"] == "close"
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.headers["authorization"] == "Bearer k"
    assert seen.headers["host"] == upstream.url.removeprefix("http://")


@pytest.mark.parametrize(
    "parts",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", b"lo and more"),
        (b"HTTP/1.1 200 OK\r\n\r\nhel", b"lo"),
        (b"HTTP/1.0 200 OK\r\n\r\nhello",),
        (CHUNKED_HEAD + chunk(b"hel"), chunk(b"lo") + b"0\r\n\r\n"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello"),
        tuple(bytes([byte]) for byte in CHUNKED_HEAD + chunk(b"hello") + b"0\r\n\r\n"),
    ],
)
async def test_framings(upstream: Upstream, parts: tuple[bytes, ...]) -> None:
    answer = await get(upstream, *parts)
    assert (answer.status_code, answer.content) == (200, b"hello")


@pytest.mark.parametrize("head", [b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
async def test_no_body(upstream: Upstream, head: bytes) -> None:
    assert (await get(upstream, head)).content == b""


@pytest.mark.parametrize(
    "parts",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",),
        (CHUNKED_HEAD + chunk(b"hello"),),
        (CHUNKED_HEAD + b"5\r\nhel",),
        (CHUNKED_HEAD + b"zz\r\n",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",),
        (b"220 smtp ready\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * (MAX_HEAD_BYTES + 70_000),),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20,),
        (b"",),
        (b"HTTP/1.1 200 OK\r\nConte",),
    ],
)
async def test_bad_or_cut_responses(upstream: Upstream, parts: tuple[bytes, ...]) -> None:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await get(upstream, *parts)


@pytest.mark.parametrize(
    "head",
    [
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked, chunked\r\n",
        b"Transfer-Encoding: identity\r\nContent-Length: 26\r\n",
        b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Encoding: deflate\r\n",
        b"Content-Encoding: gzip, deflate\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Odd Name: x\r\nno colon\r\nContent-Length : 26\r\n",
    ],
)
async def test_what_curl_reads_is_read(upstream: Upstream, head: bytes) -> None:
    body = b"hello, hello, hello, hello"
    if b"gzip" in head:
        body = gzip.compress(body)
    if b"deflate" in head:
        body = zlib.compress(body)
    if b"chunked" in head:
        body = b"".join(chunk(body[at : at + 7]) for at in range(0, len(body), 7)) + b"0\r\n\r\n"
    interim = b"HTTP/1.1 102 Processing\r\n\r\n" * 20
    for end in (b"\r\n", b"\n"):
        answer = await get(upstream, interim + (b"HTTP/1.1 200 OK\r\n" + head + b"\r\n").replace(b"\r\n", end), body)
        assert answer.content == b"hello, hello, hello, hello"


async def test_a_compressed_bomb_is_read_in_pieces_and_lets_others_run(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    memory_upstream.says(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(bytes(5_000_000)), head=b""
    )
    async with client(memory_upstream) as http, http.stream("GET", memory_upstream.url) as answer:
        sizes = [len(piece) async for piece in answer.aiter_raw()]
    assert sum(sizes) == 5_000_000
    assert max(sizes) == PIECE_BYTES


@pytest.mark.parametrize(
    ("response", "what"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nxyz", "compressed with `br`, though no compression"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nxyz", "compressed with `gzip`, and can't be read"),
        (b"220 smtp ready\r\n", "it begins with `220 smtp ready`"),
        (CHUNKED_HEAD + b"zz\r\n", "a chunk header is malformed"),
    ],
)
async def test_what_cant_be_read_says_what_is_wrong(upstream: Upstream, response: bytes, what: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=what):
        await get(upstream, response)


async def test_a_redirect_is_not_followed(upstream: Upstream) -> None:
    answer = await get(upstream, b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
    assert answer.status_code == 302
    assert len(upstream.requests) == 1


async def test_each_request_has_its_own_connection_so_that_none_is_reused_too_late(upstream: Upstream) -> None:
    upstream.routes["GET /a"] = reply(200, {}).replace(b"\r\n\r\n", b"\r\nKeep-Alive: timeout=5\r\n\r\n", 1)
    async with client() as http:
        for _ in range(3):
            assert (await http.get(upstream.url + "/a")).status_code == 200
    assert len({id(exchange.stream) for exchange in upstream.requests}) == 3


async def test_a_refused_connection(upstream: Upstream) -> None:
    with trio.socket.socket() as unused:
        await unused.bind(("127.0.0.1", 0))
        async with client() as http:
            with pytest.raises(httpx.ConnectError):
                await http.get(f"http://127.0.0.1:{unused.getsockname()[1]}/")
            with pytest.raises(httpx.ConnectError):
                await http.get("http://no-such-host.invalid/")


async def test_a_connection_that_never_opens(autojump_clock: trio.testing.MockClock) -> None:
    async def connect(host: str, port: int) -> trio.abc.Stream:
        await trio.sleep_forever()

    http = httpx.AsyncClient(
        transport=WireTransport(connect), trust_env=False, timeout=httpx.Timeout(None, connect=5.0)
    )
    with pytest.raises(httpx.ConnectTimeout):
        await http.get("http://box/")
    assert trio.current_time() == pytest.approx(5.0)
    await http.aclose()


class Hasty(trio.abc.Stream):
    """A server's end that stops reading, having answered or not."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.closed = False

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await trio.lowlevel.checkpoint()
        raise trio.BrokenResourceError

    async def wait_send_all_might_not_block(self) -> None:
        await trio.lowlevel.checkpoint()

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        await trio.lowlevel.checkpoint()
        answer, self._answer = self._answer, b""
        if not answer:
            raise trio.BrokenResourceError
        return answer

    async def aclose(self) -> None:
        self.closed = True
        await trio.lowlevel.checkpoint()


async def test_an_answer_before_the_request_is_read_counts() -> None:
    hasty = [Hasty(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"), Hasty(b"")]
    rest = iter(hasty)

    async def connect(host: str, port: int) -> trio.abc.Stream:
        await trio.lowlevel.checkpoint()
        return next(rest)

    async with httpx.AsyncClient(transport=WireTransport(connect), trust_env=False) as http:
        assert (await http.post("http://box/", content=b"x")).status_code == 413
        with pytest.raises(httpx.ReadError):
            await http.post("http://box/", content=b"x")
    assert all(stream.closed for stream in hasty)


async def test_closing_the_response_closes_the_connection_at_once(upstream: Upstream) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(CHUNKED_HEAD, chunk(b"hello"))
        await trio.sleep_forever()

    upstream.script = script
    async with client() as http:
        answer = await http.send(http.build_request("POST", upstream.url, content=b"{}"), stream=True)
        assert await body_of(answer).read() == b"hello"
        await answer.aclose()
        with trio.fail_after(90):
            await upstream.requests[0].closed.wait()


@pytest.mark.parametrize("when", ["headers", "body"])
async def test_cancelling_closes_the_connection_at_once(upstream: Upstream, when: str) -> None:
    async def script(exchange: Exchange) -> None:
        if when == "body":
            await exchange.send(CHUNKED_HEAD)
        await trio.sleep_forever()

    upstream.script = script
    async with client() as http, trio.open_nursery() as nursery:
        nursery.start_soon(http.get, upstream.url)
        await upstream.asked.wait()
        nursery.cancel_scope.cancel()
    with trio.fail_after(90):
        await upstream.requests[0].closed.wait()


async def test_the_body_can_be_iterated_as_httpx_does(upstream: Upstream) -> None:
    upstream.says(chunk(b"a"), chunk(b"b"), b"0\r\n\r\n", head=CHUNKED_HEAD)
    async with client() as http, http.stream("GET", upstream.url) as answer:
        assert b"".join([piece async for piece in answer.aiter_raw()]) == b"ab"


async def test_only_the_start_of_a_long_body_is_read(upstream: Upstream) -> None:
    upstream.says(b"x" * 1_000_000, head=b"HTTP/1.1 500 X\r\n\r\n")
    async with client() as http, http.stream("GET", upstream.url) as answer:
        assert await body_of(answer).read_up_to(1000) == b"x" * 1000


async def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Return a new certificate for 127.0.0.1 and its key."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    try:
        await trio.run_process(command, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        pytest.skip("openssl makes the test's certificate and is not installed")
    return certificate, key


async def test_tls(nursery: trio.Nursery, tmp_path: Path) -> None:
    certificate, key = await make_certificate(tmp_path)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate, key)
    gone = trio.Event()

    async def serve(stream: trio.SSLStream[trio.SocketStream]) -> None:
        try:
            await stream.receive_some(65_536)
            await stream.send_all(CHUNKED_HEAD + chunk(b"hello"))
            assert not await stream.receive_some(10)  # some builds of OpenSSL take a missing farewell for an end
        except trio.BrokenResourceError:
            pass
        gone.set()

    listeners = await nursery.start(trio.serve_ssl_over_tcp, serve, 0, server)
    url = f"https://127.0.0.1:{listeners[0].transport_listener.socket.getsockname()[1]}/"
    trust = ssl.create_default_context(cafile=str(certificate))
    async with httpx.AsyncClient(transport=WireTransport(tls=trust), trust_env=False) as http:
        answer = await http.send(http.build_request("GET", url), stream=True)
        assert await body_of(answer).read() == b"hello"
        await answer.aclose()
        with trio.fail_after(90):
            await gone.wait()
    async with client() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(url)


async def test_a_response_that_came_over_no_connection() -> None:
    response = ready_made(404, b'{"error": "none"}')
    assert (response.status_code, response.headers["content-type"]) == (404, "application/json")
    assert await body_of(response).read_up_to(100) == b'{"error": "none"}'
    assert await body_of(response).read() == b""
    await response.aclose()
