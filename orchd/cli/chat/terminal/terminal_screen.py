"""A conversation on a terminal: Markdown as it grows, reasoning dimmed, progress on a line that goes away again."""

from typing import Any

import trio

from orchd.cli.chat.screen import RESTARTED, Screen
from orchd.cli.chat.terminal.blocks import LONGEST_BLOCK, Blocks, MarkdownBlock
from orchd.cli.chat.terminal.markdown import Formatter
from orchd.cli.chat.terminal.painter import Painter
from orchd.cli.output import TextOutput
from orchd.cli.showing import clip, count_of, local_time, one_line, visible
from orchd.wakeup import Signal

FRAME_SECONDS = 0.06
STROKE = 16 * 1024
"""Characters that are formatted in one go, so that a long answer that comes at once does not stop the connection."""


class TerminalScreen(Screen):
    """Draws on `output`, which is a terminal. What comes is drawn by `run` a few times a second."""

    def __init__(
        self, output: TextOutput, notices: TextOutput, *, reasoning: bool, painter: Painter | None = None
    ) -> None:
        super().__init__(output, notices)
        self.reasoning = reasoning
        self._painter = painter or Painter(output.write)
        self._formatter = Formatter()
        self._blocks = Blocks()
        self._thought = ""
        self._hidden = 0
        self._gap = False
        self._printed = False
        self._waiting: list[tuple[str, str]] = []
        self._live: list[str] = []
        self._changed = Signal()

    async def run(self) -> None:
        while True:
            await self._changed.wait()
            await self._draw_all()
            await trio.sleep(FRAME_SECONDS)

    def notice(self, text: str) -> None:
        """Broken between words, as answers are."""
        text = "\n".join(self._formatter.plain(visible(text), self._painter.columns))
        if self.above is not None:
            super().notice(text)
            return
        self._painter.clear()
        super().notice(text)
        self._painter.draw(self._live)

    def text(self, text: str) -> None:
        self._painter.clear()
        super().text(text)

    def message(self, message: dict[str, Any]) -> None:
        """A user's message stands as it was typed, an answer is formatted."""
        about = [message["role"], local_time(message["timestamp"]), message["model"] or "", _ending(message)]
        self.status(", ".join(part for part in about if part))
        if message["role"] != "assistant":
            self._painter.keep(visible(message["content"]).split("\n"))
            return
        blocks = Blocks()
        for block in [*blocks.feed(visible(message["content"])), *blocks.end()]:
            self._keep([block])
        self._begin_anew()

    def status(self, text: str) -> None:
        self._painter.keep(self._formatter.dim(visible(text), self._painter.columns))

    def waiting(self, text: str) -> None:
        self.progress(text)

    def progress(self, text: str) -> None:
        """Below what has come of the answer so far."""
        note = f"\x1b[2m{clip(one_line(text), self._painter.columns - 1)}\x1b[0m"
        self._painter.draw([*self._live, note])

    def chunk(self, channel: str, text: str) -> None:
        if self._waiting and self._waiting[-1][0] == channel:
            text = self._waiting.pop()[1] + text
        self._waiting.append((channel, text))
        self._changed.set()

    def restart(self) -> None:
        self._waiting.clear()
        self._begin_anew()
        self.notice(RESTARTED)

    async def end_answer(self, final: dict[str, Any]) -> None:
        await self._draw_all(last=True)
        self._end_reasoning()
        self._keep(self._blocks.end())
        self._begin_anew()

    async def break_off(self) -> None:
        await self.end_answer({})

    def _begin_anew(self) -> None:
        self._blocks, self._thought, self._hidden = Blocks(), "", 0
        self._gap, self._printed, self._live = False, False, []
        self._painter.clear()

    async def _draw_all(self, *, last: bool = False) -> None:
        """Draw what has come. Until the `last`, a carriage return waits for what follows it."""
        held = ""
        while self._waiting:
            channel, text = self._waiting.pop(0)
            if text.endswith("\r") and not last and not self._waiting:
                text, held = text[:-1], "\r"
            for start in range(0, len(text), STROKE):
                self._draw(channel, visible(text[start : start + STROKE]))
                await trio.lowlevel.checkpoint()
        if held:
            self._waiting.append((channel, held))

    def _draw(self, channel: str, text: str) -> None:
        if channel == "reasoning":
            self._draw_reasoning(text)
            return
        self._end_reasoning()
        self._keep(self._blocks.feed(text))
        columns, growing = self._painter.columns, self._blocks.growing
        if not growing:
            self._show([])
        elif self._blocks.in_code:
            self._show(self._formatter.code(growing[-LONGEST_BLOCK:], columns))
        else:
            self._show(self._formatter.lines(growing, columns))

    def _draw_reasoning(self, text: str) -> None:
        columns = self._painter.columns
        if not self.reasoning:
            self._hidden += len(text)
            self.progress(f"thinking, {count_of(self._hidden, 'character')} ... (/reasoning shows it)")
            return
        *lines, self._thought = (self._thought + text).split("\n")
        if len(self._thought) > LONGEST_BLOCK:
            lines, self._thought = [*lines, self._thought], ""
        live = self._formatter.dim(self._thought, columns) if self._thought else []
        self._print([shown for line in lines for shown in self._formatter.dim(line, columns)], live)

    def _end_reasoning(self) -> None:
        if self._thought:
            self._print(self._formatter.dim(self._thought, self._painter.columns), [])
            self._thought = ""
            self._gap = True

    def _keep(self, blocks: list[MarkdownBlock]) -> None:
        lines: list[str] = []
        for block in blocks:
            if block.kind == "blank":
                self._gap = self._printed or bool(lines)
                continue
            if self._gap:
                lines.append("")
                self._gap = False
            lines += self._format(block)
        if lines:
            self._print(lines, [])

    def _format(self, block: MarkdownBlock) -> list[str]:
        if block.kind == "markdown":
            return self._formatter.lines(block.text, self._painter.columns)
        return [f"\x1b[2m{block.text}\x1b[0m" if block.kind == "fence" else f"\x1b[36m{block.text}\x1b[0m"]

    def _print(self, lines: list[str], live: list[str]) -> None:
        if lines:
            self._painter.keep(lines, live)
            self._printed, self._live = True, live
        else:
            self._show(live)

    def _show(self, live: list[str]) -> None:
        self._live = live
        self._painter.draw(live)


def _ending(message: dict[str, Any]) -> str:
    return "" if message["status"] == "complete" else str(message["status"])
