"""`orchd chat`: a conversation in the terminal, or questions from a pipe or the command line.

`run_chat` puts the parts together: where messages come from (`editor`, `lines`), what is shown (`terminal_screen`,
`screen`), and what goes on between them (`talk`, `commands`), over a connection that is opened again when it is lost
(`link`, `answer`). The editor and the formatting of answers are loaded for a terminal only.
"""

import os
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass

import trio

from orchd.cli.chat.commands import SlashCommands
from orchd.cli.chat.dialogue import Dialogue, LineSource, SingleQuestion
from orchd.cli.chat.history import HistoryFile, history_file
from orchd.cli.chat.lines import LineReader
from orchd.cli.chat.screen import JsonScreen, Screen
from orchd.cli.chat.talk import AnswerOptions, Talk
from orchd.cli.output import TextOutput
from orchd.client import THIS_MACHINE, Trust
from orchd.colour import can_move, shows_colour
from orchd.errors import Invalid

READING_SECONDS = 3.0
CUT = 4095
"""Bytes of a line that a terminal gives which edits lines by itself; of more it says nothing."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class ChatOptions:
    """What the command line and the settings say."""

    url: str
    trust: Trust = THIS_MACHINE
    message: str | None = None
    """None: messages come from stdin, one after the other. `-`: all of stdin is the message."""
    model: str | None = None
    system: str | None = None
    conversation: int | None = None
    latest: bool = False
    plain: bool = False
    json: bool = False
    reasoning: bool = True
    history: bool = True


async def run_chat(options: ChatOptions) -> int:
    """Run the client on this process's stdin, stdout, stderr and signals; returns the exit code.

    Raises `ConfigurationError` for a bad address, `OutputError` when stdout can't be written to.
    """
    output, notices = TextOutput(sys.stdout), TextOutput(sys.stderr)
    output.check()
    with trio.open_signal_receiver(*SIGNALS) as signals, ExitStack() as stack:
        answer_options = AnswerOptions(options.model, options.system, options.conversation)
        screen = _screen(options, output, notices)
        if options.message is not None:
            message = await _whole_message(options.message, notices)
            if not message.strip():
                raise Invalid("the message is empty")
            talk = Talk(options.url, screen, answer_options, interactive=False, trust=options.trust)
            return await SingleQuestion(talk, SlashCommands(talk), message, latest=options.latest).run(signals)
        interactive = _is_terminal(0) and (output.is_terminal or notices.is_terminal)
        talk = Talk(options.url, screen, answer_options, interactive=interactive, trust=options.trust)
        commands = SlashCommands(talk)
        source = _source(options, stack, talk, commands, output if output.is_terminal else notices)
        return await Dialogue(talk, commands, source, latest=options.latest).run(signals)


def _screen(options: ChatOptions, output: TextOutput, notices: TextOutput) -> Screen:
    if options.json:
        return JsonScreen(output, notices)
    if options.plain or not output.is_terminal or not shows_colour():
        return Screen(output, notices)
    from orchd.cli.chat.terminal.terminal_screen import TerminalScreen

    return TerminalScreen(output, notices, reasoning=options.reasoning)


def _source(
    options: ChatOptions, stack: ExitStack, talk: Talk, commands: SlashCommands, shown: TextOutput
) -> LineSource:
    if not talk.interactive:
        return LineReader(_standard_input())
    if not can_move():
        return _Prompting(LineReader(_standard_input(), backslash=True), shown)
    from orchd.cli.chat.terminal.editor import open_editor

    history = HistoryFile(history_file(os.environ) if options.history else None)
    return stack.enter_context(open_editor(shown, talk, history, commands.words))


class _Prompting:
    """Lines of a terminal that can't be drawn on; it edits them by itself."""

    def __init__(self, lines: LineReader, shown: TextOutput) -> None:
        self._lines = lines
        self._shown = shown

    async def run(self) -> None:
        """Nothing goes on between two lines."""

    async def next(self, draft: str = "") -> str | None:
        """The next message; a `draft` can only be shown."""
        self._shown.write(f"{draft}\n> " if draft else "> ")
        text = await self._lines.next()
        if text is None:
            self._shown.write("\n")
        elif any(len(line.encode()) >= CUT for line in text.split("\n")):
            self._shown.write(f"(not sent: this terminal cuts lines at {CUT} bytes; use `orchd chat - < FILE`)\n")
            return ""
        return text


async def _whole_message(message: str, notices: TextOutput) -> str:
    """The message of the command line, together with what stdin holds if that is no terminal."""
    if message != "-" and (_is_terminal(0) or sys.stdin is None):
        return message
    lines = LineReader(_standard_input())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_tell_reading, notices)
        rest = await lines.rest()
        nursery.cancel_scope.cancel()
    if message == "-":
        return rest.removesuffix("\n")
    return f"{message}\n\n{rest.removesuffix(chr(10))}" if rest.strip() else message


async def _tell_reading(notices: TextOutput) -> None:
    await trio.sleep(READING_SECONDS)
    notices.write("(reading standard input to its end; `< /dev/null` if there is nothing to read)\n")


def _standard_input() -> int | None:
    """The descriptor; None when stdin was closed before the program began, whatever has that number now."""
    return 0 if sys.stdin is not None else None


def _is_terminal(descriptor: int) -> bool:
    return sys.stdin is not None and os.isatty(descriptor)
