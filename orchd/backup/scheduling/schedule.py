"""Backups that the daemon makes by itself: when one is due, which of them stay, and who is told that one failed.

    DIRECTORY/orchd-20261130T031500Z.backup     with `.age` behind it where it is encrypted
    DIRECTORY/orchd-backup.lock                 held while one is made

When the last one was made, the names of the files tell: so it is the same after a restart, and for several daemons of
one database, of which the one that gets the lock makes the next.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog
import trio

from orchd.backup.scheduling.child import BackupJob, BackupOutcome
from orchd.directories import make_directory
from orchd.frozen import child_command, child_environment, is_frozen
from orchd.guard import Troubles
from orchd.patterns import lazy_pattern

WHAT = "backups"
"""The name under which the health pages tell of a failure."""
FIRST_SECONDS = 60.0
"""After the start: what begins then shall not have to share the disk."""
LOOK_SECONDS = 60.0
"""How often it is looked whether one is due: clocks jump, and other daemons make backups, too."""
AGAIN = timedelta(hours=1)
"""After a failure, at the latest."""
_NAME = lazy_pattern(r"orchd-(\d{8}T\d{6}Z)\.backup(?:\.age)?")
_FORM = "%Y%m%dT%H%M%SZ"
_TOLD = "the scheduled backup failed; the log says why"
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from orchd.backup.scheduling.child import main; main()"
_ROOT = str(Path(__file__).parents[3])


class BackupPlan(NamedTuple):
    """What is backed up, where to, how often, for whom it is encrypted, and how many stay."""

    url: str
    timeout: float
    files: str
    directory: Path
    every: timedelta
    keep: int
    recipients: tuple[str, ...]


def utc_now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.now(UTC)


class BackupSchedule:
    """Of one daemon. `tell` has admins told that a backup failed; it must not wait."""

    def __init__(
        self, plan: BackupPlan, troubles: Troubles, tell: Callable[[], None], now: Callable[[], datetime] = utc_now
    ) -> None:
        self._plan = plan
        self._troubles = troubles
        self._tell = tell
        self._now = now
        self._failed_at: datetime | None = None

    async def keep(self) -> None:
        """Make a backup whenever one is due, until cancelled."""
        await trio.sleep(FIRST_SECONDS)
        while True:
            await self.look()
            await trio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Make a backup if one is due, and nobody else is making it."""
        now = self._now()
        if self._failed_at is not None and abs(now - self._failed_at) < min(AGAIN, self._plan.every):
            return
        try:
            with self._turn() as is_ours:
                if is_ours and self._is_due(now):
                    await self._make(now)
        except OSError as error:
            self._fail(f"{error.filename or self._plan.directory}: {error.strerror}")

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Whether no other daemon is making one; no other begins meanwhile."""
        make_directory(self._plan.directory)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._plan.directory / "orchd-backup.lock", flags, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def _is_due(self, now: datetime) -> bool:
        """What is of the future was made by a clock that was wrong, and holds up nothing."""
        last = max((made for made, _ in self._own() if made <= now), default=None)
        return last is None or now - last >= self._plan.every

    def _own(self) -> list[tuple[datetime, Path]]:
        """Return the backups that were made so, the oldest first."""
        found = ((path, _NAME.fullmatch(path.name)) for path in self._plan.directory.iterdir())
        times = [(datetime.strptime(match[1], _FORM).replace(tzinfo=UTC), path) for path, match in found if match]
        return sorted(times)

    async def _make(self, now: datetime) -> None:
        plan = self._plan
        path = plan.directory / f"orchd-{now:{_FORM}}.backup{'.age' if plan.recipients else ''}"
        job = BackupJob(plan.url, plan.timeout, plan.files, str(path), plan.recipients)
        outcome = await run_job(job)
        if outcome.fault is not None:
            self._fail(outcome.fault)
            return
        self._failed_at = None
        self._troubles.begun_again(WHAT)
        structlog.get_logger().info(
            "a scheduled backup was made",
            file=str(path),
            rows=outcome.rows,
            files=outcome.files,
            missing_files=outcome.missing,
            seconds=outcome.seconds,
        )
        for _, old in self._own()[: -plan.keep]:
            await trio.to_thread.run_sync(lambda old=old: old.unlink(missing_ok=True))  # type: ignore[misc]  # at once

    def _fail(self, reason: str) -> None:
        self._failed_at = self._now()
        structlog.get_logger().error("a scheduled backup failed", directory=str(self._plan.directory), reason=reason)
        self._troubles.note_failure(WHAT, _TOLD)
        self._tell()


async def run_job(job: BackupJob) -> BackupOutcome:
    """Have a process make a backup; cancelled, it ends, and leaves no file. Raises `OSError` where there is none."""
    command = child_command("backup") if is_frozen() else [sys.executable, "-P", "-c", _PROGRAM, _ROOT]
    process = await trio.lowlevel.open_process(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, env=child_environment()
    )
    assert process.stdin is not None, "it is a pipe"
    assert process.stdout is not None, "it is a pipe"
    said = bytearray()
    async with process.stdin, process.stdout:
        try:
            await process.stdin.send_all(msgspec.json.encode(job) + b"\n")
            async for data in process.stdout:
                said += data
        except trio.BrokenResourceError:
            pass  # it has ended: what it said tells, or its exit code
        finally:
            await process.stdin.aclose()  # ends it
            with trio.CancelScope(shield=True, deadline=trio.current_time() + 5):
                await process.wait()
            process.kill()
    try:
        return msgspec.json.decode(said, type=BackupOutcome)
    except msgspec.DecodeError:
        return BackupOutcome(f"its process ended with the code {process.returncode}")
