"""Who is told of a growing answer, and what, whenever they come and go."""

from typing import Any

from orchd.entity import Belonging
from orchd.features.chat.answer.running import Running, asks, catches_up
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import ChatMessage, ChatProgress
from orchd.hub import FeedReader
from tests.features.chat.room import Device
from tests.fix_chat import FakePeer

FINAL = ChatMessage(9, 7, 8, "assistant", "abcdef", None, "complete", "m", "t", "stop", None, None, None)


def make(text: str = "") -> Running:
    transcript = Transcript()
    if text:
        transcript.add("content", text)
    return Running(7, 9, "epoch", transcript, Belonging(0))


def live(peer: FakePeer, seq: int = 0) -> FeedReader:
    return FeedReader(peer, seq=seq)


def asking(peer: FakePeer) -> FeedReader:
    return asks(peer, None)  # a request need not have an id


def grow(running: Running, text: str) -> None:
    running.transcript.add("content", text)
    running.grow()


def frames(peer: FakePeer) -> list[dict[str, Any]]:
    return [Device.parse(frame)["data"] for frame in peer.frames]


def text(peer: FakePeer) -> str:
    return "".join(frame.get("chunk", "") for frame in frames(peer))


def test_all_readers_get_the_same_from_where_they_began() -> None:
    running, one, other = make("abc"), FakePeer(), FakePeer()
    running.attach(asking(one))
    running.attach(live(other, 2))
    grow(running, "def")
    running.tell_end("stop")
    running.tell_final(FINAL)
    assert (text(one), text(other)) == ("abcdef", "cdef")
    assert [frame["done"] for frame in frames(one)] == [False, False, True], "its last message is its request's"
    assert frames(other)[-2]["done"]
    assert frames(other)[-1]["content"] == "abcdef"
    assert running.settled.is_set()


def test_who_comes_late_is_told_the_end_as_well() -> None:
    running, between, late = make("abc"), FakePeer(), FakePeer()
    running.tell_end("stop")
    running.attach(live(between))
    assert [frame["done"] for frame in frames(between)] == [False, True]
    running.tell_final(FINAL)
    running.attach(live(late, 3))
    assert len(frames(between)) == 3
    assert [frame.get("done") for frame in frames(late)] == [True, None]


def test_one_that_is_replaced_sends_nothing_more_not_even_its_backlog() -> None:
    running, peer = make(), FakePeer()
    running.attach(live(peer))
    peer.held = True
    grow(running, "abc")
    running.attach(live(peer, 1))
    peer.drain()
    assert text(peer) == "bc"
    grow(running, "def")
    assert text(peer) == "bcdef"


def test_one_that_left_sends_nothing_more_not_even_its_backlog() -> None:
    for leave in (Running.leave, lambda running, peer: running.detach(running.reader_of(peer))):
        running, peer = make(), FakePeer()
        running.attach(live(peer))
        peer.held = True
        grow(running, "abc")
        assert running.followed
        leave(running, peer)
        assert not running.followed
        peer.drain()
        running.tell_end("stop")
        assert frames(peer) == []


def test_leaving_does_not_end_what_a_request_is_told() -> None:
    running, peer = make(), FakePeer()
    reader = asking(peer)
    running.attach(reader)
    running.leave(peer)
    running.leave(FakePeer())
    assert running.reader_of(peer) is reader
    grow(running, "abc")
    assert text(peer) == "abc"


def test_detaching_one_that_was_replaced_leaves_its_successor() -> None:
    running, peer = make(), FakePeer()
    first, second = live(peer), live(peer)
    running.attach(first)
    running.attach(second)
    running.detach(first)
    assert running.reader_of(peer) is second


def test_catching_up_sends_text_and_leaves_the_rest_to_its_successor() -> None:
    running, peer = make("abc"), FakePeer()
    reader = catches_up(peer, "r1", 1)
    running.attach(reader)
    running.tell_progress(ChatProgress(7, 9, "generating", 1))
    grow(running, "def")
    running.tell_end("stop")
    running.tell_final(FINAL)
    assert (text(peer), len(frames(peer)), reader.seq) == ("bcdef", 2, 6)
    running.attach(live(peer, reader.seq))
    assert [frame.get("done") for frame in frames(peer)[2:]] == [True, None]


def test_progress_goes_to_all() -> None:
    running, peers = make(), [FakePeer(), FakePeer()]
    for peer in peers:
        running.attach(live(peer))
    running.tell_progress(ChatProgress(7, 9, "prompt", 1))
    assert [frame["phase"] for peer in peers for frame in frames(peer)] == ["prompt", "prompt"]
