"""An answer while it grows: an iterator that goes on as if nothing had happened when the connection was lost."""

import contextlib
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

import anyio
from msgspec import Struct

from .facts import AnswerTerms, Call
from .failures import DisconnectedError, OrchdError, RequestError
from .link import MAX_TRIES, Link
from .messages import Frame
from .session import CANCEL_SECONDS, Exchange, Session
from .signal import Signal

M = TypeVar("M")


@dataclass(frozen=True)
class TextChunk:
    """A piece of an answer's text. `channel` is `content` or `reasoning`, `seq` the position at which it ends.

    Without `recovered` all pieces before it are void, since the daemon was restarted: the text begins anew with this.
    """

    text: str
    channel: str
    seq: int
    recovered: bool = True


class AnswerStream(Generic[M]):
    """The answer to a question: `async with` begins it, `async for` gives its text, leaving early cancels it.

    `await` alone gives the message when it is there. Pieces that nobody has taken yet are joined, so that a slow reader
    costs no more than the text.
    """

    def __init__(self, link: Link, call: Call[M], data: Struct, terms: AnswerTerms) -> None:
        self._link, self._call, self._data, self._terms = link, call, data, terms
        self._chunks: deque[TextChunk] = deque()
        self._news = Signal()
        self._session: Session | None = None
        self._exchange: Exchange | None = None
        self._failure: OrchdError | None = None
        self._epoch, self._seq, self._lost, self._tries = "", 0, False, 0
        self.message: M | None = None
        """The answer as it was stored, once it has ended."""
        self.message_id: int | None = None
        """Its id, as soon as it is known."""
        self.question: M | None = None
        """The question as it was stored."""
        self.final: Frame | None = None
        """The frame that had it, once it has ended."""
        self.progress: Any = None
        """What was told last of what it waits for."""
        self.told_progress: Callable[[Any], None] = lambda _progress: None
        """Hears that each time; neither waits nor raises."""
        self._stays = False

    def __await__(self) -> Generator[Any, None, M]:
        return self._whole().__await__()

    async def _whole(self) -> M:
        async with self:
            return await self.finish()

    async def __aenter__(self) -> "AnswerStream[M]":
        self._session, self._exchange = await self._link.begin(self._call, self._data, self._take_own, self._end)
        self._epoch = self._session.ready.epoch
        self._link.listen(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._link.leave(self)
        if self.message is None and self._failure is None and not self._stays:
            await self._cancel()

    def __aiter__(self) -> "AnswerStream[M]":
        return self

    async def __anext__(self) -> TextChunk:
        while not self._chunks:
            if self.message is not None:
                raise StopAsyncIteration
            if self._failure is not None:
                raise self._failure
            if self._lost:
                await self._resume()
            else:
                await self._news.wait()
        return self._chunks.popleft()

    def let_go(self) -> None:
        """Have the answer go on at the daemon when the block is left early."""
        self._stays = True

    async def cancel(self) -> None:
        """Have the daemon end the answer: the rest of it, and the message, still come. Raises as requests do."""
        facts, terms, exchange = self._link.facts, self._terms, self._exchange
        if self.message is not None or self._failure is not None:
            return
        if self.message_id is not None and terms.cancel is not None and terms.cancel_data is not None:
            await self._link.ask(terms.cancel, terms.cancel_data(self.message_id))
        elif exchange is not None and self._session is not None and not exchange.ended:
            await self._session.ask(facts.call_of(facts.cancel), {"id": exchange.id})

    async def finish(self) -> M:
        """Wait for the end, and return the answer as it was stored. Raises `RequestError`, `DisconnectedError`."""
        async for _ in self:
            pass
        assert self.message is not None
        return self.message

    def take(self, frame: Frame) -> bool:
        """Look at a frame that was pushed, as those after a resume are."""
        if frame.id is not None or self.message_id is None:
            return False
        kind, data = frame.type, frame.data
        if kind == self._terms.message:
            if data.id != self.message_id:
                return False
            self._take_whole(frame, data)
            return True
        if getattr(data, self._terms.of, None) != self.message_id or kind in (self._terms.resume.reply,):
            return False
        self._take_own(frame)
        return True

    def lose(self) -> None:
        """The connection was lost: the rest is asked for when somebody wants to read it."""
        if self.message is None and self._failure is None:
            self._lost = True
            self._news.send()

    def _take_own(self, frame: Frame) -> None:
        kind, data, terms = frame.type, frame.data, self._terms
        if kind == terms.message:
            self.question = data
            return
        self.message_id = getattr(data, terms.of, self.message_id)
        if kind != terms.streaming:
            self.progress = data
            self.told_progress(data)
            self._news.send()
            return
        seq = getattr(data, terms.seq)
        text = getattr(data, terms.chunk)
        if text and seq > self._seq:
            self._add(TextChunk(text, str(getattr(data, terms.channel)), seq))
        self._seq = max(self._seq, seq)

    def _add(self, chunk: TextChunk) -> None:
        if self._chunks and chunk.recovered and self._chunks[-1].channel == chunk.channel:
            last = self._chunks.pop()
            chunk = TextChunk(last.text + chunk.text, chunk.channel, chunk.seq, last.recovered)
        self._chunks.append(chunk)
        self._news.send()

    def _end(self, frame: Frame | None) -> None:
        if frame is None:
            self.lose()
            return
        try:
            last = self._link.facts.final(frame)
            self._take_whole(last, self._call.result(last))
        except RequestError as error:
            self._failure = error
            self._news.send()

    def _take_whole(self, frame: Frame, message: M) -> None:
        self.final, self.message = frame, message
        self._news.send()

    async def _resume(self) -> None:
        if self.message_id is None:
            if self._session is not None:
                await self._link.wait_lost(self._session)
            self._failure = self._link.failure or DisconnectedError(
                "the connection was lost before the answer began; whether the question was stored is not known"
            )
            return
        session = self._session = await self._next_session()
        self._lost = False
        data = self._terms.resume_data(self.message_id, self._seq, self._epoch)
        done = anyio.Event()
        finals: list[Frame | None] = []

        def end(frame: Frame | None) -> None:
            if frame is not None and self._terms.resume.ended_by(frame):
                self._go_on(frame, session.ready.epoch)
            finals.append(frame)
            done.set()

        try:
            self._exchange = await session.begin(self._terms.resume, data, self._take_own, end)
            await done.wait()
            self._link.facts.final(finals[0])
            self._tries = 0
        except DisconnectedError:
            self._lost = True
        except RequestError as error:
            await self._try_later(error)

    async def _next_session(self) -> Session:
        if self._session is not None:
            await self._link.wait_lost(self._session)
        return await self._link.session()

    async def _try_later(self, error: RequestError) -> None:
        self._tries += 1
        if not error.retryable or self._tries == MAX_TRIES:
            self._failure = error
            return
        await self._link.pause(self._tries - 1, error.retry_after_seconds)
        self._lost, self._session = True, None

    def _go_on(self, frame: Frame, epoch: str) -> None:
        """Take what a resume ends with: where the text is by now, and all of it where the missing part isn't known."""
        resumed = frame.data
        self._epoch, self._seq = epoch, resumed.seq
        if resumed.recovered:
            return
        whole = resumed.message
        self._chunks.clear()
        if whole.reasoning:
            self._chunks.append(TextChunk(whole.reasoning, "reasoning", resumed.seq, recovered=False))
        self._chunks.append(TextChunk(whole.content, "content", resumed.seq, recovered=bool(whole.reasoning)))
        if str(resumed.status) != "streaming":
            self._take_whole(Frame(self._terms.message, whole, None, frame.part("message")), whole)
        self._news.send()

    async def _cancel(self) -> None:
        session, terms = self._link.connected, self._terms
        if session is None:
            return
        if self._exchange is not None and session is self._session and self._exchange.call is self._call:
            await session.cancel(self._exchange)
        elif self.message_id is not None and terms.cancel is not None and terms.cancel_data is not None:
            with anyio.move_on_after(CANCEL_SECONDS, shield=True):
                with contextlib.suppress(OrchdError):  # it may have ended by itself
                    await session.ask(terms.cancel, terms.cancel_data(self.message_id))
