"""Answers to refused requests, pages for programs alone, and answers that come piece by piece over a socket."""

import json
from collections.abc import AsyncGenerator, Callable
from typing import Any

import h11
import pytest
import trio
import trio.testing

from orchd.errors import CODES, Internal, OrchdError, RateLimited, Unauthorized
from orchd.server.entry.gate import Gate
from orchd.server.entry.page import MISSING, STATUSES, LatePages, Page, PageRequest, PageRoute, Pages, Upload, find_door
from orchd.server.http import HttpConnection
from tests.fake_people import make_reception
from tests.raw_client import RawClient
from tests.server.entry.test_reception import COOKIE, HERE, JSON, OWN, Clock, bearer, get, household, post


def test_a_refusal_is_told_as_in_a_frame() -> None:
    page = Page.of_refusal(RateLimited("too many", retry_after_ms=1001))
    assert (page.status, page.headers) == (429, (("Retry-After", "2"),))
    error = {"code": "rate_limited", "message": "too many", "details": {"retryAfterMs": 1001}}
    assert json.loads(page.body) == {"error": error}


def test_who_must_say_who_they_are_is_told_how() -> None:
    assert Page.of_refusal(Unauthorized("who?")).headers == (("WWW-Authenticate", "Bearer"),)


@pytest.mark.parametrize("kind", CODES)
def test_each_code_has_a_status(kind: type[OrchdError]) -> None:
    page = Page.of_refusal(kind("x"))
    assert 400 <= page.status < 600
    assert (page.status == 500) == (kind.code not in STATUSES)
    assert STATUSES.get(Internal.code, 500) == 500


SHARED = {"Origin": "https://tool.example"}


async def say(request: PageRequest) -> Page:
    assert request.cookies == ()
    said = b"" if request.incoming is None else b"".join([piece async for piece in request.incoming.pieces()])
    if said == b"wait":
        await trio.sleep_forever()
    return Page.of_json(200, {"user": request.identity.name, "said": said.decode(), "cookie": request.cookie})


def loudly(page: Page) -> Page:
    return page._replace(body=page.body.upper())


PROGRAMS: Pages = {
    "/ask": (
        PageRoute("POST", "change", say, scope="chat", upload=Upload(8), origin="program", shape=loudly, watched=True),
        PageRoute("GET", "read", say, scope="chat", origin="program", shape=loudly),
    ),
    "/send": (PageRoute("POST", "change", say, scope="chat", upload=Upload(8), origin="program"),),
}


async def ask_as_program(request: bytes, *, users_exist: bool = True) -> tuple[int, dict[str, str], Any]:
    ours, theirs = trio.testing.memory_stream_pair()
    people = household()
    people.users_exist = users_exist
    reception = make_reception(PROGRAMS, people, gate=Gate([], ["https://web.example"], ["https://tool.example"]))
    await theirs.send_all(request)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(HttpConnection(ours, reception, idle_seconds=5, peer=HERE).run)
        await trio.testing.wait_all_tasks_blocked()
        await theirs.send_eof()
    await ours.aclose()
    head, _, body = (await RawClient(theirs).all()).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return (
        int(first.split()[1]),
        dict(line.lower().split(": ", 1) for line in lines),
        json.loads(body) if body else None,
    )


@pytest.mark.parametrize("key", [bearer("bob"), {"X-Api-Key": "bob"}, bearer("bob") | {"X-Api-Key": "other"}])
async def test_a_program_shows_its_key_in_either_form(key: dict[str, str], autojump_clock: Clock) -> None:
    status, headers, told = await ask_as_program(post("/ask", JSON, key, COOKIE, body=b'"hi"'))
    assert (status, told) == (200, {"user": "bob", "said": '"hi"', "cookie": None})
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("request_bytes", "status", "error"),
    [
        (post("/ask", JSON, COOKIE, OWN, body=b"1"), 403, "FORBIDDEN"),
        (post("/ask", JSON, COOKIE, body=b"1"), 401, "UNAUTHORIZED"),
        (post("/ask", JSON, bearer("bob"), {"Origin": "https://web.example"}, body=b"1"), 403, "FORBIDDEN"),
        (post("/ask", JSON, bearer("bob"), {"Origin": "null"}, body=b"1"), 403, "FORBIDDEN"),
        (get("/ask", COOKIE), 401, "UNAUTHORIZED"),
        (get("/ask", {"X-Api-Key": "no one's"}), 401, "UNAUTHORIZED"),
        (post("/ask", JSON, bearer("nobody"), body=b"1"), 401, "UNAUTHORIZED"),
        (post("/ask", JSON, bearer("vic"), body=b"1"), 403, "FORBIDDEN"),
        (post("/ask", JSON, bearer("narrow"), body=b"1"), 403, "FORBIDDEN"),
        (post("/ask", JSON, bearer("bob"), body=b"1" * 9), 413, "TOO_LARGE"),
        (post("/ask", {"Content-Type": "text/plain"}, bearer("bob"), body=b"1"), 415, "INVALID"),
    ],
)
async def test_programs_are_refused_in_words_of_their_own(
    request_bytes: bytes, status: int, error: str, autojump_clock: Clock
) -> None:
    found, _, told = await ask_as_program(request_bytes)
    assert (found, told["ERROR"]["CODE"]) == (status, error)


