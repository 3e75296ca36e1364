"""Requests to the provider: what comes back that is of no use, and how many are made at once."""

import ssl

import pytest
import trio

from orchd.errors import Busy, Unavailable
from orchd.oidc import fetching
from orchd.oidc.fetching import Fetcher

PATIENCE = 60.0


async def serve(answer: bytes, *, task_status: trio.TaskStatus[str]) -> None:
    """Answer each connection with these bytes; none: with silence."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")

    async def handle(stream: trio.SocketStream) -> None:
        async with stream:
            await stream.receive_some(65536)
            if not answer:
                await trio.sleep_forever()
            await stream.send_all(answer)

    async with listener:
        task_status.started(f"http://127.0.0.1:{listener.socket.getsockname()[1]}/")
        await trio.serve_listeners(handle, [listener])


def page(body: bytes, status: str = "200 OK", headers: bytes = b"") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n".encode()
    return head + headers + b"\r\n" + body


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (page(b"[]"), "no JSON object"),
        (page(b"{"), "no JSON object"),
        (page(b"[" * 100_000), "no JSON object"),
        (page(b'{"a":"' + b"x" * fetching.MAX_BYTES + b'"}'), "too much"),
        (page(b"{}", "500 No"), "HTTP 500"),
        (page(b"{}", "302 Found", b"Location: http://127.0.0.1:1/\r\n"), "HTTP 302"),
        (b"garbage\r\n\r\n", "can't be reached"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", "can't be reached"),
    ],
)
async def test_answers_of_no_use(nursery: trio.Nursery, answer: bytes, told: str) -> None:
    url = await nursery.start(serve, answer)
    fetcher = Fetcher(ssl.create_default_context())
    with trio.fail_after(PATIENCE), pytest.raises(Unavailable, match=told):
        await fetcher.get(url)
    await fetcher.aclose()


async def test_an_answer_and_what_is_sent_for_it(nursery: trio.Nursery) -> None:
    url = await nursery.start(serve, page(b'{"a": 1}', "400 No"))
    fetcher = Fetcher(ssl.create_default_context())
    with trio.fail_after(PATIENCE):
        assert await fetcher.post(url, {"code": "c"}, ("name", "secret")) == (400, {"a": 1})
    await fetcher.aclose()


async def test_nobody_there_and_silence(nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    fetcher = Fetcher(ssl.create_default_context())
    with pytest.raises(Unavailable, match="can't be reached"):
        await fetcher.get("http://127.0.0.1:9/")
    monkeypatch.setattr(fetching, "ANSWER_SECONDS", 0.05)
    url = await nursery.start(serve, b"")
    with pytest.raises(Unavailable, match="in time"):
        await fetcher.get(url)
    await fetcher.aclose()


async def test_who_would_wait_too_long_is_told_so_at_once(nursery: trio.Nursery) -> None:
    url = await nursery.start(serve, b"")
    fetcher = Fetcher(ssl.create_default_context())
    async with trio.open_nursery() as asking:
        for _ in range(fetching.AT_ONCE + fetching.MOST_WAITING):
            asking.start_soon(fetcher.get, url)
        await trio.testing.wait_all_tasks_blocked(0.01)
        with pytest.raises(Busy):
            await fetcher.get(url)
        asking.cancel_scope.cancel()
    await fetcher.aclose()
