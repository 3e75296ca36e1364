"""Requests at the door: methods, bodies, whose page they come from, who they come from, and what that one may."""

import json
from typing import Any

import pytest
import trio
import trio.testing

from orchd.access.addresses import SocketPeer, TrustedProxies, read_address
from orchd.errors import Busy, Unavailable
from orchd.protocol.identity import Identity
from orchd.protocol.types import ClientPayload
from orchd.server.entry.gate import Gate
from orchd.server.entry.page import MISSING, Page, PageRequest, PageRoute, Pages
from orchd.server.entry.reception import MAX_BODY_BYTES
from orchd.server.http import HttpConnection
from tests.fake_people import ANA, BOB, VIC, FakePeople, make_reception
from tests.raw_client import RawClient

Clock = trio.testing.MockClock

OWN = {"Origin": "http://localhost"}
JSON = {"Content-Type": "application/json"}
COOKIE = {"Cookie": "orchd=" + "c" * 43}
HERE, THERE = SocketPeer(read_address("127.0.0.1")), SocketPeer(read_address("203.0.113.7"))
BEHIND_PROXY = TrustedProxies(["127.0.0.1"], "Remote-User")


class Said(ClientPayload, frozen=True):
    """What is posted."""

    word: str


async def who(request: PageRequest) -> Page:
    told = {"user": request.identity.name, "cookie": request.cookie is not None, "query": request.query}
    return Page.of_json(200, told | ({} if request.body is None else {"word": request.body.word}))


async def tell_lost(request: PageRequest) -> Page:
    return (await who(request))._replace(status=404)


async def fail(_request: PageRequest) -> Page:
    raise Busy("too much", retry_after_ms=1500)


async def tell(request: PageRequest) -> Page:
    return Page.of_json(400, [request.languages, request.agent, request.host])


PAGES: Pages = {
    "/tell": (PageRoute("GET", "public", tell),),
    "/public": (PageRoute("GET", "public", who),),
    "/open": (PageRoute("GET", "open", who), PageRoute("POST", "open", who, body=Said)),
    "/status": (PageRoute("GET", "status", who),),
    "/read": (PageRoute("GET", "read", who, scope="chat"),),
    "/change": (PageRoute("POST", "change", who, scope="tasks", body=Said),),
    "/admin": (PageRoute("GET", "admin", who, scope="admin"),),
    "/enter": (PageRoute("POST", "public", who, body=Said),),
    "/busy": (PageRoute("GET", "public", fail),),
    MISSING: (PageRoute("GET", "open", tell_lost),),
}


def household() -> FakePeople:
    people = FakePeople(users_exist=True)
    people.cookies["c" * 43] = BOB
    people.names["ana"] = ANA
    for name, identity in {"ana": ANA, "bob": BOB, "vic": VIC}.items():
        people.tokens[name] = identity
    people.tokens["narrow"] = BOB._replace(scopes=frozenset({"tasks"}))
    return people


def get(path: str, *headers: dict[str, str], method: str = "GET", body: bytes | None = None) -> bytes:
    """Return a request."""
    lines = {"Host": "localhost"} | {name: value for each in headers for name, value in each.items()}
    if body is not None:
        lines = {"Content-Length": str(len(body))} | lines
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + (body or b"")


def post(path: str, *headers: dict[str, str], body: bytes = b'{"word": "hello"}') -> bytes:
    return get(path, *headers, method="POST", body=body)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def ask(
    request: bytes, people: FakePeople | None = None, peer: SocketPeer = HERE, proxies: TrustedProxies = BEHIND_PROXY
) -> tuple[int, dict[str, str], Any]:
    """Return status, headers and body of the answer."""
    ours, theirs = trio.testing.memory_stream_pair()
    gate = Gate(["orchd.example"], ["https://web.example"])
    reception = make_reception(PAGES, people or household(), gate=gate, insecure=False)
    await theirs.send_all(request)
    await HttpConnection(ours, reception, idle_seconds=5, peer=peer, proxies=proxies).run()
    await ours.aclose()
    head, _, body = (await RawClient(theirs).all()).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, json.loads(body) if body else None


def code(answer: tuple[int, dict[str, str], Any]) -> tuple[int, str]:
    return answer[0], answer[2]["error"]["code"]


async def test_a_body(autojump_clock: Clock) -> None:
    status, _, told = await ask(post("/change?a=b", OWN, JSON, COOKIE))
    assert (status, told) == (200, {"user": "bob", "cookie": True, "query": "a=b", "word": "hello"})