async def test_while_there_is_no_user_any_key_is_the_local_owners(autojump_clock: Clock) -> None:
    for _ in range(30):  # none of them is a wrong guess, which would slow down the next ones
        answer = await ask_as_program(post("/ask", JSON, bearer("sk-none"), body=b"1"), users_exist=False)
        assert (answer[0], answer[2]["user"]) == (200, "local")


async def test_pages_of_named_origins_may_ask(autojump_clock: Clock) -> None:
    status, headers, _ = await ask_as_program(post("/ask", JSON, bearer("bob"), SHARED, body=b"1"))
    assert (status, headers["access-control-allow-origin"], headers["vary"]) == (200, "https://tool.example", "origin")
    exposed = headers["access-control-expose-headers"].split(", ")
    assert exposed == ["mcp-session-id", "retry-after", "x-orchd-conversation", "x-request-id"]
    status, headers, _ = await ask_as_program(post("/ask", JSON, SHARED, body=b"1"))
    assert (status, headers["access-control-allow-origin"]) == (401, "https://tool.example"), "it may read why not"


async def test_a_browser_asks_before_such_a_page_may(autojump_clock: Clock) -> None:
    asked = {"Access-Control-Request-Headers": "authorization, content-type"}
    status, headers, _ = await ask_as_program(get("/send", SHARED, asked, method="OPTIONS"))
    assert (status, headers["access-control-allow-origin"]) == (200, "https://tool.example")
    assert headers["access-control-allow-methods"] == "post"
    assert headers["access-control-allow-headers"] == "authorization, content-type"
    _, headers, _ = await ask_as_program(get("/send", {"Origin": "https://web.example"}, asked, method="OPTIONS"))
    assert not [name for name in headers if name.startswith("access-control")]


async def test_what_is_made_for_a_client_ends_when_it_leaves(autojump_clock: Clock) -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    reception = make_reception(PROGRAMS, household())
    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(HttpConnection(ours, reception, idle_seconds=5, peer=HERE).run)
            await theirs.send_all(post("/ask", JSON, bearer("bob"), body=b"wait"))
            await trio.sleep(30)
            assert nursery.child_tasks, "it is waited for, however long it takes"
            await theirs.send_eof()
    await ours.aclose()
    assert await RawClient(theirs).all() == b""


async def _nothing(_request: PageRequest) -> Page:
    raise NotImplementedError


def test_what_is_missing_beside_pages_for_programs_is_theirs_to_say() -> None:
    own, ask, way = (
        PageRoute("GET", "read", _nothing),
        PageRoute("POST", "read", _nothing, origin="program"),
        PageRoute("GET", "read", _nothing, origin="program"),
    )
    pages: Pages = {"/own/page": (own,), "/program/ask": (ask,), "/program/other/way": (way,), MISSING: (own,)}
    for path in ("/program", "/program/", "/program/nothing", "/program/ask/more", "/program/other/nothing"):
        assert find_door(pages, path) is ask, path
    for path in ("/program/other/way/down", "/program/other/way" + "/down" * 50):
        assert find_door(pages, path) is way, path
    marked = ask._replace(hallmark=b"x-mark")
    pages = {**pages, "/program/marked": (marked,)}
    for path in ("/program/nothing", "/program/ask/more", "/program/other/way/down"):
        assert find_door(pages, path, {b"host", b"x-mark"}) is marked, path
        assert find_door(pages, path, {b"host"}) is not marked, path
    assert find_door(pages, "/own/nothing", {b"x-mark"}) is None
    for path in ("", "/", "*", "/own", "/own/nothing", "/programs", "//program/ask", MISSING):
        assert find_door(pages, path) is None, path


LONG_PIECES = [b"first", b"\r\n0\r\n\r\n", b"x" * 2_000_000, *[b"%d " % number for number in range(40)]]


