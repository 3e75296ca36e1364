"""Payloads of `model:queue`, and of the queue as it changes."""

from msgspec import Struct

from orchd.features.models.enums import QueuePriority, QueueState, WaitReason
from orchd.protocol.frame_type import FrameType
from orchd.protocol.types import ClientPayload, Count, ServerPayload


class ModelQueue(ClientPayload, frozen=True):
    """`model:queue`: what the model servers are working on, and what waits for them."""


class ModelQueueSubscribe(ClientPayload, frozen=True):
    """`model:queue:subscribe`: be told the queue of the model servers soon, and whenever it changes. Again: be told
    it anew."""


class ModelQueueUnsubscribe(ClientPayload, frozen=True):
    """`model:queue:unsubscribe`; harmless without a subscription."""


class ModelQueueItem(Struct, frozen=True, rename="camel"):
    """A request that a model server works on or that waits for its turn, `elapsedMs` in that state by now.

    `position`, from 1, and `why` are there while it waits: for a free slot, the load of its model, the answers of
    another model, or its turn. `etaMs` is null where nothing was measured yet. `user` and `conversation` are told of
    one's own only: others are `another user`, and theirs is null.
    """

    backend: str
    model: str
    state: QueueState
    priority: QueuePriority
    user: str
    conversation: str | None
    elapsed_ms: Count
    position: Count | None
    eta_ms: Count | None
    why: WaitReason | None
    tokens: Count | None = None
    """Tokens of its answer so far, by the pieces in which the model server sends them; null where no answer has been
    asked for yet. That they grow is told with something else, or by `model:queue`."""


class ModelQueued(ServerPayload, frozen=True):
    """The reply to `model:queue`: what runs, and then what waits, in order; the first of it when there is too much."""

    items: list[ModelQueueItem]


class ModelQueueSubscribed(ServerPayload, frozen=True):
    """The reply to `model:queue:subscribe`; the first `model:queue:changed` follows at once."""


class ModelQueueUnsubscribed(ServerPayload, frozen=True):
    """The reply to `model:queue:unsubscribe`."""


class ModelQueueChanged(ServerPayload, frozen=True):
    """`model:queue:changed`, pushed without an id: the queue as `model:queue` tells it, whenever anything but
    `elapsedMs` and `tokens` is different; four times a second at most. A slow connection gets only the newest."""

    items: list[ModelQueueItem]


QUEUE_CHANGED = FrameType("model:queue:changed", ModelQueueChanged)
