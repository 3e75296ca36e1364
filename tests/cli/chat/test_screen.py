"""Where nothing may be drawn."""

import io
from collections.abc import Callable

from orchd.cli.chat.screen import JsonScreen, Screen
from orchd.cli.output import TextOutput
from orchd.client import ConnectionLostError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_off_a_terminal_the_output_is_the_answer_alone() -> None:
    shown, told = io.StringIO(), io.StringIO()
    screen = Screen(TextOutput(shown), TextOutput(told))
    screen.progress("loading ...")
    screen.chunk("reasoning", "hmm")
    screen.chunk("content", "a\x1b[1m\r\n")
    screen.notice("told\x07")
    screen.status("m, 3 tokens")
    screen.chunk("content", "b")
    await screen.end_answer({})
    await screen.break_off()
    assert (shown.getvalue(), told.getvalue()) == ("a\x1b[1m\r\nb\n", "told\ufffd\n")


async def test_a_plain_terminal_gets_no_control_characters_and_whole_lines() -> None:
    terminal = Terminal()
    screen = Screen(TextOutput(terminal), TextOutput(terminal))
    screen.chunk("content", "a\x1b[1m")
    screen.waiting("(reconnecting)")
    screen.chunk("content", "b")
    await screen.end_answer({})
    screen.status("m, 3 tokens")
    assert terminal.getvalue() == "a\ufffd[1m\n(reconnecting)\nb\nm, 3 tokens\n"


def test_a_line_that_is_edited_is_printed_above() -> None:
    told = io.StringIO()
    screen = Screen(TextOutput(io.StringIO()), TextOutput(told))
    prints: list[Callable[[], None]] = []
    screen.above = prints.append
    screen.notice("later")
    assert told.getvalue() == ""
    prints[0]()
    assert told.getvalue() == "later\n"


async def test_json_keeps_all_else_off_the_output() -> None:
    shown, told = io.StringIO(), io.StringIO()
    screen = JsonScreen(TextOutput(shown), TextOutput(told))
    screen.text("a list")
    screen.chunk("content", "a")
    await screen.end_answer({"content": "ä"})
    screen.fail(ConnectionLostError("it broke off", again=True), "connection lost")
    assert shown.getvalue().splitlines() == [
        '{"content":"ä"}',
        '{"error":{"code":"unavailable","message":"connection lost","retryable":true}}',
    ]
    assert told.getvalue() == "a list\norchd: connection lost\n"
