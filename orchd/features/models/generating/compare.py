"""The same question to several models, side by side.

Models of different servers answer at once. On one server they do only when all of them are loaded already: else the
load of one might take the memory of another while it answers, so they take turns.
"""

from collections.abc import Callable
from typing import NamedTuple

import trio
from msgspec import UNSET

from orchd.errors import OrchdError
from orchd.features.models.generating.heard import Heard, failure, usage_of
from orchd.features.models.messages import ModelAnswer, ModelStreaming
from orchd.llm import Backends, split_thoughts
from orchd.llm.types import Channel, Claim, Outcome, Prompt, Target
from orchd.protocol.page import MAX_REPLY_BYTES
from orchd.protocol.router import Peer
from orchd.wakeup import Signal

MAX_BYTES = MAX_REPLY_BYTES
"""Of all answers: they go out in one frame."""


class Contest(NamedTuple):
    """Who is asked what. `names` are the models as the request names them; `token` begins the messages' ids."""

    names: list[str]
    targets: list[Target]
    prompt: Prompt
    token: str
    claim: Claim


class Voice:
    """One answer on its way to the client: as it comes, merged while the connection is congested."""

    def __init__(self, message_id: str, index: int, peer: Peer, emit: Callable[[ModelStreaming], None]) -> None:
        self._message_id = message_id
        self._index = index
        self._peer = peer
        self._emit = emit
        self._pending: list[tuple[Channel, list[str]]] = []
        self._waiting = False  # for the connection to drain
        self._emptied = Signal()

    def tell(self, channel: Channel, text: str) -> None:
        """Send new text, now or when the connection has drained."""
        if self._pending and self._pending[-1][0] == channel:
            self._pending[-1][1].append(text)
        else:
            self._pending.append((channel, [text]))
        if self._waiting:
            return
        if not self._peer.congested:
            self._flush()
            return
        self._waiting = True
        self._peer.when_drained(self._drained)

    async def end(self, finish_reason: str | None) -> None:
        """Send that it is over, once the connection has taken all text; that may be as slow as its client is."""
        while self._waiting:
            await self._emptied.wait()
        self._send("content", "", finish_reason)

    def _drained(self) -> None:
        self._waiting = False
        self._flush()
        self._emptied.set()

    def _flush(self) -> None:
        pending, self._pending = self._pending, []
        for channel, pieces in pending:
            self._send(channel, "".join(pieces))

    def _send(self, channel: Channel, chunk: str, finish_reason: str | None = None) -> None:
        done = not chunk
        self._emit(
            ModelStreaming(self._message_id, self._index, channel, chunk, done, finish_reason if done else UNSET)
        )


async def compare(
    backends: Backends, contest: Contest, peer: Peer, emit: Callable[[ModelStreaming], None]
) -> list[ModelAnswer]:
    """Have all models answer; return the answers in the order of the models. A model that fails does not end others."""
    answers: dict[int, ModelAnswer] = {}

    async def ask(index: int) -> None:
        voice = Voice(f"{contest.token}-{index}", index, peer, emit)
        answers[index] = await _answer(backends, contest, index, voice)

    async def ask_in_turn(indices: list[int]) -> None:
        for index in indices:
            await ask(index)

    async with trio.open_nursery() as nursery:
        for indices in groups(contest.targets):
            nursery.start_soon(ask_in_turn, indices)
    return [answers[index] for index in range(len(contest.targets))]


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


async def _answer(backends: Backends, contest: Contest, index: int, voice: Voice) -> ModelAnswer:
    heard, outcome, error = Heard(tell=voice.tell), None, None
    target, share = contest.targets[index], MAX_BYTES // len(contest.targets)
    try:
        outcome = await backends.stream(target, contest.prompt, heard, max_bytes=share, claim=contest.claim)
    except OrchdError as failed:
        error = failed
    await voice.end(None if outcome is None else outcome.finish_reason)
    return _as_told(contest, index, heard, outcome, error)


def _as_told(
    contest: Contest, index: int, heard: Heard, outcome: Outcome | None, error: OrchdError | None
) -> ModelAnswer:
    usage = None if outcome is None else outcome.usage
    thoughts, content = split_thoughts(heard.content)
    return ModelAnswer(
        message_id=f"{contest.token}-{index}",
        index=index,
        model=contest.names[index] if outcome is None else outcome.model,
        backend=contest.targets[index].backend,
        content=content,
        reasoning=heard.reasoning or thoughts or None,
        finish_reason=None if outcome is None else outcome.finish_reason,
        usage=usage_of(usage),
        timings=heard.timings(usage),
        error=None if error is None else failure(error),
    )
