"""Who is sent what of a growing text, fast or slow, early or late, and how often it is encoded."""

from typing import Literal, TypeAlias

import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock, wait_all_tasks_blocked

from orchd.hub import FeedReader, GrowingText, Piece, TextFeed
from orchd.hub.text_feed import BITE_CHARACTERS
from tests.fix_chat import FakePeer

Channel: TypeAlias = Literal["content", "reasoning"]
CHANNELS: list[Channel] = ["content", "reasoning"]


class Feed(TextFeed[Channel]):
    """Its frames are `start channel text`, behind the request's id."""

    def __init__(self, text: str = "") -> None:
        super().__init__(GrowingText())
        self.encoded = 0
        if text:
            self.growing.add("content", text)

    def frame(self, piece: Piece[Channel], start: int, request_id: str | None) -> bytes:
        return self.said(f"{start} {piece.channel} {piece.text}", request_id)

    def said(self, words: str, request_id: str | None) -> bytes:
        """Make any frame."""
        self.encoded += 1
        return f"{request_id or ''}: {words}".encode()

    def add(self, text: str, channel: Channel = "content") -> None:
        """Grow."""
        self.growing.add(channel, text)
        self.grow()

    def end(self, *frames: str) -> None:
        """Close with these."""
        for words in frames:
            self.close(lambda request_id, words=words: self.said(words, request_id))  # type: ignore[misc]


def read(peer: FakePeer) -> list[str]:
    return [frame.decode() for frame in peer.frames]


def chunks(peer: FakePeer) -> str:
    return "".join(frame.split(" ", 3)[3] for frame in read(peer) if frame.split(" ")[1].isdigit())


def test_a_fast_reader_gets_a_frame_each_time_the_text_grows_and_then_what_closes_it() -> None:
    feed, peer = Feed(), FakePeer()
    feed.follow(peer)
    feed.add("a")
    feed.add("bc", "reasoning")
    assert not feed.closed
    feed.end("done", "all")
    assert feed.closed
    assert read(peer) == [": 0 content a", ": 1 reasoning bc", ": done", ": all"]


def test_a_slow_reader_gets_the_same_text_merged_and_then_the_end() -> None:
    feed, peer = Feed(), FakePeer()
    feed.follow(peer)
    peer.held = True
    for text in "abcdef":
        feed.add(text)
    feed.end("done")
    assert (peer.frames, feed.lagging) == ([], True)
    peer.drain()
    assert read(peer) == [": 0 content abcdef", ": done"]
    assert not feed.lagging


def test_a_backlog_goes_out_in_bites() -> None:
    feed, peer = Feed("x" * (2 * BITE_CHARACTERS + 5)), FakePeer()
    feed.follow(peer)
    assert [len(frame.split(" ")[3]) for frame in read(peer)] == [BITE_CHARACTERS, BITE_CHARACTERS, 5]


def test_each_closing_frame_waits_for_its_turn() -> None:
    class Full(FakePeer):
        """A connection that is congested by each frame."""

        def put(self, frame: bytes) -> None:
            super().put(frame)
            self.held = True

    feed, peer = Feed("a"), Full()
    feed.follow(peer)
    feed.end("done", "all")
    sent = [len(peer.frames)]
    for _ in range(2):
        peer.drain()
        sent.append(len(peer.frames))
    assert sent == [1, 2, 3]


def test_a_reader_gets_no_more_closing_frames_than_it_wants_and_its_own_id() -> None:
    feed, text_only, asker, late = Feed("abc"), FakePeer(), FakePeer(), FakePeer()
    feed.attach(FeedReader(text_only, "r1", seq=1, closing=0))
    feed.attach(FeedReader(asker, "r2", closing=1))
    feed.remark(lambda request_id: feed.said("by the way", request_id))
    feed.end("done", "all")
    feed.attach(FeedReader(late, seq=3))
    assert read(text_only) == ["r1: 1 content bc"]
    assert read(asker) == ["r2: 0 content abc", "r2: by the way", "r2: done"]
    assert read(late) == [": done", ": all"]


