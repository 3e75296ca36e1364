"""The HTTP side of the port: pages, refusals, and the way over to WebSocket."""

import json

import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from orchd.server.entry.page import Page, PageRequest, PageRoute
from orchd.server.http import MAX_HEAD_BYTES, Handshake, HttpConnection
from tests.fake_people import make_reception
from tests.fix_server import Json, Kit
from tests.raw_client import PONG, TEXT, RawClient, handshake, masked

Clock = trio.testing.MockClock


def get(path: str = "/hello", method: str = "GET", host: str = "localhost", **headers: str) -> bytes:
    """Return the head of a request; a header is named with `_` for `-`."""
    lines = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1")


def sized(length: int) -> bytes:
    """Return a request whose head has so many bytes."""
    return get(X="y" * (length - len(get(X=""))))


async def answer(client: RawClient, *, body: bool = True) -> tuple[int, dict[str, str], bytes]:
    """Read one response."""
    status, *lines = (await client.until(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    text = b""
    while body and len(text) < int(headers["content-length"]):
        text += await client.until(b"\n") if headers["content-type"].endswith("json") else await client.until(b"hello")
    return int(status.split()[1]), headers, text


async def ask(kit: Kit, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send on a connection of its own, which must be closed after a refusal."""
    client = kit.raw()
    await client.send(request)
    response = await answer(client, body=not request.startswith(b"HEAD"))
    if response[0] >= 400:
        assert response[1]["connection"] == "close"
        assert await client.all() == b""
    await client.stream.aclose()
    return response


async def test_a_page(kit: Kit, autojump_clock: Clock) -> None:
    for path in ("/hello", "/hello?a=b"):
        status, headers, body = await ask(kit, get(path))
        assert (status, body) == (200, b"hello")
    assert headers["content-type"] == "text/plain"
    assert headers["content-length"] == "5"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "microphone=()" in headers["permissions-policy"]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /hello HTTP/1.0\r\n\r\n",
        get("http://localhost:3001/hello"),
        get("HTTP://127.0.0.1/hello?a=b", host="[::1]:3001"),
        get("http://orchd.example/hello", host="orchd.example"),
        b"GET http://localhost/hello HTTP/1.0\r\n\r\n",
        sized(MAX_HEAD_BYTES),
    ],
)
async def test_pages_for_whoever_asks_in_another_form(request_bytes: bytes, kit: Kit, autojump_clock: Clock) -> None:
    assert (await ask(kit, request_bytes))[::2] == (200, b"hello")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"OPTIONS /hello HTTP/1.0\r\n\r\n",
        b"OPTIONS * HTTP/1.0\r\n\r\n",
        get(method="OPTIONS"),
        get(method="OPTIONS", Origin="http://evil.example", Access_Control_Request_Method="GET"),
    ],
)
async def test_health_checks_by_options(request_bytes: bytes, kit: Kit, autojump_clock: Clock) -> None:
    status, headers, body = await ask(kit, request_bytes)
    assert (status, headers["content-length"], headers["allow"], body) == (200, "0", "get, head, options", b"")
    assert not [name for name in headers if name.startswith("access-control")]


async def test_head_is_the_page_without_its_body(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await client.send(get(method="HEAD") + get())
    status, headers, _ = await answer(client, body=False)
    assert (status, headers["content-length"]) == (200, "5")
    assert (await answer(client))[2] == b"hello", "nothing stands between the two"
    await client.stream.aclose()


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (get("/nothing"), 404, "not_found"),
        (get("/hello/"), 404, "not_found"),
        (get("/../hello"), 404, "not_found"),
        (get("http://evil.example/ws"), 403, "forbidden"),
        (get("http://evil.example/hello"), 403, "forbidden"),
        (get("http://localhost/hello", host="evil.example"), 403, "forbidden"),
        (get("http://localhost@evil.example/hello"), 403, "forbidden"),
        (get("http:///hello"), 403, "forbidden"),
        (get("ftp://localhost/hello"), 404, "not_found"),
        (get("http://localhost/nothing"), 404, "not_found"),
        (get(method="POST"), 405, "invalid"),
        (get(method="DELETE"), 405, "invalid"),
        (get("*"), 404, "not_found"),
        (get("/nothing", method="OPTIONS"), 404, "not_found"),
        (get("/hello", host="evil.example", method="OPTIONS"), 403, "forbidden"),
        (get().replace(b"1.1", b"2.0"), 505, "invalid"),
        (get().replace(b"1.1", b"1.2"), 505, "invalid"),
        (get(Content_Length="5") + b"hello", 413, "too_large"),
        (get(Content_Length="100000") + b"x" * 60_000, 413, "too_large"),
        (get(Transfer_Encoding="chunked") + b"5\r\nhello\r\n0\r\n\r\n", 413, "too_large"),
        (get(Transfer_Encoding="chunked", Content_Length="3") + b"0\r\n\r\n", 400, "invalid"),
        (get(Transfer_Encoding="chunked").replace(b"1.1", b"1.0") + b"0\r\n\r\n", 400, "invalid"),
        (get(host="evil.example"), 403, "forbidden"),
        (get(host=""), 403, "forbidden"),
        (b"GET /hello HTTP/1.0\r\nHost: evil.example\r\n\r\n", 403, "forbidden"),
        (b"GET /hello HTTP/1.0\r\nHost:\r\n\r\n", 403, "forbidden"),
        (b"GET /ws HTTP/1.0\r\n\r\n", 426, "invalid"),
        (handshake().replace(b"1.1", b"1.0"), 426, "invalid"),
        (handshake(Sec_WebSocket_Key=""), 400, "invalid"),
        (handshake(Sec_WebSocket_Key="abc"), 400, "invalid"),
        (handshake(Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ=="[:20]), 400, "invalid"),
        (handshake(Origin="https://web.example", ORIGIN="http://evil.example"), 400, "invalid"),
        (handshake(ORIGIN="http://evil.example", Origin="https://web.example"), 400, "invalid"),
        (handshake(SEC_WEBSOCKET_VERSION="13"), 400, "invalid"),
        (handshake(SEC_WEBSOCKET_KEY="dGhlIHNhbXBsZSBub25jZQ=="), 400, "invalid"),
        (get("/ws"), 426, "invalid"),
        (get("/ws", Upgrade="h2c", Connection="Upgrade"), 426, "invalid"),
        (get("/ws", Upgrade="websocket"), 426, "invalid"),
        (handshake(Sec_WebSocket_Version="8"), 426, "invalid"),
        (handshake().replace(b"Sec-WebSocket-Key", b"Sec-WebSocket-Kea"), 426, "invalid"),
        (handshake().replace(b"GET", b"HEAD"), 426, "invalid"),
        (handshake(Sec_WebSocket_Protocol="é"), 400, "invalid"),
        (handshake(Sec_WebSocket_Extensions="\xff"), 400, "invalid"),
        (handshake(host="evil.example"), 403, "forbidden"),
        (handshake(Origin="http://evil.example"), 403, "forbidden"),
        (handshake(Origin="null"), 403, "forbidden"),
        (handshake(Origin="http://["), 403, "forbidden"),
        (b"GET /hello HTTP/1.1\r\n\r\n", 400, "invalid"),
        (b"GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400, "invalid"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "invalid"),
        (b"nonsense\r\n\r\n", 400, "invalid"),
        (get(X="y" * (MAX_HEAD_BYTES + 8192)), 431, "invalid"),
        (sized(MAX_HEAD_BYTES + 1), 431, "invalid"),
        (b"GET /" + b"x" * 60_000, 431, "invalid"),
    ],
)
async def test_what_is_refused(request_bytes: bytes, status: int, code: str, kit: Kit, autojump_clock: Clock) -> None:
    got, headers, body = await ask(kit, request_bytes)
    assert got == status
    assert headers["content-type"] == "application/json"
    if not request_bytes.startswith(b"HEAD"):
        error = json.loads(body)["error"]
        assert error["code"] == code
        assert error["message"]
    if status == 405:
        assert headers["allow"] == "get, head, options"
    if status == 426:
        assert (headers["upgrade"], headers["sec-websocket-version"]) == ("websocket", "13")


async def test_a_connection_is_kept_for_more_requests(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    for _ in range(3):
        await client.send(get())
        status, headers, body = await answer(client)
        assert (status, body) == (200, b"hello")
        assert "connection" not in headers
        await trio.sleep(9)
    await client.send(get(Connection="close"))
    assert (await answer(client))[1]["connection"] == "close"
    assert await client.all() == b""


async def test_who_sends_more_than_is_read_is_told_that_the_connection_ends(kit: Kit, autojump_clock: Clock) -> None:
    for sent, kept in ((b"12345", True), (b"123", False)):
        client = kit.raw()
        await client.send(get("*", method="OPTIONS", Content_Length="5") + sent)
        _, headers, _ = await answer(client)
        assert ("connection" not in headers) == kept
        if kept:
            await client.send(get(Connection="close"))
            assert (await answer(client))[2] == b"hello"
        assert await client.all() == b""


async def test_requests_sent_ahead_are_answered_in_order(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await client.send(get() + get(method="HEAD") + get() + get("/nothing") + get())
    assert [(await answer(client, body=body))[0] for body in (True, False, True, True)] == [200, 200, 200, 404]
    assert await client.all() == b"", "nothing more after a refusal"


async def test_an_upgrade_to_something_else_is_passed_over(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    for _ in range(2):
        await client.send(get(Upgrade="h2c", Connection="Upgrade, HTTP2-Settings", HTTP2_Settings="AAMAAABk"))
        assert (await answer(client))[::2] == (200, b"hello")
    await client.stream.aclose()


async def test_http_1_0(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await client.send(b"GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert (await client.all()).endswith(b"\r\n\r\nhello")


async def test_a_silent_client_is_let_go(kit: Kit, autojump_clock: Clock) -> None:
    silent = kit.raw()
    kept = kit.raw()
    await kept.send(get())
    await answer(kept)
    assert await silent.all() == b""
    assert await kept.all() == b""
    assert 10 <= trio.current_time() <= 12


async def test_a_head_that_drips_in_has_a_deadline(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    request = get(X="y" * 1000)

    async def drip() -> None:
        for position in range(len(request)):
            await client.stream.send_all(request[position : position + 1])
            await trio.sleep(0.5)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(drip)
        assert await client.all() == b""
        nursery.cancel_scope.cancel()
    assert 10 <= trio.current_time() <= 12


async def test_a_client_that_does_not_read_its_pages_is_let_go(autojump_clock: Clock) -> None:
    ours, theirs = trio.testing.lockstep_stream_pair()

    async def page(_request: PageRequest) -> Page:
        return Page(200, "text/plain", b"x" * 1_000_000)

    async with trio.open_nursery() as nursery:
        http = HttpConnection(ours, make_reception({"/": (PageRoute("GET", "public", page),)}), idle_seconds=10)
        nursery.start_soon(theirs.send_all, get("/"))
        assert await http.run() is None
    assert trio.current_time() == pytest.approx(10)


async def test_a_page_that_fails_ends_its_connection_only(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await client.send(get("/broken"))
    assert b"secret" not in await client.all()
    assert (await ask(kit, get()))[0] == 200
    kit.defects = 1


@pytest.mark.parametrize("pieces", [1, 7, 10_000])
async def test_a_handshake_in_pieces(pieces: int, kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    request = handshake(Connection="keep-alive, Upgrade", Upgrade="WebSocket", User_Agent="\xe9")
    for start in range(0, len(request), pieces):
        await client.send(request[start : start + pieces])
    assert (await client.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    assert b"session:ready" in (await client.frame())[1]
    await client.stream.aclose()


async def test_a_handshake_in_absolute_form(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await client.send(handshake(path="http://localhost/ws"))
    assert (await client.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")


async def test_frames_sent_ahead_of_the_answer_are_not_lost(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await client.send(get() + handshake() + masked(TEXT, b'{"type":"ping","id":"a"}') + masked(TEXT, b"{}"))
    assert (await answer(client))[2] == b"hello"
    await client.until(b"\r\n\r\n")
    frames = [json.loads((await client.frame())[1]) for _ in range(3)]
    assert [frame["type"] for frame in frames] == ["session:ready", "pong", "error"]
    await client.stream.aclose()


async def test_half_a_frame_sent_ahead(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    frame = masked(0x9, b"hasty")
    await client.send(handshake() + frame[:3])
    await client.until(b"\r\n\r\n")
    await client.frame()
    await client.send(frame[3:])
    assert await client.frame() == (PONG, b"hasty")
    await client.stream.aclose()


@pytest.mark.parametrize(
    ("offered", "chosen"), [((), None), (("orchd.v1",), "orchd.v1"), (("x", "orchd.v1"), "orchd.v1"), (("x",), None)]
)
async def test_the_subprotocol_is_chosen_when_offered(
    offered: tuple[str, ...], chosen: str | None, kit: Kit, autojump_clock: Clock
) -> None:
    client = await kit.connect(*offered)
    assert client.websocket.subprotocol == chosen


@pytest.mark.parametrize("origin", ["http://localhost", "https://web.example"])
async def test_origins_that_are_let_in(origin: str, kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await client.send(handshake(Origin=origin))
    assert (await client.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    await client.stream.aclose()


@pytest.mark.parametrize("limits", [{"max_connections": 2}])
async def test_too_many_connections(kit: Kit, limits: Json, autojump_clock: Clock) -> None:
    one, other = await kit.connect(), kit.raw()
    await trio.testing.wait_all_tasks_blocked()
    for request in (get(), handshake()):
        status, _, body = await ask(kit, request)
        assert (status, json.loads(body)["error"]["code"]) == (503, "busy")
    assert (await one.ask("ping"))["type"] == "pong"
    await other.stream.aclose()
    await trio.testing.wait_all_tasks_blocked()
    assert (await ask(kit, get()))[0] == 200


@given(
    st.binary(max_size=300)
    | st.builds(lambda junk: get(X=junk), st.text(st.characters(max_codepoint=255), max_size=50))
)
async def test_any_bytes_are_answered_or_let_go(data: bytes) -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    http = HttpConnection(ours, make_reception(), idle_seconds=0.5)
    await theirs.send_all(data)
    await theirs.send_eof()
    with capture_logs() as logs:
        result = await http.run()
    assert result is None or isinstance(result, Handshake)
    assert not logs
