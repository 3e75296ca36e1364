"""`orchd chat` and `orchd top` as people have them: a process on a pty, and the screen that a terminal makes of it."""

import fcntl
import os
import pty
import struct
import termios
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pyte
import pytest
import trio

from tests.starting import Started, Starter, Streams

HANG = 15
PASTE = "\x1b[200~{}\x1b[201~"


class Screen:
    """The process, its keyboard and its screen."""

    def __init__(self, process: Started, descriptor: int, columns: int, lines: int) -> None:
        self.process = process
        self.raw = ""
        """All that was written, escape sequences included."""
        self._descriptor = descriptor
        self._screen = pyte.HistoryScreen(columns, lines, history=10_000)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = trio.Event()
        self.ended = False

    @property
    def rows(self) -> list[str]:
        """What stands on the screen and above it, without the empty end of lines."""
        above = ["".join(row[at].data for at in range(self._screen.columns)) for row in self._screen.history.top]
        return [row.rstrip() for row in [*above, *self._screen.display]]

    @property
    def text(self) -> str:
        """The rows without the empty ones at the end."""
        return "\n".join(self.rows).rstrip("\n")

    async def type(self, text: str) -> None:
        """Type at the keyboard, as fast as the terminal takes it."""
        data = text.encode()
        while data:
            await trio.lowlevel.wait_writable(self._descriptor)
            data = data[os.write(self._descriptor, data[:1000]) :]

    async def paste(self, text: str) -> None:
        """Paste as terminals do that have been asked to mark it."""
        assert self.raw.rfind("\x1b[?2004h") > self.raw.rfind("\x1b[?2004l"), "pastes would not be marked"
        await self.type(PASTE.format(text.replace("\n", "\r")))

    async def until(self, condition: Callable[["Screen"], bool] | str) -> None:
        """Wait until the screen is so, or has this text."""
        with trio.move_on_after(HANG):
            while not (condition in self.text if isinstance(condition, str) else condition(self)):
                assert not self.ended, f"it ended:\n{self.text}"
                self._changed = trio.Event()
                await self._changed.wait()
            return
        raise AssertionError(f"it did not come to be:\n{self.text}")

    def resize(self, columns: int, lines: int) -> None:
        """Make the window another size; the process is told."""
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._screen.resize(lines, columns)

    async def prompted(self) -> None:
        """Wait until the last line is an empty prompt."""
        await self.until(lambda screen: screen.text.endswith("\n>") or screen.text == ">")

    async def wait(self) -> int:
        """Wait for the end of the process; its exit code."""
        with trio.fail_after(HANG):
            while not self.ended:
                self._changed = trio.Event()
                await self._changed.wait()
            return await self.process.ended()

    async def read(self) -> None:
        """Draw what is written until it ends."""
        os.set_blocking(self._descriptor, False)
        while not self.ended:
            await trio.lowlevel.wait_readable(self._descriptor)
            try:
                data = os.read(self._descriptor, 65_536)
            except BlockingIOError:
                continue
            except OSError:  # the last of the other side has closed
                data = b""
            self.ended = not data
            self.raw += data.decode(errors="replace")
            self._stream.feed(data)
            self._changed.set()


StartChat: TypeAlias = Callable[..., Awaitable[Screen]]


@pytest.fixture
async def start_chat(nursery: trio.Nursery, starter: Starter, tmp_path: Path) -> AsyncIterator[StartChat]:
    """`await start_chat(url, "--model", "m")`: run it in a terminal of 80 by 24; other keywords are its environment."""
    started: list[Screen] = []

    async def start(
        url: str, *arguments: str, command: str = "chat", columns: int = 80, lines: int = 24, **environ: str
    ) -> Screen:
        mine, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        words = [command, "--url", url, *arguments]
        streams = Streams(theirs, theirs, theirs)
        process = starter.start("orchd", words, _environment(tmp_path, environ), streams, terminal=True)
        os.close(theirs)
        await trio.lowlevel.checkpoint()
        started.append(Screen(process, mine, columns, lines))
        nursery.start_soon(started[-1].read)
        return started[-1]

    yield start
    nursery.cancel_scope.cancel()
    for screen in started:
        screen.process.kill()
        screen.process.wait()
        os.close(screen._descriptor)


def _environment(home: Path, changed: Mapping[str, str]) -> dict[str, str]:
    left_out = ("ORCHD_", "XDG_", "NO_COLOR", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return kept | {"HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", **changed}


class Line:
    """A TCP connection to a daemon that can be cut."""

    def __init__(self, nursery: trio.Nursery, port: int) -> None:
        self.url = ""
        self._nursery = nursery
        self._port = port
        self._open: list[trio.SocketStream] = []

    async def start(self) -> None:
        """Listen."""
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        self.url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
        self._nursery.start_soon(trio.serve_listeners, self._serve, [listener])

    async def cut(self) -> None:
        """Break all connections off."""
        for stream in self._open:
            await stream.aclose()
        self._open.clear()

    async def _serve(self, near: trio.SocketStream) -> None:
        far = await trio.open_tcp_stream("127.0.0.1", self._port)
        self._open += [near, far]
        async with near, far, trio.open_nursery() as nursery:
            nursery.start_soon(self._copy, near, far, nursery.cancel_scope)
            nursery.start_soon(self._copy, far, near, nursery.cancel_scope)

    async def _copy(self, source: trio.SocketStream, target: trio.SocketStream, scope: trio.CancelScope) -> None:
        try:
            async for data in source:
                await target.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass
        scope.cancel()


@pytest.fixture
async def make_line(nursery: trio.Nursery) -> Callable[[str], Awaitable[Line]]:
    """`await make_line(url)`: a line to the daemon there."""

    async def make(url: str) -> Line:
        line = Line(nursery, int(url.rpartition(":")[2]))
        await line.start()
        return line

    return make