def test_readers_in_step_share_one_encoding_of_each_frame() -> None:
    feed, peers = Feed(), [FakePeer() for _ in range(20)]
    for peer in peers:
        feed.follow(peer)
    feed.add("a")
    feed.remark(lambda request_id: feed.said("by the way", request_id))
    feed.add("b")
    feed.end("done", "all")
    assert feed.encoded == 5
    for peer in peers:
        assert all(mine is first for mine, first in zip(peer.frames, peers[0].frames, strict=True))


def test_a_remark_is_left_out_under_pressure() -> None:
    feed, slow, quick = Feed(), FakePeer(), FakePeer()
    feed.follow(slow)
    feed.follow(quick)
    slow.held = True
    feed.remark(lambda request_id: feed.said("by the way", request_id))
    slow.drain()
    assert (read(slow), read(quick)) == ([], [": by the way"])


def test_one_that_was_replaced_or_has_left_is_sent_nothing_more_not_even_its_backlog() -> None:
    feed, peer = Feed(), FakePeer()
    first, second = FeedReader(peer), FeedReader(peer, seq=1)
    feed.attach(first)
    peer.held = True
    feed.add("abc")
    feed.attach(second)
    feed.detach(first)
    assert feed.reader_of(peer) is second
    feed.follow(peer)
    assert feed.reader_of(peer) is second, "something reads for it already"
    peer.drain()
    assert read(peer) == [": 1 content bc"]
    peer.held = True
    feed.add("def")
    assert feed.followed
    feed.leave(peer)
    feed.leave(FakePeer())
    assert not feed.followed
    peer.drain()
    feed.end("done")
    assert len(peer.frames) == 1


def test_a_text_that_is_begun_anew_replaces_the_old_for_fast_and_slow() -> None:
    feed, quick, slow = Feed(), FakePeer(), FakePeer()
    feed.follow(quick)
    feed.follow(slow)
    feed.add("Wr")
    slow.held = True
    feed.add("on")
    feed.restart(GrowingText())
    feed.add("Ri")  # as long as what there was
    slow.drain()
    feed.add("ght")
    assert read(quick)[2:] == read(slow)[1:] == [": 0 content Ri", ": 2 content ght"]


async def test_catching_up_ends_when_nothing_is_missing(autojump_clock: MockClock) -> None:
    feed, peer = Feed("abc"), FakePeer()
    peer.held = True
    reader = FeedReader(peer, closing=0)
    feed.attach(reader)
    feed.end("done")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(feed.catch_up, reader)
        await wait_all_tasks_blocked()
        feed.add("de")
        assert peer.frames == []
        peer.drain()
    assert read(peer) == [": 0 content abcde"]
    await feed.catch_up(reader)


async def test_who_wants_the_end_has_caught_up_with_it(autojump_clock: MockClock) -> None:
    feed, peer = Feed("abc"), FakePeer()
    reader = FeedReader(peer, closing=1)
    feed.attach(reader)
    peer.held = True
    feed.end("done", "all")
    with trio.move_on_after(60) as patience:
        await feed.catch_up(reader)
    assert patience.cancelled_caught
    peer.drain()
    await feed.catch_up(reader)
    assert read(peer)[-1] == ": done"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(CHANNELS), st.text("ab", min_size=1, max_size=5), st.sampled_from(["", "hold", "drain", "come"])
    ),
    max_size=30,
)


@given(STEPS)
def test_whatever_the_pressure_all_get_the_exact_text_and_the_end(steps: list[tuple[Channel, str, str]]) -> None:
    feed, steady, peers = Feed(), FakePeer(), [FakePeer()]
    feed.follow(steady)
    for channel, text, happens in steps:
        if happens == "hold":
            peers[-1].held = True
        elif happens == "drain":
            peers[0].drain()
        elif happens == "come":
            peers.append(FakePeer())
        feed.follow(peers[-1])
        feed.add(text, channel)
    feed.end("done", "all")
    for peer in peers:
        feed.follow(peer)
        peer.drain()
        assert chunks(peer) == chunks(steady) == "".join(text for _, text, _ in steps)
        assert read(peer)[-2:] == read(steady)[-2:] == [": done", ": all"]
