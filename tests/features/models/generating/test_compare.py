from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.models.generating.compare import MAX_BYTES, AnswerFeed, ModelComparison, compare, groups
from orchd.features.models.messages import ModelStreaming
from orchd.hub import FeedReader
from orchd.llm.types import ANY_REQUESTER, ModelInfo, Outcome, Prompt, Target, Turn
from tests.features.chat.room import Device
from tests.fix_chat import FakePeer, ScriptedBackends, answering, silent
from tests.growth import is_square
from tests.wire.client import HANG_SECONDS

PIECES = st.lists(st.tuples(st.sampled_from(["content", "reasoning"]), st.text(min_size=1, max_size=3), st.booleans()))


def target(backend: str, loaded: bool | None) -> Target:
    return Target(ModelInfo("m", backend, loaded=loaded), backend)


@pytest.mark.parametrize(
    ("targets", "found"),
    [
        ([("a", True), ("a", True)], [[0], [1]]),
        ([("a", True), ("a", False)], [[0, 1]]),
        ([("a", None), ("a", None)], [[0, 1]]),
        ([("a", False), ("b", False)], [[0], [1]]),
        ([("a", True), ("b", False), ("a", True), ("b", True)], [[0], [2], [1, 3]]),
    ],
)
def test_models_take_turns_where_a_load_might_take_anothers_memory(
    targets: list[tuple[str, bool | None]], found: list[list[int]]
) -> None:
    assert groups([target(*item) for item in targets]) == found


def streamed(device: Device) -> list[ModelStreaming]:
    return [msgspec.convert(frame["data"], ModelStreaming) for frame in device.read]


@given(PIECES)
async def test_whatever_the_connection_takes_the_text_arrives_whole(pieces: list[tuple[str, str, bool]]) -> None:
    peer = Device()
    feed = AnswerFeed("t-0", 0, FeedReader(peer, "r1"))
    for channel, text, held in pieces:
        if held:
            peer.held = True
        elif peer.held:
            peer.drain()
        feed.tell("content" if channel == "content" else "reasoning", text)
    if peer.held:
        peer.drain()
    with trio.fail_after(HANG_SECONDS):
        await feed.end("stop")
    frames = streamed(peer)
    for name in ("content", "reasoning"):
        sent = "".join(frame.chunk for frame in frames if frame.channel == name)
        assert sent == "".join(text for channel, text, _ in pieces if channel == name)
    assert [frame.done for frame in frames] == [False] * (len(frames) - 1) + [True]
    assert frames[-1].finish_reason == "stop"


def test_a_congested_connection_gets_the_text_merged() -> None:
    peer = Device()
    feed = AnswerFeed("t-0", 0, FeedReader(peer, "r1"))
    peer.held = True
    for letter in "abc":
        feed.tell("content", letter)
    assert peer.frames == []
    peer.drain()
    assert streamed(peer) == [ModelStreaming("t-0", 0, "content", "abc", False)]


def test_what_a_congested_connection_has_not_taken_costs_linear_time() -> None:
    def work(size: int) -> Callable[[], object]:
        peer = FakePeer()
        peer.held = True
        feed = AnswerFeed("t-0", 0, FeedReader(peer, "r1"))

        def tell() -> None:
            for _ in range(size):
                feed.tell("content", "abcd" * 50)

        return tell

    assert not is_square(work, 1_000)


async def test_the_end_waits_for_the_connection(autojump_clock: trio.testing.MockClock) -> None:
    peer = Device()
    feed = AnswerFeed("t-0", 0, FeedReader(peer, "r1"))
    peer.held = True
    feed.tell("content", "a")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(feed.end, None)
        await trio.sleep(60)
        assert peer.frames == []
        peer.drain()
    assert streamed(peer) == [
        ModelStreaming("t-0", 0, "content", "a", False),
        ModelStreaming("t-0", 0, "content", "", True, None),
    ]


class Bounds(ScriptedBackends):
    """Keeps how long answers may be."""

    def __init__(self) -> None:
        super().__init__(answering("x"))
        self.bounds: list[int] = []

    async def stream(self, *args: Any, max_bytes: int = 0, **kwargs: Any) -> Outcome:
        self.bounds.append(max_bytes)
        return await super().stream(*args, max_bytes=max_bytes, **kwargs)


@pytest.mark.parametrize("count", [2, 8])
async def test_all_answers_together_fit_into_one_frame(count: int) -> None:
    backends = Bounds()
    comparison = ModelComparison(
        ["m"] * count, [target("a", True)] * count, Prompt((Turn("user", "?"),)), "t", ANY_REQUESTER
    )
    await compare(backends, comparison, FakePeer())
    assert len(backends.bounds) == count
    assert sum(backends.bounds) <= MAX_BYTES


async def test_answers_come_in_the_order_of_the_models() -> None:
    backends = ScriptedBackends(answering("x", "y"))
    targets = [target("a", False), target("a", False), target("b", True)]
    comparison = ModelComparison(["one", "two", "three"], targets, Prompt((Turn("user", "?"),)), "t", ANY_REQUESTER)
    answers = await compare(backends, comparison, FakePeer())
    assert [answer.index for answer in answers] == [0, 1, 2]
    assert [answer.message_id for answer in answers] == ["t-0", "t-1", "t-2"]
    assert {answer.content for answer in answers} == {"xy"}
    assert [answer.backend for answer in answers] == ["a", "a", "b"]


async def test_a_comparison_that_is_cancelled_sends_nothing_more_not_even_what_waits(
    autojump_clock: trio.testing.MockClock,
) -> None:
    comparison = ModelComparison(["m"], [target("a", True)], Prompt((Turn("user", "?"),)), "t", ANY_REQUESTER)
    peer = Device()
    peer.held = True
    with trio.move_on_after(1):
        await compare(ScriptedBackends(silent), comparison, peer, "r1")
    peer.drain()
    assert peer.frames == []
