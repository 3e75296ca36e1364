"""An answer that is asked for while its question is being stored, so that the disk and the model work at once.

Nothing may be told before the question is stored, and if it can't be, nothing was ever said. So what the model says is
kept until a listener joins, and then passed on as it comes; until then the answer can be given up.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Protocol

import trio

from orchd.entity import Belonging
from orchd.errors import OrchdError
from orchd.features.chat.answer.request import AnswerRequest
from orchd.features.chat.rows import Foreseen, StoredExchange
from orchd.guard import guarded
from orchd.llm import PlaceListener, StreamMark, StreamPlace
from orchd.llm.types import AttemptListener, Channel, FailedAttempt, Listener, Outcome, Phase, QueueListener, Target

MOST_FORECASTS = 10_000
"""Users, and projects of theirs, that are remembered."""


class AnswerListener(Listener, QueueListener, AttemptListener, Protocol):
    """Who is told everything; `kept` is told where the model server keeps the answer."""

    @property
    def kept(self) -> PlaceListener: ...


class NewConversation:
    """Whose turn it is for a conversation that has no number yet: its own, by which it is called once it has one."""

    def __init__(self) -> None:
        self.number: int | None = None

    def __str__(self) -> str:
        return "" if self.number is None else str(self.number)


class InstructionForecast:
    """That a question in a new conversation comes with no instructions, as most do: where the last one did, nobody need
    look before the model is asked. Whether that was right, the transaction shows that stores the question."""

    def __init__(self) -> None:
        self._places: dict[Belonging, None] = {}

    def expects_none(self, whose: Belonging) -> bool:
        """Tell whether the last question of these came with none."""
        return whose in self._places

    def note(self, stored: StoredExchange) -> None:
        """A question was stored."""
        self._places.pop(stored.whose, None)
        if not stored.instructions.ids:
            self._places[stored.whose] = None
            if len(self._places) > MOST_FORECASTS:
                del self._places[next(iter(self._places))]


class Prefetch:
    """The answer that `request` asks for, to a question in a new conversation. It hears all that an
    `AnswerListener` does.

    `run` has the model asked, and `join` or `give_up` must follow.
    """

    def __init__(self, foreseen: Foreseen, request: AnswerRequest) -> None:
        self.foreseen = foreseen
        self.request = request
        self.conversation = NewConversation()
        self.begun = False
        """Whether the model is asked at all."""
        self.first: float | None = None
        self.closed: float | None = None
        """When the first text came, and the model server was let go; by the monotonic clock."""
        self._taken = False
        self._kept: list[Callable[[AnswerListener], None]] = []
        self._listener: AnswerListener | None = None
        self._scope = trio.CancelScope()
        self._ended = trio.Event()
        self._end: Outcome | OrchdError | None = None

    async def run(self, ask: Callable[["Prefetch"], Awaitable[Outcome]]) -> None:
        """Ask the model, and keep what came of that. Raises nothing."""
        try:
            with guarded("answer") as guard, self._scope:
                self._end = await ask(self)
            self._end = guard.error or self._end
        finally:
            self._ended.set()

    def take(self, stored: StoredExchange) -> "Prefetch | None":
        """Say that the question is stored, and that somebody will `join`; return None if that is vain: the model isn't
        asked, or wasn't told the instructions that were read with the question."""
        if not self.begun or self.foreseen.instructions.texts != stored.instructions.texts:
            return None
        self.conversation.number = stored.conversation_id
        self._taken = True
        return self

    def repeat(self, listener: AnswerListener) -> None:
        """Tell `listener`, who will `join`, what was said so far."""
        for tell in self._kept:
            tell(listener)
        self._kept.clear()

    async def join(self, listener: AnswerListener) -> Outcome | OrchdError:
        """Tell `listener` what was said so far, and the rest as it comes; return how it ended: a failure has had its
        line in the log already.

        Cancelling this ends the generation, as it would if it had been begun here.
        """
        self.repeat(listener)
        self._listener = listener
        try:
            await self._ended.wait()
        finally:
            if not self._ended.is_set():
                self._scope.cancel()
                with trio.CancelScope(shield=True):  # bounded by what is cancelled: it lets the model server go at once
                    await self._ended.wait()
        assert self._end is not None, "only `give_up` ends it otherwise"
        return self._end

    def give_up(self) -> None:
        """Let the model server go, and forget what was said, unless it was taken. Returns at once."""
        if not self._taken:
            self._kept.clear()
            self._scope.cancel()

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        self._tell(lambda listener: listener.on_phase(phase, progress))

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        self._tell(lambda listener: listener.on_queue(position, eta_ms))

    def on_failed(self, failure: FailedAttempt) -> None:
        self._tell(lambda listener: listener.on_failed(failure))

    def on_fallback(self, target: Target) -> None:
        self._tell(lambda listener: listener.on_fallback(target))

    def on_delta(self, channel: Channel, text: str) -> None:
        if self.first is None:
            self.first = time.monotonic()
        if self._listener is not None:
            self._listener.on_delta(channel, text)
        else:
            self._kept.append(lambda listener: listener.on_delta(channel, text))

    @property
    def left(self) -> bool:
        return self._listener is not None and self._listener.kept.left

    def on_place(self, place: StreamPlace | None) -> None:
        self._tell(lambda listener: listener.kept.on_place(place))

    def on_mark(self, mark: StreamMark) -> None:
        self._tell(lambda listener: listener.kept.on_mark(mark))

    def on_close(self) -> None:
        self.closed = time.monotonic()
        self._tell(lambda listener: listener.on_close())

    def _tell(self, tell: Callable[[AnswerListener], None]) -> None:
        if self._listener is not None:
            tell(self._listener)
        else:
            self._kept.append(tell)
