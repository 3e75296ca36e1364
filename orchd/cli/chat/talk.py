"""What goes on between a person and the daemon: questions, answers and how they ended. Where they come from is not
known here."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import trio

from orchd import orchd_client
from orchd.cli.chat.answer import AnswerView
from orchd.cli.chat.link import Link
from orchd.cli.chat.screen import Screen
from orchd.cli.showing import count_of, reason_of, span
from orchd.client import THIS_MACHINE, ConnectionLostError, Frame, Trust, upload_file
from orchd.errors import Invalid, OrchdError
from orchd.orchd_client import AnswerStream
from orchd.orchd_client.types import ChatMessage, ChatProgress

FAILED = 1
INTERRUPTED = 130
CANCEL_SECONDS = 5.0
_PHASES = {"queued": "waiting for its turn", "loading": "loading", "prompt": "reading the prompt"}


Question: TypeAlias = Callable[..., AnswerStream[ChatMessage]]
"""What is asked: of `client.chat`, and how."""


@dataclass
class AnswerOptions:
    """What is asked of the daemon with the next question."""

    model: str | None = None
    system: str | None = None
    conversation: int | None = None
    files: dict[int, str] = field(default_factory=dict)
    """Those that go with it: their names by their ids."""


class Talk:
    """One run of the client. `run` gives it a connection and lasts as long as it has something to do."""

    def __init__(
        self,
        url: str,
        screen: Screen,
        options: AnswerOptions,
        *,
        interactive: bool,
        trust: Trust = THIS_MACHINE,
    ) -> None:
        self.url = url
        self._trust = trust
        self.screen = screen
        self.options = options
        self.interactive = interactive
        self.code = 0
        self.last: dict[str, Any] | None = None
        """The answer that was seen last in this conversation."""
        self.link: Link
        self._nursery: trio.Nursery
        self._answer: AnswerView | None = None
        self._unshown: AnswerView | None = None
        self._left: int | None = None
        """The answer that is no longer waited for, or None."""
        self._doing: trio.CancelScope | None = None
        self._whole = trio.CancelScope()

    async def run(
        self, signals: AsyncIterator[int], does: Callable[[], Awaitable[None]], *beside: Callable[[], Awaitable[None]]
    ) -> int:
        """Run until it ends or is ended; returns the exit code. Raises `OutputError`."""
        async with trio.open_nursery() as self._nursery:
            self.link = Link(self.url, self._nursery, self._on_push, self.screen.waiting, self._trust)
            self._nursery.start_soon(self._watch, signals)
            for task in (self.screen.run, *beside):
                self._nursery.start_soon(task)
            self.screen.output.when_failed = self._output_failed
            with self._whole:
                await does()
            await self._leave()
            self._nursery.cancel_scope.cancel()
        self.screen.output.check()
        return self.code

    async def attempt(self, action: Callable[[], Awaitable[None]]) -> bool:
        """Do something that a person can interrupt, and tell what failed; False when it did."""
        self._left = None
        with trio.CancelScope() as self._doing:
            try:
                await action()
            except (OrchdError, ConnectionLostError) as error:
                await self.screen.break_off()
                self.fail(error)
                return False
            finally:
                self._doing = None
            return True
        await self.screen.break_off()
        self._tell_left()
        return False

    def fail(self, error: Exception) -> None:
        """Tell a failure; without a person there it is the exit code, too."""
        text = f"connection lost: {error}" if isinstance(error, ConnectionLostError) else str(error)
        self.screen.fail(error, reason_of(error) if isinstance(error, OrchdError) else text)
        if not self.interactive:
            self.code = FAILED

    def interrupt(self) -> None:
        """Ctrl-C: end the answer; if there is none, or pressed twice, whatever is being done; else the program."""
        answer = self._answer
        if answer is not None and not answer.cancelled and self.link.current is not None:
            answer.cancelled = True
            self._nursery.start_soon(self._cancel, answer)
        elif self.interactive and self._doing is not None:
            self._doing.cancel()
        else:
            self.end(INTERRUPTED)

    def end(self, code: int) -> None:
        self.code = code
        self._whole.cancel()

    async def ask(self, asked: Question, *, files: bool = False) -> None:
        """Ask for an answer, show it, and tell how it ended; `files` go with some. Raises as `AnswerView.ask` does."""
        how: dict[str, Any] = {"model": self.options.model}
        if files and self.options.files:
            how["file_ids"] = list(self.options.files)
        self._left = None
        self._answer = answer = AnswerView(self.screen.chunk, self._progress, self.screen.restart)
        try:
            final = await answer.ask(self.link, lambda client: asked(client.chat, **how))
        except OrchdError as error:
            if self.interactive and (error.path or "").startswith("$.data.fileIds"):
                raise error.again(f"{error.message}; /attach alone takes the file back") from error
            raise
        finally:
            self._answer, self._left = None, None if answer.final or answer.cancelled else answer.message_id
            self.options.conversation = answer.conversation_id or self.options.conversation
            if answer.message_id is not None and files:
                self.options.files.clear()
        self.last = final
        await self.screen.end_answer(final)
        self._tell(final)
        if answer.cancelled and not self.interactive:
            self.code = INTERRUPTED

    async def send(self, message: str) -> None:
        """Ask in the present conversation, or in a new one."""
        options = self.options
        members = {"message": message, "conversation_id": options.conversation, "system_prompt": options.system}
        await self.ask(lambda chat, **how: chat.send(**members, **how), files=True)
        self.options.system = None  # the conversation has it now

    async def attach(self, path: Path) -> str:
        """Send a file to the daemon, to go with the next message; return its name there. Raises `Invalid` for one that
        can't be read, and as `upload_file` does."""
        try:
            sent = await upload_file(self.url, path, self._trust, self.screen.notice)
        except OSError as error:
            raise Invalid(f"can't read {path}: {(error.strerror or str(error)).lower()}") from error
        self.options.files[sent.file_id] = sent.name
        return sent.name

    async def request(self, kind: str, data: dict[str, Any] | None = None, **how: Any) -> dict[str, Any]:
        """A request by whatever connection there is. Raises as `Client.request` does."""
        client = await self.link.client()
        with self.link.patience():
            return await client.request(kind, data, **how)

    def _tell_left(self) -> None:
        going = "; the answer goes on in the daemon, /history shows it" if self._left is not None else ""
        self.screen.notice(f"(left{going})")

    def _tell(self, final: dict[str, Any]) -> None:
        """How an answer ended; the exit code says it where nobody looks."""
        status, error = final["status"], final.get("error") or {}
        if status == "cancelled":
            self.screen.notice("(cancelled)")
        elif final.get("finishReason") == "loop":
            self._on_lost(f"stopped: the answer went in circles{self._go_on()}")
        elif status == "interrupted":
            self._on_lost(f"the answer is not complete: the daemon was stopped meanwhile{self._go_on()}")
        elif status != "complete":
            self._on_lost(error.get("message") or "the answer is not complete")
        elif final.get("finishReason") == "length":
            self.screen.notice(f"(cut off: the answer reached its longest length{self._go_on()})")
        elif not final["content"].strip():
            self.screen.notice("(the model said nothing)")
        if told := _figures(final):
            self.screen.status(told)

    def _go_on(self) -> str:
        return "; /continue goes on from here" if self.interactive else ""

    def _on_lost(self, reason: str) -> None:
        self.screen.notice(f"orchd: {reason}")
        if not self.interactive:
            self.code = FAILED

    def _progress(self, told_now: ChatProgress) -> None:
        model = told_now.model or self.options.model or (self.last or {}).get("model")
        phase = _PHASES.get(told_now.phase, told_now.phase)
        share, place, eta = told_now.progress, told_now.position, told_now.eta_ms
        more = [f"{share:.0%}" if share is not None else "", f"number {place}" if place else ""]
        more.append(f"about {span(eta)}" if eta else "")
        told = ", ".join(part for part in (phase, *more) if part)
        self.screen.progress(f"{model}: {told} ..." if model else f"{told} ...")

    def _on_push(self, frame: Frame) -> None:
        if frame.type == "error":
            self.screen.notice(f"orchd: {frame.data.message}")
        elif frame.type == "session:closing":
            self.screen.notice(f"(the daemon is stopping: {frame.data.reason})")

    async def _watch(self, signals: AsyncIterator[int]) -> None:
        """SIGINT is Ctrl-C; by the others the system ends the program, and the terminal must be given back first."""
        async for number in signals:
            if number == signal.SIGINT:
                self.interrupt()
            else:
                self.end(128 + number)

    async def _cancel(self, answer: AnswerView) -> None:
        if self.link.current is not None:
            try:
                await answer.cancel()
            except orchd_client.OrchdError as error:
                self.screen.notice(f"can't cancel: {error}")

    def _output_failed(self) -> None:
        """Nobody can see the answer any more."""
        self._unshown = self._answer
        self._whole.cancel()

    async def _leave(self) -> None:
        """Close the connection; an answer that can't be shown for want of an output is let go."""
        with trio.move_on_after(CANCEL_SECONDS):
            client, answer = self.link.current, self._unshown
            if client is not None and answer is not None:
                await self._cancel(answer)
            await self.link.aclose()


def _figures(message: dict[str, Any]) -> str:
    """The model, and how fast it was."""
    usage, timings = message.get("usage") or {}, message.get("timings") or {}
    tokens, speed, total = usage.get("completionTokens"), timings.get("tokensPerSecond"), timings.get("totalMs")
    figures = [count_of(tokens, "token") if tokens else "", f"{speed:.1f} tokens/s" if speed else "", span(total)]
    return " · ".join(part for part in (message.get("model") or "", *figures) if part) if any(figures) else ""
