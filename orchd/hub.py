"""Who wants to hear of what: topics, their subscribers, and frames encoded once for all of them."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from orchd.protocol.codec import Codec
from orchd.protocol.router import Peer
from orchd.protocol.types import ServerPayload

S = TypeVar("S")
K = TypeVar("K")


class Topic(Generic[S]):
    """The subscribers of one subject, each with what its feature keeps of it (an interval, a position)."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._subscribers: dict[Peer, S] = {}

    def __len__(self) -> int:
        return len(self._subscribers)

    def subscribe(self, peer: Peer, state: S) -> None:
        """Add `peer`, or give it a new state; it stays until it unsubscribes or its connection ends."""
        self._subscribers[peer] = state

    def unsubscribe(self, peer: Peer) -> bool:
        """Remove `peer`; return whether it was there."""
        return self._subscribers.pop(peer, None) is not None

    def subscribers(self) -> Iterator[tuple[Peer, S]]:
        """Return the present subscribers; they may change meanwhile."""
        return iter(list(self._subscribers.items()))

    def publish(self, payload: ServerPayload) -> None:
        """Put one frame, encoded once, to every subscriber."""
        if self._subscribers:
            frame = self._hub.frame(payload)
            for peer in list(self._subscribers):
                peer.put(frame)


class KeyedTopic(Generic[K]):
    """The subscribers of many subjects of one kind, by their key (a conversation, a task)."""

    def __init__(self) -> None:
        self._subscribers: dict[K, dict[Peer, None]] = {}

    def subscribe(self, key: K, peer: Peer) -> None:
        """Add `peer`; it stays until it unsubscribes or its connection ends."""
        self._subscribers.setdefault(key, {})[peer] = None

    def unsubscribe(self, key: K, peer: Peer) -> None:
        """Remove `peer`, if it is there."""
        peers = self._subscribers.get(key, {})
        peers.pop(peer, None)
        if not peers:
            self._subscribers.pop(key, None)

    def subscribers(self, key: K) -> list[Peer]:
        """Return who wants to hear of `key` at present."""
        return list(self._subscribers.get(key, ()))

    def forget(self, peer: Peer) -> None:
        """End all subscriptions of `peer`."""
        for key in [key for key, peers in self._subscribers.items() if peer in peers]:
            self.unsubscribe(key, peer)


class Hub:
    """All topics of the daemon; the server tells it when a connection ends."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._topics: list[Topic[object]] = []
        self._on_forget: list[Callable[[Peer], None]] = []

    def topic(self) -> Topic[S]:
        """Make a topic that lives as long as the hub."""
        topic: Topic[S] = Topic(self)
        self._topics.append(topic)  # type: ignore[arg-type]  # only `unsubscribe` is called through this list
        return topic

    def keyed_topic(self) -> KeyedTopic[K]:
        """Make a topic with a key for each of its subjects, which lives as long as the hub."""
        topic: KeyedTopic[K] = KeyedTopic()
        self.when_forgotten(topic.forget)
        return topic

    def when_forgotten(self, callback: Callable[[Peer], None]) -> None:
        """Call `callback` with each connection that ends."""
        self._on_forget.append(callback)

    def frame(self, payload: ServerPayload, request_id: str | None = None) -> bytes:
        """Encode a frame once, for any number of peers."""
        return self._codec.frame(payload, request_id)

    def forget(self, peer: Peer) -> None:
        """End all subscriptions of a connection that is gone."""
        for topic in self._topics:
            topic.unsubscribe(peer)
        for callback in self._on_forget:
            callback(peer)
