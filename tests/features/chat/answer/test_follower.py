"""What one reader of an answer gets, fast or slow."""

from typing import Any

import msgspec
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.chat.answer.follower import CHUNK_CHARACTERS, Follower
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import ChatMessage, ChatProgress
from orchd.llm.types import Channel
from tests.fix_chat import FakePeer


def follow(peer: FakePeer) -> tuple[Follower, Transcript]:
    follower = Follower(peer, lambda _, payload: msgspec.json.encode(payload))
    transcript = Transcript()
    follower.begin(7, 9, transcript)
    return follower, transcript


def message() -> ChatMessage:
    return ChatMessage(9, 7, 8, "assistant", "", None, "complete", "m", "t", "stop", None, None, None)


def frames(peer: FakePeer) -> list[dict[str, Any]]:
    return [msgspec.json.decode(frame) for frame in peer.frames]


def test_a_fast_reader_gets_a_frame_for_each_advance_and_then_done() -> None:
    peer = FakePeer()
    follower, transcript = follow(peer)
    for text in ("a", "bc"):
        transcript.add("content", text)
        follower.advance()
    follower.end("stop")
    assert [(frame["seq"], frame["chunk"], frame["done"]) for frame in frames(peer)] == [
        (1, "a", False),
        (3, "bc", False),
        (4, "", True),
    ]
    assert frames(peer)[-1]["finishReason"] == "stop"
    assert "finishReason" not in frames(peer)[0]
    assert frames(peer)[0]["conversationId"] == 7
    assert frames(peer)[0]["messageId"] == 9
    assert follower.finished.is_set()


def test_a_slow_reader_gets_the_same_text_merged() -> None:
    peer = FakePeer()
    follower, transcript = follow(peer)
    peer.held = True
    for text in "abcdef":
        transcript.add("content", text)
        follower.advance()
    follower.end("stop")
    assert peer.frames == []
    assert not follower.finished.is_set()
    peer.drain()
    assert [frame["chunk"] for frame in frames(peer)] == ["abcdef", ""]
    assert follower.finished.is_set()


def test_a_backlog_goes_out_in_bites() -> None:
    peer = FakePeer()
    follower, transcript = follow(peer)
    peer.held = True
    transcript.add("content", "x" * (2 * CHUNK_CHARACTERS + 5))
    follower.advance()
    peer.drain()
    assert [len(frame["chunk"]) for frame in frames(peer)] == [CHUNK_CHARACTERS, CHUNK_CHARACTERS, 5]


def test_only_a_live_follower_sends_the_last_message() -> None:
    for live in (True, False):
        peer = FakePeer()
        follower = Follower(peer, lambda _, payload: type(payload).__name__.encode(), live=live)
        follower.begin(7, 9, Transcript())
        peer.held = True
        follower.settle(message())
        assert peer.frames == [], "not before `done`"
        follower.end("stop")
        assert peer.frames == [], "the message is as long as the answer: it waits for its turn"
        peer.drain()
        assert peer.frames == [b"ChatStreaming", b"ChatMessage"][: 1 + live]


async def test_catching_up_ends_when_nothing_is_missing() -> None:
    peer = FakePeer()
    follower, transcript = follow(peer)
    transcript.add("content", "abc")
    peer.held = True
    async with trio.open_nursery() as nursery:
        nursery.start_soon(follower.caught_up)
        await trio.testing.wait_all_tasks_blocked()
        transcript.add("content", "de")
        peer.drain()
    assert "".join(frame["chunk"] for frame in frames(peer)) == "abcde"
    assert follower.seq == 5


def test_a_follower_may_begin_in_the_middle() -> None:
    peer = FakePeer()
    follower = Follower(peer, lambda _, payload: msgspec.json.encode(payload), seq=2)
    transcript = Transcript()
    transcript.add("content", "abcd")
    follower.begin(7, 9, transcript)
    follower.advance()
    assert [(frame["chunk"], frame["seq"]) for frame in frames(peer)] == [("cd", 4)]


def test_progress_is_left_out_under_pressure() -> None:
    peer = FakePeer()
    follower, _ = follow(peer)
    peer.held = True
    follower.progress(ChatProgress(7, 9, "prompt", 1))
    assert peer.frames == []
    peer.drain()
    follower.progress(ChatProgress(7, 9, "prompt", 2))
    assert [frame["elapsedMs"] for frame in frames(peer)] == [2]


CHANNELS: list[Channel] = ["content", "reasoning"]
STEPS = st.lists(
    st.tuples(st.sampled_from(CHANNELS), st.text(min_size=1, max_size=5), st.sampled_from(["", "hold", "drain"])),
    max_size=30,
)


@given(STEPS)
def test_whatever_the_pressure_the_text_is_exact_and_seq_grows(steps: list[tuple[Channel, str, str]]) -> None:
    peer = FakePeer()
    follower, transcript = follow(peer)
    for channel, text, pressure in steps:
        if pressure == "hold":
            peer.held = True
        elif pressure == "drain":
            peer.drain()
        transcript.add(channel, text)
        follower.advance()
    follower.end(None)
    peer.drain()
    seen = frames(peer)
    for channel in CHANNELS:
        text = "".join(frame["chunk"] for frame in seen if frame["channel"] == channel)
        assert text == transcript.text(channel)
    seqs = [frame["seq"] for frame in seen]
    assert seqs == sorted(set(seqs))
    assert [frame["done"] for frame in seen] == [False] * (len(seen) - 1) + [True]
