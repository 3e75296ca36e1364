"""Models and model servers as frames show them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import UNSET

from orchd.features.models.messages import BackendItem, BackendNote, ModelFailure, ModelItem, ModelStars
from orchd.features.models.queue_messages import ModelQueueItem
from orchd.llm import ServerNote, note_text
from orchd.llm.types import BackendHealth, ModelInfo, Priority, QueueEntry
from orchd.protocol.identity import DAEMON_USER_ID, Identity
from orchd.protocol.types import MAX_INTEGER

PRIORITIES: dict[Priority, Literal["chat", "task", "background"]] = {
    Priority.CHAT: "chat",
    Priority.URGENT: "task",
    Priority.TASK: "task",
    Priority.BACKGROUND: "background",
}
ANOTHER_USER = "another user"
"""What others are called in the queue: who they are and what they talk about is nobody else's business."""


def items(
    models: Sequence[ModelInfo], health: Sequence[BackendHealth], ratings: Mapping[str, ModelStars]
) -> list[ModelItem]:
    """Return the models as a list shows them; one that several servers have is named with its server."""
    holders = Counter(info.id for info in models)
    servers = {backend.name: backend for backend in health}
    return [
        item(
            info,
            info.id if holders[info.id] == 1 else info.full_name,
            servers.get(info.backend),
            ratings.get(info.id),
        )
        for info in models
    ]


def item(info: ModelInfo, name: str, health: BackendHealth | None, rating: ModelStars | None) -> ModelItem:
    """Return one model. What is not loaded has no context yet; whether it is, is unknown while its server is away."""
    stale = health is None or not health.ok
    return ModelItem(
        id=info.id,
        name=name,
        backend=info.backend,
        kind=None if health is None else health.kind,
        reason=None if health is None else health.reason,
        type=info.type,
        state="unknown" if stale else info.state,
        context=None if info.loaded is False else _bound(info.context),
        max_context=_bound(info.max_context),
        size_bytes=_bound(info.size_bytes),
        memory_bytes=_bound(info.memory_bytes),
        quantization=info.quantization,
        parameters=info.parameters,
        capabilities=sorted(info.capabilities or ()),
        simulated=info.simulated,
        stale=stale,
        rating=rating,
        aliases=list(info.aliases),
        chats=info.chats,
        purpose=info.purpose,
        chat_template=info.template,
        sees=info.sees,
    )


def server(health: BackendHealth) -> BackendItem:
    return BackendItem(
        name=health.name,
        url=health.url,
        kind=health.kind,
        ok=health.ok,
        reason=health.reason,
        models=health.models,
        simulated=health.simulated,
        latency_ms=None if health.latency_ms is None else round(health.latency_ms, 2),
        version=health.version,
        last_error=health.last_error,
        retry_after_ms=_bound(health.retry_after_ms),
        memory_bytes=_bound(health.memory_bytes),
        note=note_text(health.notes),
        notes=[_note(note) for note in health.notes],
        known=health.known,
        failure=_failure(health),
    )


def _note(note: ServerNote) -> BackendNote:
    return BackendNote(note.code, note.text, note.count, note.limit, note.http_status, list(note.files))


def _failure(health: BackendHealth) -> ModelFailure | None:
    error = health.failure
    return None if error is None else ModelFailure(error.code, error.message, error.retryable, error.reason or UNSET)


def queue_item(entry: QueueEntry, who: Identity) -> ModelQueueItem:
    """Return a request that runs or waits, as `who` may see it."""
    own = entry.user == who.user_id
    return ModelQueueItem(
        backend=entry.backend,
        model=entry.model,
        state="loading" if entry.loading else entry.state,
        priority=PRIORITIES[entry.priority],
        user=who.name if own else "orchd" if entry.user == DAEMON_USER_ID else ANOTHER_USER,
        conversation=None if entry.conversation is None or not own else str(entry.conversation) or None,
        elapsed_ms=max(0, round(entry.seconds * 1000)),
        position=entry.position,
        eta_ms=_bound(entry.eta_ms),
        why=entry.why,
        tokens=_bound(entry.written),
    )


def _bound(number: int | None) -> int | None:
    return None if number is None else min(max(number, 0), MAX_INTEGER)
