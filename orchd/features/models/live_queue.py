"""The queue of the model servers as it changes, for whoever looks on.

What somebody may see of it depends on who they are, so each is told their own. It is told whole, since places move
together; at most so often; and not at all where nothing but the time has changed.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import trio
from msgspec.structs import replace

from orchd.features.models.catalog.catalog import queue_item
from orchd.features.models.queue_messages import (
    QUEUE_CHANGED,
    ModelQueueChanged,
    ModelQueueItem,
    ModelQueueSubscribe,
    ModelQueueSubscribed,
    ModelQueueUnsubscribe,
    ModelQueueUnsubscribed,
)
from orchd.features.requester import requester_for
from orchd.guard import guarded
from orchd.hub import Hub, Topic
from orchd.llm.types import ModelInfo, QueueEntry, Requester
from orchd.protocol.command import Command, Commands, SubscriptionTerms
from orchd.protocol.identity import Identity
from orchd.protocol.page import fitting
from orchd.protocol.rights import refusal
from orchd.protocol.router import Context, Peer
from orchd.wakeup import Signal

TELL_SECONDS = 0.25
"""The shortest time between two frames for one connection."""


class QueueSource(Protocol):
    """The model servers, as `Backends` has them."""

    def queue(self) -> list[QueueEntry]:
        """Return what runs, and then what waits."""

    def models(self, *, away: bool = False, requester: Requester = ...) -> list[ModelInfo]:
        """Return the models that somebody may use."""

    def tell_queue(self, told: Callable[[], None]) -> None:
        """Have `told` called whenever the queue has changed."""


def seen_queue(source: QueueSource, who: Identity) -> list[ModelQueueItem]:
    """Return what somebody sees of the queue: of others' requests only those that ask models which they may use."""
    allowed = None
    if who.models is not None:
        infos = source.models(away=True, requester=requester_for(who))
        allowed = {f"{info.id}@{info.backend}" for info in infos}
    return fitting(
        queue_item(entry, who)
        for entry in source.queue()
        if allowed is None or entry.user == who.user_id or f"{entry.model}@{entry.backend}" in allowed
    )


class _Follower(NamedTuple):
    """Whose a connection is, and what it was told last, but for the times; None: nothing yet."""

    who: Identity
    told: list[ModelQueueItem] | None = None


class LiveQueue:
    """Who looks on, and what they are told."""

    def __init__(self, hub: Hub, source: QueueSource) -> None:
        self._source = source
        self._followers: Topic[_Follower] = hub.topic()
        self._changed = Signal()
        hub.when_renewed(self._renew)
        source.tell_queue(self._changed.set)

    def subscribe(self, peer: Peer, who: Identity) -> None:
        """Tell a connection the queue soon, and whenever it changes; again: tell it anew. Does not wait, and what the
        caller sends before it waits for anything comes first."""
        self._followers.subscribe(peer, _Follower(who))
        self._changed.set()

    def unsubscribe(self, peer: Peer) -> None:
        """Tell a connection nothing more; harmless when it is told nothing."""
        self._followers.unsubscribe(peer)

    async def run(self) -> None:
        """Tell of changes until cancelled."""
        while True:
            await self._changed.wait()
            with guarded("live queue"):
                self._tell()
            await trio.sleep(TELL_SECONDS)

    def _tell(self) -> None:
        for peer, (who, told) in self._followers.subscribers():
            items = seen_queue(self._source, who)
            lasting = [replace(item, elapsed_ms=0, tokens=None) for item in items]
            if lasting != told:
                self._followers.subscribe(peer, _Follower(who, lasting))
                peer.put_latest(QUEUE_CHANGED.type, QUEUE_CHANGED.frame(ModelQueueChanged(items)))

    def _renew(self, peer: Peer, who: Identity) -> None:
        if not self._followers.includes(peer):
            return
        if refusal("read", "models", who) is None:
            self.subscribe(peer, who)
        else:
            self.unsubscribe(peer)


class LiveQueueHandlers:
    """One method a frame."""

    def __init__(self, queue: LiveQueue) -> None:
        self._queue = queue

    async def subscribe(self, context: Context, data: ModelQueueSubscribe) -> ModelQueueSubscribed:
        del data
        self._queue.subscribe(context.peer, context.identity)
        return ModelQueueSubscribed()

    async def unsubscribe(self, context: Context, data: ModelQueueUnsubscribe) -> ModelQueueUnsubscribed:
        del data
        self._queue.unsubscribe(context.peer)
        return ModelQueueUnsubscribed()


COMMANDS = Commands(
    Command(
        "model:queue:subscribe",
        ModelQueueSubscribe,
        ModelQueueSubscribed,
        right="read",
        scope="models",
        pushes=(QUEUE_CHANGED,),
        subscription=SubscriptionTerms("model:queue:unsubscribe"),
    ).by(LiveQueueHandlers.subscribe),
    Command("model:queue:unsubscribe", ModelQueueUnsubscribe, ModelQueueUnsubscribed, right="read", scope="models").by(
        LiveQueueHandlers.unsubscribe
    ),
)
