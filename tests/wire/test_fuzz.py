"""Whatever is sent: one error or one final frame, and the session goes on; or the documented close code."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchd.features import make_codec
from tests.examples import examples
from tests.wire.client import Client
from tests.wire.portal import Portal
from tests.wire.referee import Frame

TYPES = sorted(make_codec().client_frames)
MEMBERS = ("message", "conversationId", "parentId", "messageId", "id", "limit", "cursor", "before", "title", "params")
NOT_FINAL = ("chat:streaming", "chat:progress", "monitoring:metrics")

scalars = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20) | st.just("x" * 300)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
payloads = st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=8), values, max_size=4)
frames = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES) | values},
    optional={"id": st.text(max_size=66) | values, "data": payloads | values, "more": values},
)


def as_json(value: Any) -> str:
    """JSON as Python writes it, with `NaN` and lone surrogates where there are some, as ASCII."""
    return json.dumps(value)


texts = st.text() | frames.map(as_json) | values.map(as_json) | frames.map(as_json).map(lambda text: text[:-1])


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with Portal(tmp_path_factory.mktemp("fuzz")) as portal:
        yield portal


@pytest.fixture(scope="module")
def client(portal: Portal) -> Client:
    return portal.connect()


def is_last_word(frame: Frame) -> bool:
    """Whether a frame ends a request of any type."""
    return frame["type"] not in NOT_FINAL and frame["data"].get("role") != "user"


def announce(client: Client, text: str) -> None:
    """Tell the referee of a request, if the text could be one."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(frame, dict):
        request_id = frame.get("id")
        client.referee.asked(str(frame.get("type")), request_id if isinstance(request_id, str) else None)


async def offer(client: Client, text: str) -> None:
    """Send a text and a ping; exactly one final frame comes besides the pong."""
    announce(client, text)
    start = len(client.frames)
    await client.send_text(text)
    await client.until(is_last_word, after=start)
    await client.request("ping")
    assert sum(map(is_last_word, client.frames[start:])) == 2, client.frames[start:]
    client.frames.clear()


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example("[" * 100_000)
@example('{"type":"chat:history","data":{"conversationId":' + "9" * 400 + "}}")
@example('{"type":"ping","type":"cancel","id":"a"}')
@example('{"type":"ping","id":"\\ud800"}')
@example("\ufeff{}")
@example('{"type":"' + "x" * 100_000 + '"}')
@example('{"type":"conversation:list","data":{"cursor":"' + "9" * 30 + "." + "9" * 30 + '"}}')
@given(texts.filter(lambda text: text.isascii() or text.encode("utf-8", "ignore").decode() == text))
def test_any_text_gets_one_answer(portal: Portal, client: Client, text: str) -> None:
    portal.call(offer, client, text)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_close_1003(portal: Portal, data: bytes) -> None:
    client = portal.connect()
    portal.call(client.send_text, data)
    assert portal.call(client.wait_closed) == 1003


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes_instead_of_frames_end_that_connection_only(portal: Portal, client: Client, data: bytes) -> None:
    """Below WebSocket: bytes that are no frames are answered by an end, and nobody else notices."""

    async def throw() -> None:
        rude = await portal.app.connect_rudely()
        await rude.stream.send_all(data)
        await rude.stream.send_eof()
        await rude.rest()
        await rude.stream.aclose()

    portal.call(throw)
    portal.call(client.request, "ping")
