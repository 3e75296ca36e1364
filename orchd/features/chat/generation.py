"""One answer being generated: owned by the chat service, told by the model client, followed by connections.

It ends in exactly one of four ways, named by the wire's statuses: `complete` (a finish reason came), `cancelled` (a
client asked), `interrupted` (the daemon stops), `error` (anything else). Whatever the way, the text so far is kept.
"""

import time
from typing import Literal

import structlog
import trio
from msgspec import UNSET

from orchd.errors import OrchdError, Unavailable
from orchd.features.chat.follower import Follower
from orchd.features.chat.messages import (
    ChatError,
    ChatProgress,
    ChatTimings,
    ChatUsage,
    Status,
)
from orchd.features.chat.queries import Answer
from orchd.features.chat.transcript import Transcript
from orchd.guard import guarded
from orchd.llm import Backends
from orchd.llm.types import Channel, Outcome, Phase, Prompt, Target
from orchd.protocol.types import MAX_INTEGER

PROGRESS_SECONDS = 5.0
"""Longest silence towards the client before the first token."""

FINISH_REASON_CHARACTERS = 64


class Generation:
    """A running answer. Satisfies `orchd.llm.types.Listener`."""

    def __init__(self, conversation_id: int, message_id: int, target: Target, begun: float) -> None:
        self.conversation_id = conversation_id
        self.message_id = message_id
        self.target = target
        self.transcript = Transcript()
        self.ended = trio.Event()
        """Set when the model server is let go and `status` is final."""
        self.settled = trio.Event()
        """Set when the answer is stored, or will be later; `final` is what its last frame tells."""
        self.final: Answer | None = None
        self.status: Status = "streaming"
        self.outcome: Outcome | None = None
        self.error: OrchdError | None = None
        self._followers: list[Follower] = []
        self._scope = trio.CancelScope()
        self._reason: Literal["cancelled", "interrupted"] = "interrupted"
        self._phase: Phase = "queued"
        self._progress: float | None = None
        self._begun = begun
        self._sent = begun
        self._first: float | None = None
        self._closed: float | None = None
        self._ended_at = 0

    def attach(self, follower: Follower) -> None:
        """Let `follower` see the answer from its start."""
        follower.begin(self.conversation_id, self.message_id, self.transcript)
        self._followers.append(follower)

    def detach(self, follower: Follower) -> None:
        """Stop telling `follower`."""
        self._followers.remove(follower)

    async def cancel(self, reason: Literal["cancelled", "interrupted"]) -> float | None:
        """End the generation; return the seconds until the model server was let go, None if it had ended before."""
        if self.ended.is_set():
            return None
        asked = time.monotonic()
        self._stop(reason)
        await self.ended.wait()
        return None if self._closed is None else max(0.0, self._closed - asked)

    def let_go(self) -> None:
        """Cancel because the client that asked has left and wanted that; returns at once, harmless after the end."""
        self._stop("cancelled")

    def _stop(self, reason: Literal["cancelled", "interrupted"]) -> None:
        if not self._scope.cancel_called:
            self._reason = reason
            self._scope.cancel()

    async def run(self, backends: Backends, prompt: Prompt, max_bytes: int) -> None:
        """Generate to one of the four ends, then tell the followers. Raises nothing."""
        self._sent = time.monotonic()
        with guarded("generation", message=self.message_id) as guard, self._scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._repeat_progress)
                self.outcome = await backends.stream(self.target, prompt, self, max_bytes=max_bytes)
                nursery.cancel_scope.cancel()
        self.error = guard.error
        self.status = self._final_status()
        self._ended_at = time.time_ns() // 1_000_000
        self.ended.set()
        self._log()
        for follower in self._followers:
            follower.end(self.finish_reason)

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Tell the followers that the answer has come further."""
        self._phase, self._progress = phase, progress
        self._tell_progress()

    def on_delta(self, channel: Channel, text: str) -> None:
        """Keep new text and send it on."""
        if self._first is None:
            self._first = time.monotonic()
            if self._phase != "generating":
                self.on_phase("generating", None)
        self.transcript.add(channel, text)
        for follower in self._followers:
            follower.advance()

    def on_close(self) -> None:
        """Note when the model server was let go."""
        self._closed = time.monotonic()

    @property
    def finish_reason(self) -> str | None:
        """The model server's finish reason, None when there was none."""
        return None if self.outcome is None else self.outcome.finish_reason[:FINISH_REASON_CHARACTERS]

    def answer(self) -> Answer:
        """Return the end of this generation as it is stored."""
        return Answer(
            message_id=self.message_id,
            conversation_id=self.conversation_id,
            content=self.transcript.text("content"),
            reasoning=self.transcript.text("reasoning"),
            status=self.status,
            model=self.target.model.id if self.outcome is None else self.outcome.model[:256],
            finish_reason=self.finish_reason,
            usage=self._usage(),
            timings=self._timings(),
            error=None if self.error is None else describe(self.error),
            ended_at=self._ended_at,
        )

    def settle(self, *, stored: bool) -> None:
        """Say what became of storing the answer; ends the generation's story."""
        final = self.answer()
        if not stored:
            final = final._replace(error=describe(Unavailable("the answer is not stored yet: the database is away")))
        self.final = final
        self.settled.set()

    def _final_status(self) -> Status:
        if self.outcome is not None:
            self.error = None
            return "complete"
        return self._reason if self.error is None else "error"

    async def _repeat_progress(self) -> None:
        while self._first is None:
            await trio.sleep(PROGRESS_SECONDS)
            if self._first is None:
                self._tell_progress()

    def _tell_progress(self) -> None:
        progress = ChatProgress(
            self.conversation_id,
            self.message_id,
            self._phase,
            _milliseconds(time.monotonic() - self._begun),
            progress=UNSET if self._progress is None else min(1.0, max(0.0, self._progress)),
        )
        for follower in self._followers:
            follower.progress(progress)

    def _usage(self) -> ChatUsage | None:
        usage = None if self.outcome is None else self.outcome.usage
        if usage is None:
            return None
        return ChatUsage(
            prompt_tokens=_count(usage.prompt_tokens),
            completion_tokens=_count(usage.completion_tokens),
            total_tokens=_count(usage.total_tokens),
            reasoning_tokens=None if usage.reasoning_tokens is None else _count(usage.reasoning_tokens),
        )

    def _timings(self) -> ChatTimings:
        ended = self._closed or time.monotonic()
        usage = self._usage()
        speed = None
        if usage is not None and self._first is not None and ended > self._first:
            speed = round(usage.completion_tokens / (ended - self._first), 2)
        return ChatTimings(
            queued_ms=_milliseconds(self._sent - self._begun),
            first_token_ms=None if self._first is None else _milliseconds(self._first - self._begun),
            total_ms=_milliseconds(ended - self._begun),
            tokens_per_second=speed,
        )

    def _log(self) -> None:
        timings = self._timings()
        structlog.get_logger().info(
            "generation ended",
            message=self.message_id,
            conversation=self.conversation_id,
            model=self.target.model.id,
            backend=self.target.backend,
            status=self.status,
            error=None if self.error is None else self.error.code,
            characters=self.transcript.seq,
            first_token_ms=timings.first_token_ms,
            total_ms=timings.total_ms,
            tokens_per_second=timings.tokens_per_second,
        )


def describe(error: OrchdError) -> ChatError:
    """Return an error as a message carries it."""
    return ChatError(error.code, error.message, error.retryable)


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _count(value: int) -> int:
    """A model server's number, kept within the wire's bounds."""
    return min(max(value, 0), MAX_INTEGER)
