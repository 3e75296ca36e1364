"""Logging in by a name and a password, and what else may answer there."""

from functools import partial

import pytest
import trio

from orchd.client import THIS_MACHINE, Client, Trust, connection, log_in, log_out
from orchd.errors import ConfigurationError, OrchdError, RateLimited, Unauthorized, Unavailable
from tests.fix_daemon import StartApp
from tests.fix_tls import Authority
from tests.wire.people import PASSWORD, first_user

HANG = 60


async def user_of(url: str, trust: Trust) -> str:
    """Who one is by what a connection shows."""
    async with trio.open_nursery() as nursery:
        with trio.fail_after(HANG):
            client: Client = await nursery.start(connection, url, lambda _frame: None, trust)
        await client.aclose()
        return str(client.session["user"])


async def test_a_session_from_its_beginning_to_its_end(app: StartApp) -> None:
    one = await app()
    await first_user(one, "maria")
    entered = await log_in(one.url, "Maria", PASSWORD, Trust(token="not used"))
    assert entered.token is None
    assert await user_of(one.url, entered) == "maria"
    assert entered.cookie is not None
    assert entered.cookie not in repr(entered) + str(entered)
    await log_out(one.url, entered)
    with pytest.RaisesGroup(Unauthorized):
        await user_of(one.url, entered)


async def test_a_wrong_password_is_told_and_then_held_up(app: StartApp) -> None:
    one = await app()
    await first_user(one, "maria")
    refused: list[type[OrchdError]] = []
    while RateLimited not in refused and len(refused) < 30:  # on a slow machine some are forgotten meanwhile
        with pytest.raises((Unauthorized, RateLimited)) as told:
            await log_in(one.url, "maria", "not this", THIS_MACHINE)
        refused.append(told.type)
    assert refused[:5] == [Unauthorized] * 5
    assert refused[-1] is RateLimited


async def test_over_tls_any_host_will_do(app: StartApp, authority: Authority) -> None:
    files = authority.issue(names=["localhost"])
    one = await app(tls_certificate=str(files.certificate), tls_key=str(files.key))
    url = one.url.replace("127.0.0.1", "localhost")
    trust = Trust(authorities=authority.file)
    with pytest.raises(Unauthorized):  # nobody is there yet, and it says so
        await log_in(url, "maria", PASSWORD, trust)
    with pytest.raises(Unavailable, match="not believed"):
        await log_in(url, "maria", PASSWORD, THIS_MACHINE)


@pytest.mark.parametrize("url", ["http://192.0.2.1:3001", "http://orchd.lan", "ws://[2001:db8::1]:1", "10.0.0.1"])
async def test_no_password_goes_over_plain_http_to_another_machine(url: str) -> None:
    with pytest.raises(ConfigurationError, match="without TLS"):
        await log_in(url, "maria", PASSWORD, THIS_MACHINE)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "is no orchd daemon"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi", "HTTP 404"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"ffff\r\n" + b"x" * 65_535 + b"\r\n" + b"9\r\n",
            "no orchd",
        ),
        (b"SSH-2.0-x\r\n\r\n", "is no orchd daemon"),
        (b"", "is no orchd daemon"),
    ],
)
async def test_something_else_there(nursery: trio.Nursery, answer: bytes, told: str) -> None:
    async def serve(stream: trio.SocketStream) -> None:
        async with stream:
            await stream.receive_some(4096)
            await stream.send_all(answer)

    (listener, *_) = await nursery.start(partial(trio.serve_tcp, serve, 0, host="127.0.0.1"))
    with pytest.raises(OrchdError, match=told), trio.fail_after(HANG):
        await log_in(f"http://127.0.0.1:{listener.socket.getsockname()[1]}", "maria", PASSWORD, THIS_MACHINE)


async def test_nobody_there_or_nobody_who_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
    monkeypatch.setattr("orchd.client.login.LOG_IN_SECONDS", 0.2)
    with pytest.raises(Unavailable, match="did not answer within"):
        await log_in(url, "maria", PASSWORD, THIS_MACHINE)
    await listener.aclose()
    with pytest.raises(Unavailable, match="refused"):
        await log_in(url, "maria", PASSWORD, THIS_MACHINE)
