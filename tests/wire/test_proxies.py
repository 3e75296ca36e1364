"""Requests that come through a proxy, or from who says so: who the client is, and whose page it has open."""

import pytest
import trio
import trio.testing

from orchd.access.addresses import NO_PROXIES, SocketPeer, TrustedProxies, read_address
from orchd.protocol.identity import LOCAL
from orchd.server.entry.gate import Gate
from orchd.server.http import Handshake, HttpConnection
from tests.fake_people import ANA, FakePeople, make_reception
from tests.fix_daemon import StartApp
from tests.raw_client import RawClient

NEAR = SocketPeer(read_address("127.0.0.1"))
BEHIND_PROXY = TrustedProxies(["127.0.0.1"], "Remote-User")


def hello(**headers: str) -> bytes:
    """A handshake's head; a header is named with `_` for `-`."""
    lines = {"Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    lines |= {"Sec-WebSocket-Key": "A" * 22 + "=="} | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"GET /ws HTTP/1.1\r\n{head}\r\n".encode()


async def through(
    request: bytes, proxies: TrustedProxies = BEHIND_PROXY, peer: SocketPeer = NEAR, *, users_exist: bool = True
) -> Handshake | bytes:
    """The handshake that a request is, or the answer that it gets."""
    ours, theirs = trio.testing.memory_stream_pair()
    people = FakePeople(users_exist=users_exist)
    people.names["ann"] = ANA
    reception = make_reception({}, people, gate=Gate(["orchd.example"], []), insecure=False)
    await theirs.send_all(request)
    await theirs.send_eof()
    handshake = await HttpConnection(ours, reception, idle_seconds=5, peer=peer, proxies=proxies).run()
    if handshake is not None:
        return handshake
    await ours.aclose()
    return bytes(await RawClient(theirs).all())


async def test_the_handshake_knows_its_client() -> None:
    forwarded = {"X_Forwarded_For": "203.0.113.7", "X_Forwarded_Proto": "https", "Remote_User": "ann"}
    request = hello(**forwarded)
    told = await through(request)
    assert isinstance(told, Handshake)
    assert told.arrival.client == (read_address("203.0.113.7"), True, None, "ann", True, False)
    silent = await through(request, NO_PROXIES)
    assert isinstance(silent, Handshake)
    assert silent.arrival.client == (NEAR.address, False, None, None, False, True)


async def test_each_request_of_a_kept_connection_has_a_client_of_its_own() -> None:
    first = b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.7\r\nRemote-User: ann\r\n\r\n"
    told = await through(first + hello())
    assert isinstance(told, Handshake)
    assert told.arrival.client == (NEAR.address, False, None, None, False, False)


@pytest.mark.parametrize(
    ("said", "admitted"),
    [
        ({"Origin": "https://orchd.example", "X_Forwarded_Host": "orchd.example"}, True),
        ({"Origin": "https://orchd.example", "X_Forwarded_Host": "orchd.example:443"}, True),
        ({"Origin": "https://orchd.example:8443", "X_Forwarded_Host": "orchd.example:8443"}, True),
        ({"Origin": "http://orchd.example", "X_Forwarded_Host": "orchd.example"}, False),
        ({"Origin": "https://127.0.0.1:3001", "X_Forwarded_Host": "orchd.example"}, False),
        ({"Origin": "https://evil.example", "X_Forwarded_Host": "orchd.example"}, False),
        ({"Origin": "https://evil.example", "X_Forwarded_Host": "evil.example"}, False),
        ({"X_Forwarded_Host": "evil.example"}, False),
        ({"Origin": "https://orchd.example", "Host": "evil.example", "X_Forwarded_Host": "orchd.example"}, False),
    ],
)
async def test_origins_behind_a_proxy(said: dict[str, str], admitted: bool) -> None:
    request = {"Host": "127.0.0.1:3001", "X_Forwarded_Proto": "https"} | said
    answer = await through(hello(**request))
    assert isinstance(answer, Handshake) == admitted
    assert admitted or (isinstance(answer, bytes) and answer.startswith(b"HTTP/1.1 403"))


async def test_a_forwarded_host_of_nobody_we_know_is_not_looked_at() -> None:
    said = {"Origin": "http://localhost", "X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https"}
    stranger = SocketPeer(read_address("203.0.113.7"))
    assert isinstance(await through(hello(**said), peer=stranger), Handshake)


@pytest.mark.parametrize(
    "lines",
    [
        b"X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 127.0.0.1\r\n",
        b"x-forwarded-for: nobody\r\n",
        b"X-Forwarded-Proto: gopher\r\n",
        b"Remote-User: ann\r\nREMOTE-USER: admin\r\n",
        b"Remote_User: admin\r\n",
    ],
)
async def test_what_a_proxy_says_twice_or_badly_is_refused_and_a_stranger_may_say_it(lines: bytes) -> None:
    request = hello()[:-2] + lines + b"\r\n"
    refused = await through(request)
    assert isinstance(refused, bytes)
    assert refused.startswith(b"HTTP/1.1 400")
    assert b"admin" not in refused
    ignored = await through(request, NO_PROXIES)
    assert isinstance(ignored, Handshake)
    assert ignored.arrival.client == (NEAR.address, False, None, None, False, True)


@pytest.mark.parametrize(
    "said",
    [
        {"X_Forwarded_For": "203.0.113.7"},
        {"X_Forwarded_Host": "localhost"},
        {"X_Real_IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 somewhere"},
        {"Host": "orchd.example"},
        {"Host": "192.0.2.1:3001"},
        {"Host": "[2001:db8::1]"},
    ],
)
async def test_while_there_is_no_user_who_comes_by_a_proxy_is_refused_and_told_which_setting_names_it(
    said: dict[str, str],
) -> None:
    refused = await through(hello(**said), NO_PROXIES, users_exist=False)
    assert isinstance(refused, bytes)
    assert refused.startswith(b"HTTP/1.1 403")
    assert b"server.trustedProxies" in refused
    assert isinstance(await through(hello(**said), NO_PROXIES), Handshake), "it has to say who it is"


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:3001", "127.0.0.1", "127.1.2.3:3001", "[::1]:3001", "0.0.0.0:1"]
)
async def test_while_there_is_no_user_this_machine_is_let_in(host: str) -> None:
    told = await through(hello(Host=host), NO_PROXIES, users_exist=False)
    assert isinstance(told, Handshake)
    assert told.arrival.identity == LOCAL


async def test_the_daemon_believes_the_proxy_of_its_settings(app: StartApp) -> None:
    one = await app(trusted_proxies=("127.0.0.0/8",))
    port = int(one.url.rpartition(":")[2])
    for trusted, status in ((b"nobody", b" 400 "), (b"203.0.113.7", b" 101 ")):
        async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
            await stream.send_all(hello()[:-2] + b"X-Forwarded-For: " + trusted + b"\r\n\r\n")
            assert status in await RawClient(stream).until(b"\r\n")
