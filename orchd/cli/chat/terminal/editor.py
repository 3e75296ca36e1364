"""The line editor: prompt_toolkit, which runs on asyncio, in a thread of its own while a line is edited.

It is given the keys through a pipe and draws on the terminal; nothing else of it is used. What has to be printed
meanwhile is printed above the line.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TextIO

import trio
from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.history import History
from prompt_toolkit.input.posix_pipe import PosixPipeInput
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from orchd.cli.chat.history import HistoryFile
from orchd.cli.chat.screen import Screen
from orchd.cli.chat.talk import Talk
from orchd.cli.chat.terminal.keyboard import Keyboard
from orchd.cli.chat.terminal.keys import INTERRUPTED, SUSPENDED, key_bindings
from orchd.cli.output import TextOutput

PROMPT = "> "
HINT = "(Ctrl-D or /quit ends)"
_STYLE = Style.from_dict({"prompt": "bold", "continuation": "ansibrightblack"})


@contextmanager
def open_editor(
    shown: TextOutput, talk: Talk, history: HistoryFile, words: Callable[[str], Iterable[str]]
) -> Iterator["Editor"]:
    """The editor on this process's terminal, which is taken over while the block lasts."""
    keyboard = Keyboard(0, shown.write)
    keyboard.interrupt = talk.interrupt
    with PosixPipeInput.create() as keys, keyboard.take_over():
        yield Editor(keyboard, shown.stream, talk.screen, history, words, keys)


class Editor:
    """Reads messages from `keyboard`, drawn on `stream`."""

    def __init__(
        self,
        keyboard: Keyboard,
        stream: TextIO,
        screen: Screen,
        history: HistoryFile,
        words: Callable[[str], Iterable[str]],
        keys: PosixPipeInput,
    ) -> None:
        self._keyboard = keyboard
        self._screen = screen
        self._keys = keys
        self._session: PromptSession[str] = PromptSession(
            [("class:prompt", PROMPT)],
            multiline=True,
            prompt_continuation=[("class:continuation", "  ")],
            key_bindings=key_bindings(),
            completer=_Completer(words),
            complete_while_typing=False,
            history=_History(history),
            search_ignore_case=True,
            style=_STYLE,
            include_default_pygments_style=False,
            input=keys,
            output=Vt100_Output(stream, partial(_size, stream), os.environ.get("TERM"), enable_cpr=False),
        )

    async def next(self, draft: str = "") -> str | None:
        """The next message, to begin with `draft`; None at the end of the input. May be cancelled."""
        while True:
            text = await self._edit(draft)
            self._keyboard.mark_pastes()
            if text == SUSPENDED:
                draft = self._session.default_buffer.text
                self._keyboard.suspend()
            elif text == INTERRUPTED:
                self._screen.notice(HINT)
                draft = ""
            else:
                return text

    async def run(self) -> None:
        await self._keyboard.run()

    async def _edit(self, draft: str) -> str | None:
        text: str | None = None
        ended = trio.Event()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._feed)
            nursery.start_soon(self._end_when_cancelled, ended)
            self._screen.above = self._above
            try:
                text = await trio.to_thread.run_sync(partial(self._prompt, draft))
            finally:
                self._screen.above = None
                ended.set()
            nursery.cancel_scope.cancel()
        return text

    def _prompt(self, draft: str) -> str | None:
        try:
            return self._session.prompt(default=draft)
        except EOFError:
            return None

    async def _feed(self) -> None:
        await self._keyboard.feed(self._keys.pipe.write_fd)
        self._keys.close()  # the terminal is gone

    async def _end_when_cancelled(self, ended: trio.Event) -> None:
        """The thread can't be cancelled, but it ends with its input. Only the end of the program cancels an editor."""
        try:
            await ended.wait()
        except trio.Cancelled:
            self._keys.close()
            raise

    def _above(self, prints: Callable[[], None]) -> None:
        if not self._call(partial(run_in_terminal, prints)):
            prints()

    def _call(self, function: Callable[[], object]) -> bool:
        """Call a function in the editor's loop; False when there is none just now."""
        loop = self._session.app.loop
        if loop is None or not loop.is_running():
            return False
        loop.call_soon_threadsafe(function)
        return True


def _size(stream: TextIO) -> Size:
    """A pty that was never told its size says 0."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except OSError:
        size = os.terminal_size((80, 24))
    return Size(rows=size.lines or 24, columns=size.columns or 80)


class _History(History):
    """prompt_toolkit's view of the file: it asks for the newest first."""

    def __init__(self, file: HistoryFile) -> None:
        super().__init__()
        self._file = file

    def load_history_strings(self) -> Iterable[str]:
        return reversed(self._file.load())

    def store_string(self, string: str) -> None:
        self._file.add(string)


class _Completer(Completer):
    """Completes a command and what it is asked for; `words` gives the words that may follow a text."""

    def __init__(self, words: Callable[[str], Iterable[str]]) -> None:
        self._words = words

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        text = document.text_before_cursor
        if not text.startswith("/") or "\n" in text:
            return
        command, space, argument = text.partition(" ")
        begun = argument if space else command
        for word in _matching(begun, self._words(command if space else "")):
            yield Completion(word, start_position=-len(begun))


def _matching(begun: str, words: Iterable[str]) -> Sequence[str]:
    found = list(words)
    starting = [word for word in found if word.casefold().startswith(begun.casefold())]
    return starting or [word for word in found if begun.casefold() in word.casefold()]
