"""What a person sees of an answer while it comes, and after."""

import io
import re
from typing import Any

import pyte
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.cli.chat.terminal.blocks import LONGEST_BLOCK
from orchd.cli.chat.terminal.painter import Painter
from orchd.cli.chat.terminal.terminal_screen import TerminalScreen
from orchd.cli.output import TextOutput
from tests.examples import examples

COLUMNS, LINES = 40, 8


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.screen = pyte.HistoryScreen(COLUMNS, LINES, history=10_000)
        self._stream = pyte.Stream(self.screen)

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._stream.feed(text.replace("\r\n", "\n").replace("\n", "\r\n"))
        return super().write(text)

    @property
    def text(self) -> str:
        above = ["".join(row[at].data for at in range(COLUMNS)) for row in self.screen.history.top]
        return "\n".join(row.rstrip() for row in [*above, *self.screen.display]).rstrip("\n")


def make(*, reasoning: bool = True) -> tuple[TerminalScreen, Terminal]:
    terminal = Terminal()
    output = TextOutput(terminal)
    painter = Painter(output.write, lambda: (COLUMNS, LINES))
    return TerminalScreen(output, output, reasoning=reasoning, painter=painter), terminal


async def shown(screen: TerminalScreen, *pieces: str, channel: str = "content") -> None:
    """Show an answer, drawing after each piece."""
    for piece in pieces:
        screen.chunk(channel, piece)
        await screen._draw_all()


async def test_an_answer_grows_and_ends_with_a_line_of_its_own() -> None:
    screen, terminal = make()
    screen.progress("m: loading, 40% ...")
    assert terminal.text == "m: loading, 40% ..."
    await shown(screen, "Some **bo", "ld** te")
    assert terminal.text == "Some bold te"
    await shown(screen, "xt\n\n- one\n- tw")
    await shown(screen, "o")
    await screen.end_answer({})
    screen.status("m · 3 tokens")
    assert terminal.text == "Some bold text\n\n • one\n • two\nm · 3 tokens"
    assert terminal.screen.cursor.x == 0


@settings(max_examples=examples(40))
@given(st.lists(st.sampled_from(["word ", "longer-word ", "\n", "\n\n", "```\n", "- ", "1. ", "  "]), max_size=80))
def test_each_word_stands_there_once(pieces: list[str]) -> None:
    pieces = [piece.replace("word", f"w{at}e") for at, piece in enumerate(pieces)]

    async def play() -> Terminal:
        screen, terminal = make()
        await shown(screen, *pieces)
        await screen.end_answer({})
        return terminal

    words = [piece.strip() for piece in pieces if "e" in piece]
    unfolded = "".join(trio.run(play).text.split())  # a line of code is folded within a word
    assert re.findall(r"(?:longer-)?w\d+e", unfolded) == words


async def test_reasoning_is_dim_and_can_be_hidden() -> None:
    screen, terminal = make()
    await shown(screen, "Let me\nthi", "nk", channel="reasoning")
    await shown(screen, "Yes.")
    await screen.end_answer({})
    assert terminal.text == "Let me\nthink\n\nYes."
    assert "\x1b[2mLet me" in terminal.getvalue()
    screen, terminal = make(reasoning=False)
    await shown(screen, "Let me think", channel="reasoning")
    assert terminal.text == "thinking, 12 characters ... (/reasonin…"
    await shown(screen, "Yes.")
    await screen.end_answer({})
    assert terminal.text == "Yes."


async def test_a_models_text_moves_no_cursor() -> None:
    screen, terminal = make()
    await shown(screen, "a\x1b[2J\x1b]0;evil\x07b\r", "\nc\rd\x9bm")
    await screen.end_answer({})
    assert terminal.text == "a\ufffd[2J\ufffd]0;evil\ufffdb\nc\ufffdd\ufffdm"


async def test_a_notice_stands_between_and_the_answer_goes_on() -> None:
    screen, terminal = make()
    await shown(screen, "half a li")
    screen.notice("(told)")
    await shown(screen, "ne")
    await screen.end_answer({})
    assert terminal.text == "(told)\nhalf a line"
    screen.text("asked for")
    assert terminal.text.endswith("\nasked for")


async def test_a_notice_breaks_between_words_also_above_a_line_that_is_edited() -> None:
    screen, terminal = make()
    told = "orchd: the answer is not complete: /continue goes on from here"
    screen.notice(told)
    assert terminal.text == "orchd: the answer is not complete:\n/continue goes on from here"
    screen.above = lambda show: show()
    screen.notice(told)
    assert terminal.text.count("\n/continue goes on from here") == 2


async def test_what_is_waited_for_stands_below_the_text_so_far() -> None:
    screen, terminal = make()
    await shown(screen, "half")
    screen.waiting("(reconnecting)")
    assert terminal.text == "half\n(reconnecting)"
    await shown(screen, " done")
    assert terminal.text == "half done"
    screen.restart()
    await shown(screen, "whole")
    await screen.break_off()
    assert terminal.text.endswith("follows\nwhole)\nwhole") or terminal.text.endswith("whole")
    assert "half done" not in terminal.text


async def test_messages_of_a_history() -> None:
    screen, terminal = make()
    message: dict[str, Any] = {
        "role": "user",
        "content": "a *b*",
        "status": "complete",
        "model": None,
        "timestamp": "t",
    }
    screen.message(message)
    screen.message(message | {"role": "assistant", "model": "m", "status": "cancelled"})
    assert terminal.text == "user, t\na *b*\nassistant, t, m, cancelled\na b"


async def test_code_is_shown_as_it_is() -> None:
    screen, terminal = make()
    await shown(screen, "```py\n", "def f():\n    return ", "1\n", "``", "`\n")
    await screen.end_answer({})
    assert terminal.text == "```py\ndef f():\n    return 1\n```"


async def test_it_draws_by_itself(nursery: trio.Nursery) -> None:
    screen, terminal = make()
    nursery.start_soon(screen.run)
    screen.chunk("content", "hello")
    with trio.fail_after(90):
        while terminal.text != "hello":  # noqa: ASYNC110
            await trio.sleep(0.01)


async def test_what_is_drawn_anew_has_a_bound() -> None:
    """A line that never ends is not formatted as a whole for each of its words."""
    screen, terminal = make()
    longest = 0
    for _ in range(60):
        before = len(terminal.getvalue())
        await shown(screen, "word " * 100)
        longest = max(longest, len(terminal.getvalue()) - before)
    await screen.end_answer({})
    assert longest < 2 * LONGEST_BLOCK
    assert terminal.text.count("word") == 6_000