@pytest.mark.parametrize(
    ("request_bytes", "status", "error"),
    [
        (post("/enter", OWN), 415, "invalid"),
        (post("/enter", OWN, {"Content-Type": "text/plain"}), 415, "invalid"),
        (post("/enter", OWN, {"Content-Type": "application/json; charset=utf-8"}), 415, "invalid"),
        (post("/enter", OWN, {"Content-Type": "application/x-www-form-urlencoded"}, body=b"word=a"), 415, "invalid"),
        (post("/enter", OWN, {"Content-Type": "multipart/form-data; boundary=x"}), 415, "invalid"),
        (post("/enter", OWN, JSON, {"content-type": "text/plain"}), 415, "invalid"),
        (post("/enter", OWN, JSON, {"Content-Encoding": "gzip"}), 415, "invalid"),
        (get("/enter", OWN, JSON, method="POST"), 411, "invalid"),
        (get("/enter", OWN, JSON, {"Transfer-Encoding": "chunked"}, method="POST"), 411, "invalid"),
        (post("/enter", OWN, JSON, {"Content-Length": "-1"}), 400, "invalid"),
        (post("/enter", OWN, JSON, {"Content-Length": "1e3"}), 400, "invalid"),
        (post("/enter", OWN, JSON, {"Content-Length": str(MAX_BODY_BYTES + 1)}), 413, "too_large"),
        (post("/enter", OWN, JSON, {"Content-Length": "9" * 19}), 413, "too_large"),
        (post("/enter", OWN, JSON, body=b""), 400, "invalid"),
        (post("/enter", OWN, JSON, body=b"null"), 400, "invalid"),
        (post("/enter", OWN, JSON, body=b"{"), 400, "invalid"),
        (post("/enter", OWN, JSON, body=b"[]"), 400, "invalid"),
        (post("/enter", OWN, JSON, body=b"word=hello"), 400, "invalid"),
        (post("/enter", OWN, JSON, body=b'{"word": 1}'), 400, "invalid"),
        (post("/enter", OWN, JSON, body=b'{"word": "a", "role": "admin"}'), 400, "invalid"),
        (post("/enter", OWN, JSON, body=b"[" * MAX_BODY_BYTES), 400, "invalid"),
        (post("/enter", OWN, JSON, {"Content-Length": "100"}), 400, "invalid"),
        (post("/public", OWN, JSON), 405, "invalid"),
        (get("/change", bearer("bob")), 405, "invalid"),
        (get("/enter", method="PUT"), 405, "invalid"),
        (post("/nothing", OWN, JSON), 404, "not_found"),
        (get("/public", body=b"hello"), 413, "too_large"),
        (get("/busy"), 503, "busy"),
    ],
)
async def test_what_is_refused(request_bytes: bytes, status: int, error: str, autojump_clock: Clock) -> None:
    answer = await ask(request_bytes)
    assert code(answer) == (status, error)
    assert answer[1]["connection"] == "close"


async def test_a_broken_body_names_the_member(autojump_clock: Clock) -> None:
    _, _, told = await ask(post("/enter", OWN, JSON, body=b'{"word": 1}'))
    assert told["error"]["details"] == {"reason": "malformed", "field": "word", "path": "$.word"}


async def test_when_to_try_again(autojump_clock: Clock) -> None:
    assert (await ask(get("/busy")))[1]["retry-after"] == "2"


async def test_who_logs_in_shows_the_cookie_of_before(autojump_clock: Clock) -> None:
    assert (await ask(post("/enter", OWN, JSON, COOKIE)))[2] == {
        "user": "",
        "cookie": True,
        "query": "",
        "word": "hello",
    }


@pytest.mark.parametrize("path", ["/nothing", "/nothing/below"])
async def test_who_reads_pages_is_shown_one_where_there_is_none(path: str, autojump_clock: Clock) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    status, _, told = await ask(get(path, browser, COOKIE))
    assert (status, told["user"]) == (404, "bob")
    for other in (get(path, {"Accept": "*/*"}), get(path), post(path, OWN, JSON, browser)):
        assert code(await ask(other)) == (404, "not_found")


async def test_which_methods_a_page_takes(autojump_clock: Clock) -> None:
    assert (await ask(get("/change", method="OPTIONS")))[1]["allow"] == "post, options"
    assert (await ask(post("/public", OWN, JSON)))[1]["allow"] == "get, head, options"
    assert (await ask(get("/open", method="PUT")))[1]["allow"] == "get, head, post, options"
    assert (await ask(get("/change", method="DELETE")))[1]["allow"] == "post, options"
    assert (await ask(get("*", method="OPTIONS")))[1]["allow"] == "get, head, post, options"


