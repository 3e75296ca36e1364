"""One answer being generated: owned by the chat service, told by the model client, followed by connections.

It ends in exactly one of four ways, named by the wire's statuses: `complete` (a finish reason came), `cancelled` (a
client asked), `interrupted` (the daemon stops, or stopped it for repeating itself), `error` (anything else). Whatever
the way, the text so far is kept.
"""

import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Literal, TypeAlias

import structlog
import trio
from msgspec import UNSET

from orchd.clock import unix_now
from orchd.errors import NotFound, OrchdError, Unavailable, for_log
from orchd.features.chat.answer.loops import LoopDetector
from orchd.features.chat.answer.pending_writes import StoreOutcome
from orchd.features.chat.answer.request import AnswerRequest, EarlyAnswer, GenerationLimits, attempts
from orchd.features.chat.answer.running import AnswerStage, Running
from orchd.features.chat.answer.transcript import ReasoningClock, Transcript
from orchd.features.chat.messages import (
    ChatMessage,
    ChatPart,
    ChatProgress,
    ChatTimings,
    ChatUsage,
    MessageStatus,
)
from orchd.features.chat.rows import EndedAnswer, StoredExchange, describe, milliseconds, token_count
from orchd.features.chat.streams import NoteStream, StreamNotes
from orchd.guard import guarded
from orchd.llm import Backends
from orchd.llm.types import Channel, FailedAttempt, Outcome, Phase, Prompt, Target
from orchd.protocol.types import timestamp

FINISH_REASON_CHARACTERS = 64
MODEL_CHARACTERS = 256
"""As much of a model's id as a message's row holds."""

StopReason: TypeAlias = Literal["cancelled", "interrupted", "loop"]