async def over_a_socket(requests: list[bytes], length: int | None) -> tuple[HttpConnection, trio.SocketStream]:
    """A connection with a page of `LONG_PIECES`, which never waits, and the end of the client that asked for it."""

    async def give() -> AsyncGenerator[bytes]:
        for piece in LONG_PIECES:
            yield piece

    async def page(_request: PageRequest) -> Page:
        return Page(200, "text/plain", b"", pieces=give(), length=length)

    ours, theirs = (trio.SocketStream(end) for end in trio.socket.socketpair())
    await theirs.send_all(b"".join(requests))
    reception = make_reception({"/": (PageRoute("GET", "public", page),)})
    return HttpConnection(ours, reception, idle_seconds=10), theirs


@pytest.mark.parametrize("length", [None, sum(map(len, LONG_PIECES))])
@pytest.mark.parametrize("version", [b"HTTP/1.1", b"HTTP/1.0"])
async def test_pieces_come_whole_over_a_socket(version: bytes, length: int | None, autojump_clock: Clock) -> None:
    asked = get("/").replace(b"HTTP/1.1", version)
    times = 2 if version == b"HTTP/1.1" else 1
    http, theirs = await over_a_socket([asked] * times, length)
    await theirs.send_eof()
    client = h11.Connection(h11.CLIENT)

    async def serve() -> None:
        assert await http.run() is None
        await http._stream.aclose()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        for _ in range(times):
            client.send(h11.Request(method="GET", target="/", headers=[("Host", "localhost")]))
            client.send(h11.EndOfMessage())
            body = b""
            while not isinstance(event := client.next_event(), h11.EndOfMessage):
                if event is h11.NEED_DATA:
                    client.receive_data(bytes(await theirs.receive_some(65_536)))
                elif isinstance(event, h11.Data):
                    body += event.data
            assert body == b"".join(LONG_PIECES)
            if times > 1:
                client.start_next_cycle()
    await theirs.aclose()


async def test_a_client_that_takes_no_pieces_from_its_socket_is_let_go(autojump_clock: Clock) -> None:
    http, theirs = await over_a_socket([get("/")], None)
    assert await http.run() is None
    assert trio.current_time() == pytest.approx(10)
    await http._stream.aclose()
    await theirs.aclose()


async def test_a_client_that_has_left_its_socket_is_let_go(autojump_clock: Clock) -> None:
    http, theirs = await over_a_socket([get("/")], None)
    await theirs.aclose()
    assert await http.run() is None
    await http._stream.aclose()


def test_late_pages_are_made_with_the_first_path_of_their_part() -> None:
    made: list[str] = []

    def late(part: str) -> Callable[[], Pages]:
        def make() -> Pages:
            made.append(part)
            return {f"/{part}/ask": (route,)}

        return make

    route = PageRoute("GET", "public", _nothing, origin="program")
    pages = LatePages({"/": (route,), "/v1x": (route,)}, {"v1": late("v1"), "api": late("api")})
    assert [path in pages for path in ("/", "/v1x", "/v2", "", "v1", "/other/v1")] == [True, True] + [False] * 4
    assert find_door(pages, "/other/place") is None
    assert made == []
    assert pages["/v1/ask"] == (route,)
    assert find_door(pages, "/v1/else") is route
    assert pages.get("/v1") is None
    assert made == ["v1"]
    assert sorted(pages) == ["/", "/api/ask", "/v1/ask", "/v1x"]
    assert (len(pages), made) == (4, ["v1", "api"])


def test_late_pages_that_could_not_be_made_are_tried_again() -> None:
    route = PageRoute("GET", "public", _nothing, origin="program")
    outcomes: list[Pages | OSError] = [OSError("no descriptor"), {"/v1/ask": (route,)}]

    def make() -> Pages:
        outcome = outcomes.pop(0)
        if isinstance(outcome, OSError):
            raise outcome
        return outcome

    pages = LatePages({}, {"v1": make})
    with pytest.raises(OSError, match="no descriptor"):
        pages.get("/v1/ask")
    assert pages.get("/v1/ask") == (route,)


async def test_a_page_that_can_not_be_made_is_refused(autojump_clock: Clock) -> None:
    def make() -> Pages:
        raise ImportError("orchd.features.gateway.serving was replaced")

    pages = LatePages({"/": (PageRoute("GET", "public", _nothing),)}, {"v1": make})
    ours, theirs = trio.testing.memory_stream_pair()
    await theirs.send_all(get("/v1/models"))
    await HttpConnection(ours, make_reception(pages), idle_seconds=5).run()
    await ours.aclose()
    told = await RawClient(theirs).all()
    assert told.startswith(b"HTTP/1.1 500 ")
    assert b'"code":"internal"' in told.replace(b" ", b"")