async def test_what_a_page_is_told(autojump_clock: Clock) -> None:
    headers = {"Accept-Language": "pt-BR", "User-Agent": "browser"}
    assert (await ask(get("/tell", headers)))[2] == ["pt-BR", "browser", "localhost"]
    assert (await ask(get("/tell")))[2] == ["", "", "localhost"]


async def test_options_tell_that_a_page_is_not_well(autojump_clock: Clock) -> None:
    status, _, told = await ask(get("/tell", method="OPTIONS"))
    assert (status, told) == (400, ["", "", "localhost"])
    assert (await ask(get("/public", method="OPTIONS")))[::2] == (200, None)


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_the_websocket_is_asked_for_by_get(method: str, autojump_clock: Clock) -> None:
    status, headers, _ = await ask(get("/ws", OWN, method=method))
    assert (status, headers["allow"]) == (405, "get, head, options")
    assert (await ask(get("/public", method="PUT")))[1]["allow"] == "get, head, options"


UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
UPGRADE |= {"Sec-WebSocket-Key": "A" * 22 + "=="}


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Cookie": "orchd=" + "x" * 43, **OWN}, (401, "unauthorized")),
        ({"Authorization": "Bearer nobody"}, (401, "unauthorized")),
        ({"Authorization": "bearer ana"}, (401, "unauthorized")),
        ({"Remote-User": "eve"}, (401, "unauthorized")),
        ({"Authorization": "Bearer ana", "authorization": "Bearer ana"}, (400, "invalid")),
        ({**COOKIE, "Origin": "http://evil.example"}, (403, "forbidden")),
        ({"Authorization": "Bearer ana", "Origin": "http://evil.example"}, (403, "forbidden")),
        ({"Authorization": "Bearer ana", "Content-Length": "5"}, (413, "too_large")),
    ],
)
async def test_a_websocket_that_is_refused(
    headers: dict[str, str], refused: tuple[int, str], autojump_clock: Clock
) -> None:
    assert code(await ask(get("/ws", UPGRADE, headers))) == refused


async def test_a_body_in_pieces_and_a_request_after_it(autojump_clock: Clock) -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    client = RawClient(theirs)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(HttpConnection(ours, make_reception(PAGES, household()), idle_seconds=5).run)
        for request in (post("/enter", OWN, JSON), post("/enter", OWN, JSON, {"Expect": "100-continue"})):
            for start in range(0, len(request), 7):
                await client.send(request[start : start + 7])
                await trio.testing.wait_all_tasks_blocked()
        await client.send(get("/public") + get("/public", {"Connection": "close"}))
    await ours.aclose()
    answers = (await client.all()).split(b"HTTP/1.1 ")
    assert [answer[:3] for answer in answers[1:]] == [b"200", b"100", b"200", b"200", b"200"]


