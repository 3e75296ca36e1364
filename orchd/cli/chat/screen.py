"""What is shown of a conversation where nothing may be drawn: pipes, files, plain terminals, and `--json`."""

from collections.abc import Callable
from typing import Any

import msgspec

from orchd.cli.output import TextOutput
from orchd.cli.showing import visible
from orchd.errors import OrchdError, Unavailable

RESTARTED = "(what was shown of this answer is not what the daemon has; it follows whole)"


class Screen:
    """Answers go to `output`, everything else to `notices`, which is stderr.

    A plain one: where `output` is no terminal it gets the answers only, byte for byte; a terminal gets no control
    characters out of them. Reasoning and progress are not shown.
    """

    def __init__(self, output: TextOutput, notices: TextOutput) -> None:
        self.output = output
        self._notices = notices
        self._line_open = False
        self.reasoning = False
        self.above: Callable[[Callable[[], None]], None] | None = None
        """While a line is being edited: runs a function that prints above it."""

    async def run(self) -> None:
        """Draw what changes until cancelled."""

    def notice(self, text: str) -> None:
        """A line that is no part of an answer."""
        if self.above is not None:
            self.above(lambda: self._notices.write(visible(text) + "\n"))
        else:
            self.end_line()
            self._notices.write(visible(text) + "\n")

    def text(self, text: str) -> None:
        """Lines that were asked for."""
        self.end_line()
        self._write(text + "\n")

    def message(self, message: dict[str, Any]) -> None:
        """A message of a history."""
        about = "" if message["status"] == "complete" else f" ({message['status']})"
        self.text(f"{message['role']}{about}: {message['content']}")

    def status(self, text: str) -> None:
        """What an answer was: of interest to a person only."""
        if self.output.is_terminal:
            self.notice(text)

    def waiting(self, text: str) -> None:
        """What is waited for just now; here a line, since nothing can be taken back."""
        self.notice(text)

    def progress(self, text: str) -> None:
        """What the model server does before the first token."""

    def chunk(self, channel: str, text: str) -> None:
        """A piece of an answer as it comes."""
        if channel == "content":
            self._write(text)
            self._line_open = self.output.is_terminal and not text.endswith("\n")

    def restart(self) -> None:
        """What was shown of the answer so far is not what it is; it follows once more, whole."""
        if not self.output.is_terminal:
            self._write("\n")
        self.notice(RESTARTED)

    async def end_answer(self, final: dict[str, Any]) -> None:
        """Close an answer: elsewhere than on a terminal one line feed ends it, whatever its last character."""
        if not self.output.is_terminal:
            self._write("\n")
        self.end_line()

    async def break_off(self) -> None:
        """What was shown of an answer is all there will be of it."""
        self.end_line()

    def fail(self, _error: Exception, reason: str) -> None:
        """Something that was asked for did not happen."""
        self.notice(f"orchd: {reason}")

    def end_line(self) -> None:
        """Begin a new line unless at the start of one."""
        if self._line_open:
            self._write("\n")
            self._line_open = False

    def _write(self, text: str) -> None:
        self.output.write(visible(text) if self.output.is_terminal else text)


class JsonScreen(Screen):
    """Writes one JSON object a line: each answer as it is stored, or `{"error": ...}` for one that was refused."""

    def text(self, text: str) -> None:
        self.notice(text)

    def chunk(self, channel: str, text: str) -> None:
        """Nothing before the end."""

    async def end_answer(self, final: dict[str, Any]) -> None:
        self._put(final)

    def fail(self, error: Exception, reason: str) -> None:
        super().fail(error, reason)
        known = error if isinstance(error, OrchdError) else Unavailable(reason)
        self._put({"error": {"code": known.code, "message": reason, "retryable": known.retryable}})

    def _put(self, value: dict[str, Any]) -> None:
        self.output.write(msgspec.json.encode(value).decode() + "\n")
