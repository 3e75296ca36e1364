"""Posts over a real socket, to a server that answers what it is told."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any, NamedTuple

import pytest
import trio

from orchd.errors import Forbidden, OrchdError, Unavailable
from orchd.features.notification.channels.web import WebPoster, ntfy, webhook
from orchd.features.notification.messages import Notification

HANG_SECONDS = 60.0
WHEN = "2030-01-01T00:00:00.000Z"


def notification(title: str = "Ready", text: str = "") -> Notification:
    return Notification(
        id=7, version=1, created_at=WHEN, updated_at=WHEN, deleted_at=None, user_id=1, kind="quota", source="a",
        title=title, text=text,
    )  # fmt: skip


class Receiver(NamedTuple):
    """Where a server listens, and what it was sent: heads and bodies."""

    url: str
    got: list[tuple[str, Any]]


@asynccontextmanager
async def receiver(answer: bytes) -> AsyncIterator[Receiver]:
    got: list[tuple[str, Any]] = []

    async def serve(stream: trio.SocketStream) -> None:
        async with stream:
            data = b""
            while b"\r\n\r\n" not in data or not data.partition(b"\r\n\r\n")[2].endswith(b"}"):
                data += await stream.receive_some()
            head, _, body = data.partition(b"\r\n\r\n")
            got.append((head.decode(), json.loads(body)))
            await stream.send_all(answer)

    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(trio.serve_tcp, serve, 0)
        port = listeners[0].socket.getsockname()[1]
        with trio.fail_after(HANG_SECONDS):
            yield Receiver(f"http://127.0.0.1:{port}/hook", got)
        nursery.cancel_scope.cancel()


OK = b"HTTP/1.1 204 No Content\r\n\r\n"


async def test_a_webhook_gets_the_notification_as_it_is_shown() -> None:
    async with receiver(OK) as there, aclosing(WebPoster(private=True)) as poster:
        await poster.post(*webhook(there.url, notification("“Ä” is\ncompleted")))
    ((head, body),) = there.got
    assert head.startswith("POST /hook HTTP/1.1\r\n")
    assert f"Host: {there.url.split('/')[2]}" in head
    assert (body["type"], body["data"]["title"], body["data"]["id"]) == ("notification", "“Ä” is\ncompleted", 7)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "HTTP 500"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "HTTP 302"),
        (b"nonsense\r\n\r\n", "can't be reached"),
        (b"", "can't be reached"),
    ],
)
async def test_what_is_not_taken_is_told_without_the_address(answer: bytes, told: str) -> None:
    async with receiver(answer) as there, aclosing(WebPoster(private=True)) as poster:
        with pytest.raises(Unavailable) as refused:
            await poster.post(*webhook(there.url, notification()))
    assert told in refused.value.message
    assert "127.0.0.1" not in refused.value.message


async def test_nothing_is_sent_to_the_own_network_unless_that_is_allowed() -> None:
    async with receiver(OK) as there, aclosing(WebPoster(private=False)) as poster:
        for url in (there.url, there.url.replace("http:", "https:")):
            with pytest.raises(Forbidden):
                await poster.post(*webhook(url, notification()))
        assert there.got == []


async def test_a_server_that_is_silent_is_given_up(autojump_clock: trio.abc.Clock) -> None:
    async def ask(name: str, port: int) -> list[str]:
        await trio.sleep_forever()
        raise OSError

    async with aclosing(WebPoster(private=False, ask=ask)) as poster:
        with pytest.raises(OrchdError) as refused:
            await poster.post(*webhook("https://a.example", notification()))
    assert refused.value.message == "it does not answer in time"


def test_what_an_ntfy_server_is_told() -> None:
    assert ntfy("https://ntfy.example/sub/topic/", notification("Ready", "At last.")) == (
        "https://ntfy.example/sub/",
        {"topic": "topic", "title": "Ready", "message": "At last."},
    )
    assert ntfy("https://ntfy.example/t", notification("Ready"))[1]["message"] == "Ready"