class Generation(Running):
    """A running answer. Satisfies `orchd.llm.types.Listener`, `QueueListener` and `AttemptListener`.

    `grown` is called when there is new text, `note` with where it is kept. One that goes on begins with what there is.
    """

    def __init__(
        self,
        exchange: StoredExchange,
        request: AnswerRequest,
        epoch: str,
        tuning: GenerationLimits,
        grown: Callable[[], None],
        note: NoteStream = lambda stream, seq: None,
    ) -> None:
        super().__init__(
            exchange.conversation_id, exchange.answer_id, epoch, exchange.prefix or Transcript(), exchange.whose
        )
        self.target = request.chosen.target
        """Who is asked now, or was last."""
        self.kept = StreamNotes(self.transcript, epoch, request.asker.user, request.asker.token, note)
        self.ended = trio.Event()
        """Set when the model server is let go and `status` is final."""
        self.outcome: Outcome | None = None
        self.error: OrchdError | None = None
        self._exchange = exchange
        self._prefix_bytes = self.transcript.bytes
        self._request = request
        self._failures = list(request.chosen.failures)
        self._tuning = tuning
        self._grown = grown
        self._reasoning = ReasoningClock(exchange.reasoned_before)
        self._loops: dict[Channel, LoopDetector] = {}
        self._scope = trio.CancelScope()
        self._awaited = trio.lowlevel.ParkingLot()
        self._reason: StopReason = "interrupted"
        self._stage = AnswerStage(request.begun)
        self._begun = request.begun
        self._sent = request.begun
        self._first: float | None = None
        self._said: tuple[float | None, float | None] = (None, None)
        """When the first text came and the last, where that was before it could be told."""
        self._closed: float | None = None
        self._ended_at = 0

    async def cancel(self, reason: StopReason) -> float | None:
        """End the generation; return the seconds until the model server was let go, None if it had ended before."""
        if self.ended.is_set():
            return None
        asked = time.monotonic()
        self.stop(reason)
        await self.ended.wait()
        return None if self._closed is None else max(0.0, self._closed - asked)

    def stop(self, reason: StopReason) -> None:
        """Begin to end the generation; returns at once, harmless after the end."""
        if not self._scope.cancel_called:
            self._reason = reason
            self._scope.cancel()

    def hand_over(self) -> None:
        """Begin to end it here, and leave it to its model server, for another run to take up. Returns at once."""
        if not self._scope.cancel_called:
            self.kept.left = True
            self._scope.cancel()

    @property
    def handed_over(self) -> bool:
        """Whether it has ended here, and goes on elsewhere: nobody is told an end, and none is stored."""
        return self.kept.left and self.ended.is_set() and self.outcome is None and self.error is None

    async def run(self, backends: Backends, prompt: Prompt, reprompt: Callable[[Target], Prompt] | None = None) -> None:
        """Generate to one of the four ends, then tell the readers; `reprompt` gives a fall-back's prompt. Raises
        nothing.
        """
        ask = partial(
            backends.stream,
            self.target,
            prompt,
            max_bytes=max(1, self._tuning.max_bytes - self._prefix_bytes),
            requester=self._request.requester(self.conversation_id),
            fallbacks=self._request.chosen.rest,
            reprompt=reprompt,
        )
        await self.hear(ask)

    async def hear(
        self,
        ask: Callable[["Generation"], Awaitable[Outcome | OrchdError]],
        early: EarlyAnswer | None = None,
    ) -> None:
        """Do what `run` does with an answer that `ask` tells; `early` says when the model began and ended."""
        if early is not None:
            self._said = early.first, early.closed
        if self._stage.phase == "queued":
            self._sent = time.monotonic()
        end: Outcome | OrchdError | None = None
        with guarded("generation", message_id=self.message_id) as guard, self._scope:
            end = await ask(self)
        self.outcome = None if isinstance(end, OrchdError) else end
        self.error = end if isinstance(end, OrchdError) else guard.error
        self.status = self._final_status()
        self._ended_at = unix_now()
        self.ended.set()
        self._log()
        if not self.handed_over:
            self.tell_end(self.finish_reason)
        self._awaited.unpark_all()

    async def reach(self, seq: int) -> None:
        """Wait until a reader can have had so much of it, or it has ended."""
        while self.last_seq < seq and not self.closed:
            await self._awaited.park()

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Tell the readers that the answer has come further."""
        now = time.monotonic()
        if self._stage.phase == "queued" != phase:
            self._sent = now
        self._stage.enter(phase, progress, now)
        self._tell_progress(now)

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        """Tell the readers how many wait before it, or that its model is loaded, and how long that may take."""
        now = time.monotonic()
        self._stage.wait(position, eta_ms, now)
        self._tell_progress(now)

    def on_failed(self, failure: FailedAttempt) -> None:
        """Note why a model gave no answer."""
        self._failures.append(failure)

    def on_fallback(self, target: Target) -> None:
        """Tell the readers that another model is asked, and why."""
        self.target = target
        self._exchange = self._exchange._replace(prefilled=False)
        now = time.monotonic()
        self._stage = AnswerStage(now)
        self._tell_progress(now)

    def on_delta(self, channel: Channel, text: str) -> None:
        """Keep new text and send it on."""
        self._reasoning.note(channel, time.monotonic())
        if self._first is not None:
            self._take(channel, text)
            return
        with self.gathering():
            self._first = time.monotonic()
            if self._stage.phase != "generating":
                self.on_phase("generating", None)
            self._take(channel, text)

    def _take(self, channel: Channel, text: str) -> None:
        self.transcript.add(channel, text)
        self._grown()
        self.grow()
        if self._awaited:
            self._awaited.unpark_all()
        if self._tuning.loop_characters and self._detector(channel).add(text):
            self.stop("loop")

    def remind(self) -> bool:
        """Tell the readers once more how far it is; False once there is text, or the end, which say that themselves."""
        if self._first is not None or self.ended.is_set():
            return False
        self._tell_progress(time.monotonic())
        return True

    def on_close(self) -> None:
        """Note when the model server was let go."""
        self._closed = time.monotonic()

    @property
    def finish_reason(self) -> str | None:
        """The model server's finish reason, `loop` for one that repeated itself, None when there was none."""
        if self.outcome is None:
            return "loop" if self._reason == "loop" and self.status == "interrupted" else None
        return self.outcome.finish_reason[:FINISH_REASON_CHARACTERS]

    def answer(self) -> EndedAnswer:
        """Return the end of this generation as it is stored."""
        told = self.transcript.settle()
        return EndedAnswer(
            message_id=self.message_id,
            conversation_id=self.conversation_id,
            content=told.text("content"),
            reasoning=told.text("reasoning"),
            runs=told.runs(),
            parts=self._parts(),
            status=self.status,
            model=self._model,
            finish_reason=self.finish_reason,
            usage=self._usage(),
            timings=self._timings(),
            error=None if self.error is None else describe(self.error),
            ended_at=self._ended_at,
            attempts=attempts(self._failures) or None,
        )

    def fail(self, error: OrchdError) -> EndedAnswer:
        """End it, unless it has ended, for a defect of ours around the model's work; return what can be stored."""
        if not self.ended.is_set():
            self.error, self.status = error, "error"
            self._ended_at = unix_now()
            self.ended.set()
        if not self.closed:
            self.tell_end(self.finish_reason)
        return EndedAnswer(
            message_id=self.message_id,
            conversation_id=self.conversation_id,
            content=self.transcript.text("content"),
            reasoning=self.transcript.text("reasoning"),
            runs=self.transcript.runs(),
            parts=None,
            status=self.status,
            model=self._model,
            finish_reason=self.finish_reason,
            usage=None,
            timings=None,
            error=None if self.error is None else describe(self.error),
            ended_at=self._ended_at,
        )

    def settle(self, answer: EndedAnswer, stored: StoreOutcome) -> None:
        """Say what became of storing the answer, in the last frame; ends the generation's story."""
        if stored == "waiting":
            waits = Unavailable("the answer is not stored yet: the database is away", reason="database")
            answer = answer._replace(error=describe(waits))
        elif stored == "gone":
            answer = answer._replace(error=describe(NotFound("the conversation was deleted")))
        self.tell_final(self._message(answer))

    @property
    def _model(self) -> str:
        return (self.target.model.id if self.outcome is None else self.outcome.model)[:MODEL_CHARACTERS]

    def _detector(self, channel: Channel) -> LoopDetector:
        if (detector := self._loops.get(channel)) is None:
            tuning = self._tuning
            detector = LoopDetector(tuning.loop_repeats, tuning.loop_characters, tuning.loop_period)
            self._loops[channel] = detector
        return detector

    def _final_status(self) -> MessageStatus:
        if self.outcome is not None:
            self.error = None
            return "complete"
        if self.error is not None:
            return "error"
        return "interrupted" if self._reason == "loop" else self._reason

    def _parts(self) -> list[ChatPart] | None:
        if (earlier := self._exchange.parts) is None:
            return None
        mode: Literal["prefill", "followup"] = "prefill" if self._exchange.prefilled else "followup"
        return [*earlier, ChatPart(self._model, self.transcript.seq, mode, None)]

    def _message(self, answer: EndedAnswer) -> ChatMessage:
        return ChatMessage(
            id=answer.message_id,
            conversation_id=answer.conversation_id,
            parent_id=self._exchange.question.id,
            role="assistant",
            content=answer.content,
            reasoning=answer.reasoning or None,
            status=answer.status,
            model=answer.model,
            timestamp=timestamp(self._exchange.asked_at),
            finish_reason=answer.finish_reason,
            usage=answer.usage,
            timings=answer.timings,
            error=answer.error,
            parts=UNSET if answer.parts is None else answer.parts,
            attempts=UNSET if answer.attempts is None else answer.attempts,
        )

    def _tell_progress(self, now: float) -> None:
        self.tell_progress(
            ChatProgress(
                self.conversation_id,
                self.message_id,
                self._stage.phase,
                milliseconds(now - self._begun),
                phase_ms=milliseconds(now - self._stage.begun),
                parent_id=self._exchange.question.id,
                asked_model=self.target.model.id[:MODEL_CHARACTERS],
                beside=True if self._request.beside else UNSET,
                position=self._stage.position,
                eta_ms=self._stage.eta_ms(now),
                progress=self._stage.progress,
                model=self.target.model.id if self._failures else UNSET,
                attempts=attempts(self._failures) or UNSET,
            )
        )

    def _usage(self) -> ChatUsage | None:
        if self.outcome is None or self.outcome.usage is None:
            return None
        usage, price = self.outcome.usage, self.outcome.price
        return ChatUsage(
            prompt_tokens=token_count(usage.prompt_tokens),
            completion_tokens=token_count(usage.completion_tokens),
            total_tokens=token_count(usage.total_tokens),
            reasoning_tokens=None if usage.reasoning_tokens is None else token_count(usage.reasoning_tokens),
            cost_micros=None if price is None else token_count(price.micros),
            currency=None if price is None else price.currency,
        )

    def _timings(self) -> ChatTimings:
        ended = self._closed or time.monotonic()
        usage = self._usage()
        speed = None
        first, last = self._said[0] or self._first, self._said[1] or ended
        if usage is not None and first is not None and last > first and not self.kept.taken_up:
            speed = round(usage.completion_tokens / (last - first), 2)
        reasoned = self._reasoning.seconds(ended)
        return ChatTimings(
            queued_ms=milliseconds(self._sent - self._begun),
            first_token_ms=None
            if self._first is None or self.kept.taken_up
            else milliseconds(self._first - self._begun),
            total_ms=milliseconds(ended - self._begun),
            tokens_per_second=speed,
            reasoning_ms=None if reasoned is None else milliseconds(reasoned),
        )

    def _log(self) -> None:
        log = structlog.get_logger().bind(
            message_id=self.message_id,
            conversation_id=self.conversation_id,
            model=self.target.model.id,
            backend=self.target.backend,
            characters=self.transcript.seq,
        )
        if self.handed_over:
            log.info("answer left to the next daemon")
            return
        timings = self._timings()
        tell = log.warning if self.error is not None and self.status == "error" else log.info
        tell(
            "generation ended",
            status=self.status,
            finish_reason=self.finish_reason,
            error=None if self.error is None else self.error.code,
            reason=None if self.error is None else for_log(self.error, *self._user_texts()),
            first_token_ms=timings.first_token_ms,
            total_ms=timings.total_ms,
            tokens_per_second=timings.tokens_per_second,
        )

    def _user_texts(self) -> Iterator[str]:
        """What people wrote, as far as it is still here."""
        yield self._exchange.question.content
        yield self._exchange.system_prompt or ""
        yield from (turn.content for turn in self._exchange.branch)
