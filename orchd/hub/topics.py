"""Who wants to hear of what: topics and their subscribers."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, Generic, TypeVar

from orchd.errors import Busy
from orchd.protocol.identity import Identity
from orchd.protocol.router import Peer

S = TypeVar("S")
K = TypeVar("K")
A = TypeVar("A")
B = TypeVar("B")

MAX_SUBSCRIPTIONS = 10_000
"""Subjects of keyed topics that one connection may follow, unless the settings say otherwise."""


class Topic(Generic[S]):
    """The subscribers of one subject, each with what its feature keeps of it (an interval, a position)."""

    def __init__(self) -> None:
        self._subscribers: dict[Peer, S] = {}

    def __len__(self) -> int:
        return len(self._subscribers)

    def subscribe(self, peer: Peer, state: S) -> None:
        """Add `peer`, or give it a new state; it stays until it unsubscribes or its connection ends."""
        self._subscribers[peer] = state

    def unsubscribe(self, peer: Peer) -> bool:
        """Remove `peer`; return whether it was there."""
        return self._subscribers.pop(peer, None) is not None

    def includes(self, peer: Peer) -> bool:
        """Whether `peer` is there at present."""
        return peer in self._subscribers

    def subscribers(self) -> Iterator[tuple[Peer, S]]:
        """Return the present subscribers; they may change meanwhile."""
        return iter(list(self._subscribers.items()))

    def publish(self, frame: bytes) -> None:
        """Put a frame to every subscriber."""
        for peer in list(self._subscribers):
            peer.put(frame)


class KeyedTopic(Generic[K]):
    """The subscribers of many subjects of one kind, by their key (a conversation, a task)."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._subscribers: dict[K, dict[Peer, None]] = {}
        self._keys: dict[Peer, dict[K, None]] = {}

    def check_room(self, key: K, peer: Peer) -> None:
        """Raise `Busy` if `peer` has subscribed to as much as one may, unless to `key`."""
        if key not in self._keys.get(peer, ()):
            self._hub.check_room(peer)

    def subscribe(self, key: K, peer: Peer) -> None:
        """Add `peer`; it stays until it unsubscribes or its connection ends."""
        self._subscribers.setdefault(key, {})[peer] = None
        self._keys.setdefault(peer, {})[key] = None

    def unsubscribe(self, key: K, peer: Peer) -> None:
        """Remove `peer`, if it is there."""
        _take(self._subscribers, key, peer)
        _take(self._keys, peer, key)

    def subscribers(self, key: K) -> list[Peer]:
        """Return who wants to hear of `key` at present."""
        return list(self._subscribers.get(key, ()))

    def includes(self, key: K, peer: Peer) -> bool:
        """Whether `peer` wants to hear of `key` at present."""
        return peer in self._subscribers.get(key, ())

    def subjects(self) -> list[K]:
        """Return all of which anybody wants to hear at present."""
        return list(self._subscribers)

    def keys(self, peer: Peer) -> Collection[K]:
        """Return what `peer` wants to hear of at present."""
        return self._keys.get(peer, ())

    def forget(self, peer: Peer) -> None:
        """End all subscriptions of `peer`."""
        for key in self._keys.pop(peer, ()):
            _take(self._subscribers, key, peer)


def _take(sets: dict[A, dict[B, None]], of: A, member: B) -> None:
    """Take a member out of one of several sets; none is left empty."""
    members = sets.get(of, {})
    members.pop(member, None)
    if not members:
        sets.pop(of, None)


class Hub:
    """All topics of the daemon; the server tells it when a connection ends."""

    def __init__(self, max_subscriptions: int = MAX_SUBSCRIPTIONS) -> None:
        self._max_subscriptions = max_subscriptions
        self._keyed: list[KeyedTopic[Any]] = []
        self._topics: list[Topic[object]] = []
        self._on_forget: list[Callable[[Peer], None]] = []
        self._on_renewal: list[Callable[[Peer, Identity], None]] = []
        self._renewed: dict[Peer, Identity] = {}

    def topic(self) -> Topic[S]:
        """Make a topic that lives as long as the hub."""
        topic: Topic[S] = Topic()
        self._topics.append(topic)  # type: ignore[arg-type]  # only `unsubscribe` is called through this list
        return topic

    def keyed_topic(self) -> KeyedTopic[K]:
        """Make a topic with a key for each of its subjects, which lives as long as the hub."""
        topic: KeyedTopic[K] = KeyedTopic(self)
        self._keyed.append(topic)
        self.when_forgotten(topic.forget)
        return topic

    def check_room(self, peer: Peer) -> None:
        """Raise `Busy` if `peer` follows as much as one connection may."""
        if sum(len(topic.keys(peer)) for topic in self._keyed) >= self._max_subscriptions:
            raise Busy(
                f"this connection follows {self._max_subscriptions} conversations and tasks; unsubscribe from some",
                reason="subscriptions",
                max=self._max_subscriptions,
            )

    def when_forgotten(self, callback: Callable[[Peer], None]) -> None:
        """Call `callback` with each connection that ends."""
        self._on_forget.append(callback)

    def when_renewed(self, callback: Callable[[Peer, Identity], None]) -> None:
        """Call `callback` with each connection that is somebody else's from now on, or of whom may see other rows."""
        self._on_renewal.append(callback)

    def renew(self, peer: Peer, who: Identity) -> None:
        """Whoever has a connection is this one from now on: what they may not see any more, they are told no more."""
        self._renewed[peer] = who
        for callback in self._on_renewal:
            callback(peer, who)

    def present(self, peer: Peer, who: Identity) -> Identity:
        """Return who has a connection by now, of which it was known when a request came that it was `who`."""
        return self._renewed.get(peer, who)

    def forget(self, peer: Peer) -> None:
        """End all subscriptions of a connection that is gone."""
        self._renewed.pop(peer, None)
        for topic in self._topics:
            topic.unsubscribe(peer)
        for callback in self._on_forget:
            callback(peer)
