"""One worker as the daemon sees it: a process that is asked one thing at a time, and killed rather than waited for."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import structlog
import trio

from orchd.errors import TooLarge
from orchd.frozen import child_command, child_environment, is_frozen
from orchd.worker.frames import HEAD_BYTES, MAX_FRAME_BYTES

ROOT = str(Path(__file__).parents[2])
"""Where orchd lies: a directory, or an archive."""

PROGRAM = """\
import sys
if sys.argv[1] not in sys.path:
    sys.path.append(sys.argv[1])
from orchd.worker.child import main
main()
"""

READ_BYTES = 65_536
SAID_CHARACTERS = 4_000
"""How much of what a worker said last goes to the log when it dies."""
SAID_SECONDS = 1.0
KILL_SECONDS = 5.0


def _command() -> list[str]:
    return [sys.executable, "-P", *["-O"] * sys.flags.optimize, "-c", PROGRAM, ROOT]


class WorkerDiedError(Exception):
    """The process ended before it answered."""


class Worker:
    """A process of `child`. Whoever opens it ends it."""

    def __init__(self, process: trio.Process) -> None:
        self._process = process

    @classmethod
    async def open(cls) -> "Worker":
        """Start a process; it answers when it is up. Raises OSError."""
        pipe = subprocess.PIPE
        process = await trio.lowlevel.open_process(
            child_command("worker") if is_frozen() else _command(),
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,
            env=child_environment(),
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, request: bytes) -> bytes:
        """Return the reply to a frame, without its head. Raises WorkerDiedError, TooLarge.

        After either, or when it is cancelled, the worker is good for nothing but `end`.
        """
        assert self._process.stdin is not None
        try:
            await self._process.stdin.send_all(request)
            size = int.from_bytes(await self._receive(HEAD_BYTES))
            if size > MAX_FRAME_BYTES:
                raise TooLarge("what came of this text is too long", maxBytes=MAX_FRAME_BYTES)
            return await self._receive(size)
        except (trio.BrokenResourceError, EOFError):
            await self._tell()
            raise WorkerDiedError from None

    async def wait(self) -> None:
        """Return when the process has ended."""
        await self._process.wait()

    async def end(self) -> None:
        """Kill the process, whatever it does, and wait for its end: some milliseconds. Can't be cancelled."""
        self._process.kill()
        with trio.move_on_after(KILL_SECONDS, shield=True):  # one that waits for a disk can't be killed
            await self._process.wait()
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
                if stream is not None:
                    await stream.aclose()

    async def _receive(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = bytearray()
        while len(data) < size:
            piece = await self._process.stdout.receive_some(min(READ_BYTES, size - len(data)))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    async def _tell(self) -> None:
        """Tell the operator, and only the operator: there may be paths in what it said."""
        assert self._process.stderr is not None
        said = bytearray()
        with trio.move_on_after(SAID_SECONDS), suppress(trio.BrokenResourceError):
            await self._process.wait()
            while piece := await self._process.stderr.receive_some(READ_BYTES):
                said += piece
        text = said.decode("utf-8", "replace")[-SAID_CHARACTERS:]
        structlog.get_logger().warning(
            "a worker for texts died", pid=self.pid, code=self._process.returncode, said=text.splitlines()
        )
