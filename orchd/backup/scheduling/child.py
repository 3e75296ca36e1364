"""A process in which the daemon has a backup made: what it takes of a processor is not taken from answers.

It reads one line of JSON from stdin, a `BackupJob`, and ends with stdin, so that none outlives its daemon; it
prints one line, a `BackupOutcome`.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path

import msgspec
import trio
from msgspec import Struct

from orchd.backup.encryption import encrypting, read_recipients
from orchd.backup.making import make_backup
from orchd.backup.output import new_file
from orchd.errors import ConfigurationError, OrchdError, StartError

NICENESS = 10
MOST_BYTES = 1024 * 1024
"""Of a job."""


class BackupJob(Struct, frozen=True):
    """What is to be backed up, and where to; `url` may have a password in it. `timeout` in seconds."""

    url: str
    timeout: float
    files: str
    path: str
    recipients: tuple[str, ...]


class BackupOutcome(Struct, frozen=True):
    """What came of it; `fault` None: it is on the disk."""

    fault: str | None = None
    rows: int = 0
    files: int = 0
    missing: int = 0
    seconds: float = 0.0


def main() -> None:
    """Make one backup."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # those to the whole group are meant for the daemon
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    outcome = trio.run(_run)
    sys.stdout.buffer.write(msgspec.json.encode(outcome) + b"\n")
    sys.stdout.buffer.flush()


async def _run() -> BackupOutcome:
    stdin = trio.lowlevel.FdStream(os.dup(sys.stdin.fileno()))
    line = bytearray()
    while not line.endswith(b"\n") and len(line) < MOST_BYTES and (data := await stdin.receive_some(65536)):
        line += data
    outcome = BackupOutcome("it was broken off")
    async with stdin, trio.open_nursery() as nursery:
        nursery.start_soon(_end_with, stdin, nursery.cancel_scope)
        outcome = await _make(msgspec.json.decode(line, type=BackupJob))
        nursery.cancel_scope.cancel()
    return outcome


async def _end_with(stdin: trio.abc.ReceiveStream, scope: trio.CancelScope) -> None:
    while await stdin.receive_some(65536):
        pass
    scope.cancel()


async def _make(job: BackupJob) -> BackupOutcome:
    try:
        recipients = read_recipients(job.recipients)
        async with new_file(Path(job.path)) as file, encrypting(file, recipients) as out:
            _, manifest, seconds = await make_backup(
                job.url, Path(job.files), out, timeout=job.timeout, progress=lambda *_: None
            )
        outcome = BackupOutcome(None, manifest.rows, manifest.files, len(manifest.missing), round(seconds, 3))
    except* (StartError, ConfigurationError, OrchdError, OSError) as group:
        outcome = BackupOutcome(_fault(group))
    return outcome


def _fault(group: BaseExceptionGroup[BaseException]) -> str:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    cause = getattr(error, "cause", None)
    return f"{error} ({cause})" if cause else str(error)


if __name__ == "__main__":
    main()
