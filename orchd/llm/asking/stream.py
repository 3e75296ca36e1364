"""One attempt at a generation: connect, wait, read, judge; and let the server go the moment it is over.

Silence is normal before the first output (a model loads for minutes, a long prompt is read) and suspicious after it, so
there are two clocks: one up to the first output, one between outputs. Only output winds them: comments that keep the
connection warm, or a chunk that only names the role, prove nothing. One cancel scope carries both, and the total.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Literal, NamedTuple

import httpx
import trio

from orchd.errors import OrchdError, Timeout, UpstreamError
from orchd.llm.accounting import TokenTally, tally_here
from orchd.llm.answers.failures import MAX_ERROR_BYTES, is_loading, judge, map_errors
from orchd.llm.answers.reply import ReplyParser
from orchd.llm.answers.words import ServerMessage, read_body
from orchd.llm.asking.retry import retry_after_ms
from orchd.llm.replay.buffer import HEADER as KEEPING_HEADER
from orchd.llm.replay.place import START, PlaceListener, StreamMark
from orchd.llm.types import Deadlines, Listener, Outcome, hears_costs
from orchd.llm.wire.endpoint import Endpoint
from orchd.llm.wire.head import ResponseHead
from orchd.llm.wire.relayed import ChunkRelay, RelayedRequest
from orchd.llm.wire.transport import Sending, WireBody, nobody
from orchd.reasons import Reason
from orchd.telemetry.daemon import ModelFigures
from orchd.telemetry.figures import Histogram

MARK_BYTES = 512 * 1024
"""How much of an answer that a server keeps is read before it is noted from where it could be read again."""
LOADING_BACKOFF_SECONDS = (0.5, 1.0, 2.0)
"""Pauses while a server answers that its model is still loading; the last one repeats."""


class AttemptSpec(NamedTuple):
    """What one attempt needs to know. `loading`: the model isn't loaded, so that is what the first silence means.

    `continued`: it goes on with an unfinished answer; `echo`: the text of that answer, if the server may repeat it.
    `relayed`: the pieces of the answer are handed on as they come. `keep`: who hears how far it was read, for the
    server keeps the answer under `stream_id`.
    """

    backend: str
    body: bytes
    model: str
    loading: bool
    max_bytes: int
    continued: bool = False
    echo: str = ""
    relayed: RelayedRequest | None = None
    stream_id: str = ""
    keep: PlaceListener | None = None


class Watch:
    """The deadlines of one generation, as one cancel scope that output moves on.

    Moving a deadline costs more than reading a token, so it is set a little (`_slack`) further than needed, and only
    moved again when that is used up: a gap ends after the configured time, or at most a tenth later.
    """

    def __init__(self, deadlines: Deadlines, backend: str, figures: ModelFigures | None = None) -> None:
        now = self._last = trio.current_time()
        self._figures = figures
        self._gaps: Histogram | None = None
        """Where gaps are noted, once there has been output."""
        self.gap = deadlines.gap
        """How long the server may be silent between outputs, in seconds."""
        self._slack = min(deadlines.gap / 10, 0.5)
        self._total = now + (float("inf") if deadlines.total is None else deadlines.total)
        self._backend = backend
        self._waits_for: Literal["first_event", "gap", "tail"] = "first_event"
        self._asked = deadlines
        self._replies: list[ReplyParser] = []
        self.scope = trio.CancelScope()
        self._set(now + deadlines.first_event)

    @property
    def speaking(self) -> bool:
        """Output has come, so that the server is certainly at work on it."""
        return self._waits_for == "gap"

    @property
    def written(self) -> int:
        """Pieces of output so far."""
        return sum(reply.output for reply in self._replies)

    def reads(self, reply: ReplyParser) -> None:
        """An answer begins to be read."""
        self._replies.append(reply)

    def output(self) -> None:
        now = trio.current_time()
        if self._gaps is not None:
            self._gaps.note(now - self._last)
        elif self._figures is not None:
            self._figures.first.of((self._backend,)).note(now - self._last)
            self._figures.tracing.mark("first token")
            self._gaps = self._figures.gaps.of((self._backend,))
        self._last = now
        due = now + self.gap
        if self._waits_for != "gap" or due > self.scope.deadline:
            self._waits_for = "gap"
            self._set(due + self._slack)

    def ending(self, *, surely: bool) -> None:
        """The answer seems complete: what may still follow has a bound of its own. If it is, no deadline counts."""
        self._waits_for = "tail"
        self.scope.deadline = float("inf") if surely else self._total

    def timeout(self) -> Timeout:
        """Return the error for the deadline that has passed."""
        reason: Reason = "total" if trio.current_time() >= self._total else self._waits_for
        seconds = {"first_event": self._asked.first_event, "total": self._asked.total}.get(reason, self.gap)
        what = {
            "first_event": f"{self._backend} sent no output within {seconds:g} s",
            "total": f"{self._backend} did not end its answer within {seconds:g} s",
        }.get(reason, f"{self._backend} sent no further output for {seconds:g} s")
        return Timeout(what, reason=reason, backend=self._backend)

    @contextmanager
    def bounds(self) -> Iterator[None]:
        """Run the block under the deadlines. Raises Timeout."""
        with self.scope:
            yield
        if self.scope.cancelled_caught:
            raise self.timeout()

    def _set(self, due: float) -> None:
        self.scope.deadline = min(due, self._total)


async def generate(endpoint: Endpoint, ask: AttemptSpec, watch: Watch, listener: Listener) -> Outcome:
    """Ask for an answer, tell `listener` of it, and return how it ended; closed when this returns, however it does.

    To be called within `watch.bounds()`. Raises OrchdErrors only; `reason` tells kinds of UpstreamError apart.
    Waits until the answer has ended or a deadline has passed; cancelling it closes the connection at once.
    """
    phase_told = ask.loading
    listener.on_phase("loading" if ask.loading else "prompt", None)
    pauses = iter(LOADING_BACKOFF_SECONDS)
    pause = 0.0
    sending: Sending = partial(_tell_call, listener, tally_here())
    while True:
        with map_errors(ask.backend, endpoint.key):
            outcome = await _attempt(endpoint, ask, watch, listener, sending)
        if outcome is not None:
            return outcome
        sending = nobody  # it was only asked whether it is ready by now
        if not phase_told:
            phase_told = True
            listener.on_phase("loading", None)
        pause = next(pauses, pause)
        await trio.sleep(pause)


async def _attempt(
    endpoint: Endpoint, ask: AttemptSpec, watch: Watch, listener: Listener, sending: Sending
) -> Outcome | None:
    """Return the outcome, or None when the server says that it is still loading its model."""
    headers = KEEPING_HEADER % ask.stream_id.encode() if ask.stream_id else b""
    head, body = await endpoint.post(ask.body, sending, headers)
    try:
        if not 200 <= head.status < 300:
            said = await _read_refusal(head, body)
            if is_loading(said):
                return None
            raise _refusal(ask.backend, said)
        content_type = head.value(b"content-type").partition(";")[0].strip().lower()
        return await hear(body, content_type, ask, watch, listener)
    finally:
        await body.aclose()


async def hear(
    body: WireBody,
    content_type: str,
    ask: AttemptSpec,
    watch: Watch,
    listener: Listener,
    mark: StreamMark = START,
    size: int = 0,
) -> Outcome:
    """Read an answer from its `mark` on, before which it had `size` bytes of text; else as `generate`. The caller
    closes the body."""
    reply = ReplyParser(
        ask.backend,
        ask.model,
        listener,
        content_type,
        ask.max_bytes,
        continued=ask.continued,
        echo=ask.echo if mark == START else "",
        relay=None if ask.relayed is None else ChunkRelay(ask.relayed.tell),
        thinking=mark.thinking,
        size=size,
    )
    watch.reads(reply)
    marks = None if ask.keep is None or not ask.stream_id else Marks(reply, ask.keep, mark.offset)
    try:
        await _read(body, reply, watch, marks)
    except BaseException:
        reply.flush()
        _tell_usage(reply, listener)
        raise
    try:
        return reply.outcome()
    finally:
        _tell_usage(reply, listener)


class Marks:
    """Tells `keep` now and then from where `reply`, which begins at the byte `start`, could be read again.

    Servers keep the last MiB only, so that a long answer can't be read again from its start.
    """

    def __init__(self, reply: ReplyParser, keep: PlaceListener, start: int) -> None:
        self._reply = reply
        self._keep = keep
        self._start = start
        self._read = 0
        self._due = MARK_BYTES

    def note(self, size: int) -> None:
        """So many bytes more were read. Costs next to nothing, but once in MARK_BYTES."""
        self._read += size
        if self._read >= self._due and (state := self._reply.mark()) is not None:
            end, thinking = state
            self._due = self._read + MARK_BYTES
            self._keep.on_mark(StreamMark(self._start + end, thinking))


def _tell_call(listener: Listener, tally: TokenTally) -> None:
    tally.on_call()
    if hears_costs(listener):
        listener.on_call()


def _tell_usage(reply: ReplyParser, listener: Listener) -> None:
    """Say what an answer took, one that is of no use too: the server has read the prompt for it."""
    if not reply.begun:
        return
    tally_here().on_answer(reply.usage, reply.output, reply.size)
    if hears_costs(listener):
        listener.on_usage(reply.usage)


async def _read_refusal(head: ResponseHead, body: WireBody) -> ServerMessage:
    """Read what a refusal says, and when to come back."""
    content = await body.read_up_to(MAX_ERROR_BYTES)
    later = None
    if head.status in (408, 425, 429, 503, 529):
        headers = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        later = retry_after_ms(headers, content.decode("utf-8", "replace"))
    return read_body(head.status, content)._replace(retry_after_ms=later)


async def _read(body: WireBody, reply: ReplyParser, watch: Watch, marks: Marks | None) -> None:
    """Feed the body to the reply until it ends."""
    seen = 0
    while not reply.done:
        if reply.ending:
            if not await _read_tail(body, reply, watch):
                return
        else:
            data = await body.read()
            if not data:
                return
            reply.feed(data)
            if marks is not None:
                marks.note(len(data))
        if reply.output != seen:
            seen = reply.output
            watch.output()


async def _read_tail(body: WireBody, reply: ReplyParser, watch: Watch) -> bool:
    """Wait for what may follow a finish reason: usage, the end mark, or more of the answer, which is what True says.

    A connection that breaks once the answer is complete is no failure.
    """
    seen = reply.output
    watch.ending(surely=not reply.resumed)
    with trio.move_on_after(reply.patience(watch.gap)):
        try:
            while not reply.done and (data := await body.read()):
                reply.feed(data)
                if reply.output != seen:
                    return True
        except httpx.TransportError:
            if not reply.finished:
                raise
    return False


def _refusal(backend: str, said: ServerMessage) -> OrchdError:
    if 300 <= said.status < 400:
        return UpstreamError(
            f"{backend} answered with a redirect", reason="redirect", http_status=said.status, backend=backend
        )
    return judge(backend, said)
