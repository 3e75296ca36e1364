"""The text of one step while it is generated, for those who read along.

When a model gives way to another one, or begins anew, its text is worth nothing and the next begins at 0; readers are
told so by `begin`.
"""

from functools import partial
from typing import Literal

from orchd.features.task.core.rows import StepKind
from orchd.features.task.wire.live_messages import STREAMING, TaskStreaming
from orchd.hub import GrowingText, Piece, TextFeed


class StepText(TextFeed[Literal["content"]]):
    """One step's text; satisfies `TextListener`. All methods return at once."""

    def __init__(self, task_id: int, subtask_id: int | None, step: StepKind, attempt: int) -> None:
        super().__init__(GrowingText())
        self.task_id = task_id
        self._subtask_id = subtask_id
        self._step: StepKind = step
        self._attempt = attempt
        self._model: str | None = None
        self._anew = False

    def on_delta(self, text: str) -> None:
        """Add text, and send it on."""
        if self._anew and self.growing.seq:
            self.restart(GrowingText())
        self._anew = False
        self.growing.add("content", text)
        self.grow()

    def on_model(self, name: str) -> None:
        """Note who writes from now on; if more text follows, it is not the rest of what there is."""
        self._model, self._anew = name, True

    def end(self) -> None:
        """Say that nothing more comes."""
        if self.growing.seq:
            self.close(partial(STREAMING.frame, self._payload("", self.growing.seq, begin=False, done=True)))

    def frame(self, piece: Piece[Literal["content"]], start: int, request_id: str | None) -> bytes:
        return STREAMING.frame(self._payload(piece.text, piece.seq, begin=not start, done=False), request_id)

    def _payload(self, chunk: str, seq: int, *, begin: bool, done: bool) -> TaskStreaming:
        return TaskStreaming(
            self.task_id, self._subtask_id, self._step, self._attempt, self._model, seq, begin, chunk, done
        )
