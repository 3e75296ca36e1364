"""Topics: who hears what."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from orchd.errors import Busy
from orchd.hub import Hub, KeyedTopic, Topic
from orchd.protocol.identity import LOCAL, NOBODY, Identity
from orchd.protocol.messages import CANCEL, Cancelled


class FakePeer:
    """A connection that keeps what it is given."""

    congested = False

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def put(self, frame: bytes) -> None:
        """Keep the frame."""
        self.frames.append(frame)

    def gather(self) -> AbstractContextManager[None]:
        """Send nothing later than at once."""
        return nullcontext()

    def put_latest(self, key: str, frame: bytes) -> None:
        """Keep the frame."""
        self.frames.append(frame)

    def when_drained(self, callback: Callable[[], None]) -> None:
        """It always is."""
        callback()


FRAME = CANCEL.reply.frame(Cancelled("a", found=True))


def make() -> tuple[Hub, Topic[int]]:
    hub = Hub()
    return hub, hub.topic()


def test_all_are_put_the_same_frame() -> None:
    _, topic = make()
    topic.publish(FRAME)
    peers = [FakePeer() for _ in range(50)]
    for peer in peers:
        topic.subscribe(peer, 0)
    topic.publish(FRAME)
    assert all(len(peer.frames) == 1 and peer.frames[0] is FRAME for peer in peers)


def test_a_peer_subscribes_once_and_keeps_its_newest_state() -> None:
    _, topic = make()
    peer = FakePeer()
    topic.subscribe(peer, 1)
    topic.subscribe(peer, 2)
    assert len(topic) == 1
    assert list(topic.subscribers()) == [(peer, 2)]
    topic.publish(FRAME)
    assert len(peer.frames) == 1


def test_unsubscribing_says_whether_there_was_something() -> None:
    _, topic = make()
    peer = FakePeer()
    assert not topic.unsubscribe(peer)
    topic.subscribe(peer, 1)
    assert topic.unsubscribe(peer)
    assert not topic.unsubscribe(peer)
    topic.publish(FRAME)
    assert not peer.frames


def test_a_connection_that_ends_is_forgotten_by_every_topic() -> None:
    hub, first = make()
    second: Topic[str] = hub.topic()
    gone, stays = FakePeer(), FakePeer()
    for peer in (gone, stays):
        first.subscribe(peer, 1)
        second.subscribe(peer, "x")
    hub.forget(gone)
    hub.forget(gone)
    assert [peer for peer, _ in first.subscribers()] == [stays]
    assert [peer for peer, _ in second.subscribers()] == [stays]


def test_subscribers_may_leave_while_they_are_told() -> None:
    hub, topic = make()

    class Leaver(FakePeer):
        """Its connection fails at the first frame."""

        def put(self, frame: bytes) -> None:
            super().put(frame)
            hub.forget(self)

    leaver, other = Leaver(), FakePeer()
    topic.subscribe(leaver, 0)
    topic.subscribe(other, 0)
    topic.publish(FRAME)
    topic.publish(FRAME)
    assert (len(leaver.frames), len(other.frames)) == (1, 2)
    topic.subscribe(leaver, 0)
    for peer, _ in topic.subscribers():
        hub.forget(peer)
    assert not len(topic)


def test_keyed_subscribers_hear_of_their_key_only() -> None:
    hub, _ = make()
    topic: KeyedTopic[int] = hub.keyed_topic()
    one, other = FakePeer(), FakePeer()
    topic.subscribe(1, one)
    topic.subscribe(1, one)
    topic.subscribe(1, other)
    topic.subscribe(2, other)
    assert topic.subscribers(1) == [one, other]
    assert topic.subscribers(2) == [other]
    assert topic.subscribers(3) == []
    topic.unsubscribe(1, other)
    topic.unsubscribe(3, other)
    assert topic.subscribers(1) == [one]
    assert topic.subscribers(2) == [other]


def test_keyed_subscriptions_end_with_the_connection() -> None:
    hub, _ = make()
    topic: KeyedTopic[int] = hub.keyed_topic()
    gone, stays = FakePeer(), FakePeer()
    for key in (1, 2):
        topic.subscribe(key, gone)
    topic.subscribe(2, stays)
    hub.forget(gone)
    assert topic.subscribers(1) == []
    assert topic.subscribers(2) == [stays]


def test_whoever_wants_is_told_of_connections_that_end_after_the_topics_forgot_them() -> None:
    hub, _ = make()
    topic: KeyedTopic[int] = hub.keyed_topic()
    seen: list[tuple[object, int]] = []
    hub.when_forgotten(lambda peer: seen.append((peer, len(topic.subscribers(1)))))
    gone = FakePeer()
    topic.subscribe(1, gone)
    hub.forget(gone)
    assert seen == [(gone, 0)]


def test_what_a_connection_that_ends_costs_is_its_own_only() -> None:
    """Whoever follows nothing must not be looked for among all that others follow."""
    hub, _ = make()
    topic: KeyedTopic[Key] = hub.keyed_topic()
    many, few, none = FakePeer(), FakePeer(), FakePeer()
    keys = [Key() for _ in range(1000)]
    for key in keys:
        topic.subscribe(key, many)
    for key in keys[:3]:
        topic.subscribe(key, few)
    Key.hashed = 0
    hub.forget(none)
    assert Key.hashed == 0
    hub.forget(few)
    assert 0 < Key.hashed < 30
    assert topic.subscribers(keys[0]) == [many]
    hub.forget(many)
    assert not topic._subscribers
    assert not topic._keys


class Key:
    """Counts how often it is looked for."""

    hashed = 0

    def __hash__(self) -> int:
        Key.hashed += 1
        return id(self)


def test_a_connection_follows_so_many_subjects_and_no_more() -> None:
    hub = Hub(max_subscriptions=3)
    conversations: KeyedTopic[int] = hub.keyed_topic()
    tasks: KeyedTopic[int] = hub.keyed_topic()
    peer = FakePeer()
    for key in (1, 2):
        conversations.check_room(key, peer)
        conversations.subscribe(key, peer)
    tasks.subscribe(1, peer)
    conversations.check_room(1, peer)  # that it has already
    with pytest.raises(Busy) as caught:
        tasks.check_room(2, peer)
    assert caught.value.details == {"reason": "subscriptions", "max": 3}
    tasks.check_room(2, FakePeer())
    conversations.unsubscribe(2, peer)
    tasks.check_room(2, peer)


def test_who_has_a_connection_by_now_is_told_to_those_who_asked() -> None:
    hub, peer, told = Hub(), FakePeer(), list[tuple[object, Identity]]()
    hub.when_renewed(lambda whose, who: told.append((whose, who)))
    assert hub.present(peer, LOCAL) is LOCAL
    hub.renew(peer, NOBODY)
    assert told == [(peer, NOBODY)]
    assert hub.present(peer, LOCAL) is NOBODY, "a request that came before must not be answered to who it was then"
    hub.forget(peer)
    assert hub.present(peer, LOCAL) is LOCAL
