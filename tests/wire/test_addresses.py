"""Addresses in all their spellings, over real sockets: one address is one client, however it is written.

A list of addresses is got round where two parsers read one text differently. So each text here either means what the
socket would show, or is refused; nothing of it makes a stranger local.
"""

import json

import pytest
import trio

from orchd.access.tokens import new_token
from tests.fix_daemon import App, StartApp
from tests.raw_client import RawClient, handshake
from tests.wire.people import first_user

STRANGERS = {
    "203.0.113.7": ("203.0.113.7:1234", "::ffff:203.0.113.7", "::FFFF:CB00:7107", "[::ffff:203.0.113.7]:80"),
    "2001:db8::7": ("2001:DB8::7", "2001:db8:0:0:0:0:0:7", "[2001:db8::7]:443", "2001:db8::8"),
}
UNREADABLE = (
    *("2130706433", "0x7f000001", "127.1", "0177.0.0.1", "127.0.0.01", "127.0.0.1.", "localhost", "unknown", "_hidden"),
    *(
        "::ffff:127.0.0.1%lo",
        "[127.0.0.1]",
        "127.0.0.1:",
        "127.0.0.1/32",
        "\u00a0127.0.0.1",
        "127。0。0。1",
        "①27.0.0.1",
    ),
    *("::1::", "[::1", "::ffff:0x7f.1", "", ",", "127.0.0.1,", "127.0.0.1 127.0.0.1"),
)
HOSTS = (
    *(
        "2130706433",
        "0x7f.1",
        "127.1",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil@localhost",
    ),
    *(
        "localhost@evil.example",
        "localhost%00.evil.example",
        "[::1].evil.example",
        "localhost:80@evil.example",
        "①27.0.0.1",
    ),
    *(
        "127.0.0.1:port",
        "localhost/evil",
        "localhost\\@evil.example",
        "localhost#.evil.example",
        "[::1",
        "::1",
        "loc\talhost",
    ),
)


async def ask(
    port: int, headers: dict[str, str], request: str = "GET /session", host: str | None = None, at: str = "127.0.0.1"
) -> tuple[int, str]:
    """Status and body of an answer."""
    lines = {"Host": f"127.0.0.1:{port}" if host is None else host, "Connection": "close", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    async with await trio.open_tcp_stream(at, port) as stream:
        await stream.send_all(f"{request} HTTP/1.1\r\n{head}\r\n".encode())
        told, _, body = (await RawClient(stream).all()).partition(b"\r\n\r\n")
    return int(told.split(b" ")[1]), body.decode()


def port_of(daemon: App) -> int:
    """Where it listens."""
    return int(daemon.url.partition("\n")[0].rpartition(":")[2])


async def test_the_local_owner_and_the_proxy_by_ipv6(app: StartApp) -> None:
    daemon: App | None = None
    try:
        daemon = await app(host="::1", trusted_proxies=("::1",), trusted_user_header="Remote-User")
    except* OSError:
        pass
    if daemon is None:
        pytest.skip("this machine has no IPv6")
    port = port_of(daemon)
    assert (await ask(port, {}, at="::1"))[0] == 200, "the local owner"
    for headers in (
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-For": "::1"},
        {"X-Forwarded-For": "::ffff:127.0.0.1"},
        {"X-Forwarded-Proto": "http"},
        {"X-Forwarded-Host": "localhost"},
        {"Remote-User": "local"},
    ):
        assert (await ask(port, headers, at="::1"))[0] == 401, f"what a proxy says makes nobody local: {headers}"


async def test_each_spelling_of_an_address_is_the_same_client(app: StartApp) -> None:
    daemon = await app(trusted_proxies=("127.0.0.1",))
    await first_user(daemon)
    for plain, others in STRANGERS.items():
        for _ in range(80):
            status, _ = await ask(port_of(daemon), {"X-Forwarded-For": plain, "Authorization": f"Bearer {new_token()}"})
            if status == 429:
                break
        assert status == 429
        for other in (*others, f"127.0.0.1, {plain}", f"198.51.100.1, {plain}"):
            shown = {"X-Forwarded-For": other, "Authorization": f"Bearer {new_token()}"}
            assert (await ask(port_of(daemon), shown))[0] == 429, other
    assert (await ask(port_of(daemon), {"Authorization": f"Bearer {new_token()}"}))[0] == 401, "nobody else waits"


async def test_what_one_parser_would_take_for_an_address_is_refused(app: StartApp) -> None:
    daemon = await app(trusted_proxies=("127.0.0.1",))
    for text in UNREADABLE:
        for hops in (text, f"203.0.113.7, {text}"):
            status, told = await ask(port_of(daemon), {"X-Forwarded-For": hops})
            assert status == 400, (hops, told)


async def test_no_spelling_of_a_host_or_an_origin_opens_a_socket(app: StartApp) -> None:
    daemon = await app()
    port = port_of(daemon)
    for host in HOSTS:
        status, told = await ask(port, {}, host=host)
        assert status in (400, 403), (host, told)
        assert "evil" not in told
    own = f"127.0.0.1:{port}"
    for host in (own, f"localhost:{port}", f"[::1]:{port}"):
        for origin in (
            *(f"http://{name}" for name in HOSTS),
            "null",
            f"http://127.0.0.1:{port + 1}",
            "file://",
            "http://",
        ):
            async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
                client = RawClient(stream)
                head = handshake(host)[:-2] + f"Origin: {origin}\r\n\r\n".encode()
                await client.send(head)
                line = (await client.until(b"\r\n")).decode()
                assert " 403 " in line or " 400 " in line, (host, origin, line)


async def test_other_peoples_pages_open_no_socket_of_the_local_owner(app: StartApp) -> None:
    daemon = await app()
    port = port_of(daemon)
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{port}", "origin": "http://evil.example"},
    ):
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
            client = RawClient(stream)
            await client.send(handshake(f"127.0.0.1:{port}")[:-2] + f"{lines}\r\n".encode())
            assert b" 101 " not in await client.until(b"\r\n")
            body = await client.all()
        assert json.loads(body.partition(b"\r\n\r\n")[2])["error"]["message"]
