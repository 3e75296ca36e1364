"""The same question to several models, side by side.

Models of different servers answer at once. On one server they do only when all of them are loaded already: else the
load of one might take the memory of another while it answers, so they take turns.
"""

from functools import partial
from typing import NamedTuple

import trio

from orchd.errors import OrchdError
from orchd.features.models.generating.reporting import failure, timings, usage_of
from orchd.features.models.messages import STREAMING, ModelAnswer, ModelStreaming
from orchd.hub import FeedReader, GrowingText, Piece, TextFeed
from orchd.llm import Asker, Backends, Hooks, NoAnswerError, Recording
from orchd.llm.types import Channel, Outcome, Prompt, Requester, Target
from orchd.protocol.page import MAX_REPLY_BYTES
from orchd.protocol.router import Peer

MAX_BYTES = MAX_REPLY_BYTES
"""Of all answers: they go out in one frame."""


class ModelComparison(NamedTuple):
    """Who is asked what. `names` are the models as the request names them; `token` begins the messages' ids."""

    names: list[str]
    targets: list[Target]
    prompt: Prompt
    token: str
    requester: Requester


class AnswerFeed(TextFeed[Channel]):
    """One answer on its way to the client: as it comes, merged while the connection is congested."""

    def __init__(self, message_id: str, index: int, reader: FeedReader) -> None:
        super().__init__(GrowingText())
        self._message_id = message_id
        self._index = index
        self._reader = reader
        self.attach(reader)

    def tell(self, channel: Channel, text: str) -> None:
        """Send new text, now or when the connection has drained."""
        self.growing.add(channel, text)
        self.grow()

    async def end(self, finish_reason: str | None) -> None:
        """Send that it is over, once the connection has taken all text; that may be as slow as its client is."""
        end = ModelStreaming(self._message_id, self._index, "content", "", True, finish_reason)
        self.close(partial(STREAMING.frame, end))
        await self.catch_up(self._reader)

    def stop(self) -> None:
        """Send nothing more: its request has ended."""
        self.detach(self._reader)

    def frame(self, piece: Piece[Channel], start: int, request_id: str | None) -> bytes:
        chunk = ModelStreaming(self._message_id, self._index, piece.channel, piece.text, done=False)
        return STREAMING.frame(chunk, request_id)


async def compare(
    backends: Backends, comparison: ModelComparison, peer: Peer, request_id: str | None = None
) -> list[ModelAnswer]:
    """Have all models answer; return the answers in the order of the models. A model that fails does not end others."""
    answers: dict[int, ModelAnswer] = {}

    async def ask(index: int) -> None:
        feed = AnswerFeed(f"{comparison.token}-{index}", index, FeedReader(peer, request_id))
        try:
            answers[index] = await _answer(backends, comparison, index, feed)
        finally:
            feed.stop()

    async def ask_in_turn(indices: list[int]) -> None:
        for index in indices:
            await ask(index)

    async with trio.open_nursery() as nursery:
        for indices in groups(comparison.targets):
            nursery.start_soon(ask_in_turn, indices)
    return [answers[index] for index in range(len(comparison.targets))]


def groups(targets: list[Target]) -> list[list[int]]:
    """Return which of `targets` must take turns, as lists of their places."""
    by_backend: dict[str, list[int]] = {}
    for index, target in enumerate(targets):
        by_backend.setdefault(target.backend, []).append(index)
    found: list[list[int]] = []
    for indices in by_backend.values():
        together = all(targets[index].model.loaded for index in indices)
        found += [[index] for index in indices] if together else [indices]
    return found


async def _answer(backends: Backends, comparison: ModelComparison, index: int, feed: AnswerFeed) -> ModelAnswer:
    asker, outcome, error = Asker(backends, comparison.requester, hooks=Hooks(delta=feed.tell)), None, None
    share = MAX_BYTES // len(comparison.targets)
    try:
        answer = await asker.ask([comparison.targets[index]], comparison.prompt, max_bytes=share)
        recording, outcome = answer.recording, answer.outcome
    except NoAnswerError as failed:
        recording, error = failed.recording or Recording(comparison.targets[index]), failed.error
    await feed.end(None if outcome is None else outcome.finish_reason)
    return _as_told(comparison, index, recording, outcome, error)


def _as_told(
    comparison: ModelComparison, index: int, recording: Recording, outcome: Outcome | None, error: OrchdError | None
) -> ModelAnswer:
    usage = None if outcome is None else outcome.usage
    thoughts, content = recording.split()
    return ModelAnswer(
        message_id=f"{comparison.token}-{index}",
        index=index,
        model=comparison.names[index] if outcome is None else outcome.model,
        backend=comparison.targets[index].backend,
        content=content,
        reasoning=thoughts or None,
        finish_reason=None if outcome is None else outcome.finish_reason,
        usage=usage_of(usage),
        timings=timings(recording, usage),
        error=None if error is None else failure(error),
    )
