"""An answer that is put into other words on its way: what is read of its pieces is handed on, instead of these.

By then thoughts are told from what is said, and calls of tools are whole: each API has forms of its own for them.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import trio

from orchd.features.chat import LoopLimits
from orchd.features.gateway.relay import AnswerRelay
from orchd.features.gateway.sources import AnswerEnd, AnswerText
from orchd.llm import RelayedPiece
from orchd.llm.types import Channel, Outcome, Phase


class _Alternatives(msgspec.Struct):
    content: list[Any] | None = None


class _Choice(msgspec.Struct):
    logprobs: _Alternatives | None = None


class _Piece(msgspec.Struct):
    choices: list[_Choice] = []


class TextRelay(AnswerRelay):
    """Hands on texts, without `thoughts` none of the reasoning. `alternatives`: with the log-probabilities of their
    tokens, as far as the server tells them."""

    def __init__(
        self, scope: trio.CancelScope, loops: LoopLimits, *, alternatives: bool = False, thoughts: bool = True
    ) -> None:
        super().__init__(scope, loops)
        self._thoughts = thoughts
        self._alternatives = alternatives
        self._began = self._phase_began = trio.current_time()
        self._phase: Phase = "queued"
        self._seconds: dict[Phase, float] = {}

    def tell(self, pieces: Sequence[RelayedPiece]) -> None:
        """Take pieces of the answer, whose texts come by `on_delta`."""
        for data, speaks in pieces if self._alternatives else ():
            if speaks and (found := _alternatives(data)):
                self.keep((AnswerText("content", "", found),), len(data))

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Note what the answer waits for, and for how long."""
        super().on_phase(phase, progress)
        self._turn_to(phase)

    def on_delta(self, channel: Channel, text: str) -> None:
        """Hand a text on."""
        super().on_delta(channel, text)
        if self.loops_in is None and (self._thoughts or channel != "reasoning"):
            self.keep((AnswerText(channel, text),), 0 if self.is_written else _size(text))

    def on_outcome(self, outcome: Outcome) -> None:
        """Hand the end on."""
        self._turn_to("generating")
        loading, reading, writing = (self._seconds.get(phase, 0.0) for phase in ("loading", "prompt", "generating"))
        calls = sum(_size(call.function.arguments) for call in outcome.tool_calls)
        self.keep((AnswerEnd(outcome, loading, reading, writing, trio.current_time() - self._began),), calls)

    def _turn_to(self, phase: Phase) -> None:
        now = trio.current_time()
        self._seconds[self._phase] = self._seconds.get(self._phase, 0.0) + now - self._phase_began
        self._phase, self._phase_began = phase, now


def _size(text: str) -> int:
    """Return how many bytes of UTF-8 a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _alternatives(data: bytes) -> tuple[Any, ...]:
    """Return what a piece tells of the tokens in it; nothing, where it tells that in no known way."""
    try:
        piece = msgspec.json.decode(data, type=_Piece)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return ()
    first = piece.choices[0].logprobs if piece.choices else None
    return () if first is None else tuple(first.content or ())