NOT_OWN: list[dict[str, str]] = [
    {},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://evil.example"},
    {"Origin": "https://web.example"},
    {"Origin": "http://localhost:8080"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://evil@localhost"},
    {"Origin": "http://localhost", "origin": "http://evil.example"},
    {"Origin": "ftp://localhost"},
    {"Referer": "http://localhost/login"},
    {"Sec-Fetch-Site": "same-origin"},
]


@pytest.mark.parametrize("headers", NOT_OWN, ids=str)
async def test_what_changes_something_comes_from_a_page_of_our_own(
    headers: dict[str, str], autojump_clock: Clock
) -> None:
    for path in ("/enter", "/change", "/open"):
        assert code(await ask(post(path, headers, JSON, COOKIE))) == (403, "forbidden")


async def test_a_program_with_a_token_has_no_page(autojump_clock: Clock) -> None:
    assert (await ask(post("/change", JSON, bearer("bob"))))[0] == 200
    assert code(await ask(post("/change", JSON, bearer("bob"), {"Origin": "http://evil.example"}))) == (
        403,
        "forbidden",
    )
    assert code(await ask(post("/enter", JSON, bearer("bob")))) == (403, "forbidden"), "nobody logs in like that"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "https://web.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_cookie_counts_from_a_page_of_our_own(headers: dict[str, str], autojump_clock: Clock) -> None:
    assert code(await ask(get("/read", COOKIE, headers))) == (401, "unauthorized")
    for own in ({}, OWN, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert (await ask(get("/read", COOKIE, own)))[2]["user"] == "bob"


RIGHTS: list[tuple[str, str, int]] = [
    ("/public", "", 200),
    ("/open", "", 200),
    ("/status", "", 401),
    ("/read", "", 401),
    ("/admin", "", 401),
    ("/status", "vic", 200),
    ("/read", "vic", 200),
    ("/admin", "vic", 403),
    ("/admin", "bob", 403),
    ("/admin", "ana", 200),
    ("/read", "narrow", 403),
    ("/status", "narrow", 200),
    ("/open", "nobody", 401),
    ("/public", "nobody", 200),
]


@pytest.mark.parametrize(("path", "token", "status"), RIGHTS)
async def test_who_may_ask_for_a_page(path: str, token: str, status: int, autojump_clock: Clock) -> None:
    headers = bearer(token) if token else {}
    assert (await ask(get(path, headers)))[0] == status
    assert (await ask(get(path, headers, method="HEAD")))[0] == status
    assert (await ask(get(path, headers, method="OPTIONS")))[0] == status


async def test_who_may_change_something(autojump_clock: Clock) -> None:
    statuses = {token: (await ask(post("/change", JSON, bearer(token))))[0] for token in ("vic", "bob", "narrow", "x")}
    assert statuses == {"vic": 403, "bob": 200, "narrow": 200, "x": 401}


async def test_nothing_of_a_body_is_read_before_it_is_known_who_sends_it(autojump_clock: Clock) -> None:
    assert code(await ask(post("/change", OWN, JSON, body=b"nonsense"))) == (401, "unauthorized")


async def test_a_refusal_says_how_to_show_who_one_is(autojump_clock: Clock) -> None:
    status, headers, _ = await ask(get("/read"))
    assert (status, headers["www-authenticate"]) == (401, "bearer")


async def test_while_the_database_is_away(autojump_clock: Clock) -> None:
    people = household()
    people.away = Unavailable("the database is away")
    assert code(await ask(get("/read", COOKIE), people)) == (503, "unavailable")
    assert code(await ask(get("/status", bearer("ana")), people)) == (503, "unavailable")
    assert (await ask(get("/open", COOKIE), people))[2]["user"] == ""
    people.users_exist = None
    assert code(await ask(get("/read"), people)) == (503, "unavailable")
    assert (await ask(get("/status"), people))[2]["user"] == ""


@pytest.mark.parametrize(
    ("peer", "headers", "user"),
    [
        (HERE, {}, "local"),
        (THERE, {}, None),
        (HERE, {"X-Forwarded-For": "127.0.0.1"}, None),
        (HERE, {"X-Forwarded-Proto": "http"}, None),
        (THERE, {"X-Forwarded-For": "127.0.0.1"}, None),
        (THERE, {"Remote-User": "ana"}, None),
        (HERE, {"Host": "127.0.0.1"}, "local"),
    ],
)
async def test_the_local_owner_is_on_this_machine(
    peer: SocketPeer, headers: dict[str, str], user: str | None, autojump_clock: Clock
) -> None:
    status, _, told = await ask(get("/read", headers), FakePeople(), peer)
    assert (status, told.get("user")) == ((200, user) if user else (401, None))


async def test_whose_session_is_over_sees_what_anybody_may(autojump_clock: Clock) -> None:
    (people := household()).over.add("c" * 43)
    assert (await ask(get("/read", COOKIE), people))[2]["error"]["details"] == {"reason": "session_expired"}
    assert (await ask(get("/open", COOKIE), people))[0] == 200


async def test_whom_a_proxy_names(autojump_clock: Clock) -> None:
    assert (await ask(get("/admin", {"Remote-User": "ana"})))[2]["user"] == "ana"
    assert code(await ask(get("/admin", {"Remote-User": "eve"}))) == (401, "unauthorized")
    assert code(await ask(get("/admin", {"Remote-User": "ana"}), peer=THERE)) == (401, "unauthorized")
    assert code(await ask(get("/admin", {"Remote_User": "ana"}))) == (400, "invalid")


class SlowPeople(FakePeople):
    """A database that does not answer."""

    async def by_token(self, token: str) -> Identity:
        await trio.sleep_forever()
        raise AssertionError


async def test_it_is_not_looked_for_ever(autojump_clock: Clock) -> None:
    people = SlowPeople(users_exist=True)
    assert code(await ask(get("/read", bearer("ana")), people)) == (503, "unavailable")


async def test_from_elsewhere_it_is_said_that_there_is_no_user_yet(autojump_clock: Clock) -> None:
    nobody = FakePeople(users_exist=False)
    status, _, told = await ask(get("/status"), nobody, THERE)
    assert (status, told["error"]["details"]) == (401, {"reason": "no_users"})
    assert (await ask(get("/status"), nobody))[0] == 200, "here is the local owner"
    status, _, told = await ask(get("/status"), None, THERE)
    assert (status, told["error"]["details"]) == (401, {"reason": "not_known"})
