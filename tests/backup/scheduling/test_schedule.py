"""The daemon makes backups when they are due, by a process of its own, and deletes what it has made, nothing else."""

import fcntl
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trio
from structlog.testing import capture_logs

from orchd.assembly.backups import backup_schedule
from orchd.backup.reading import NoTarget, read_backup
from orchd.backup.scheduling import schedule
from orchd.backup.scheduling.child import BackupJob, BackupOutcome
from orchd.backup.scheduling.schedule import FIRST_SECONDS, LOOK_SECONDS, BackupSchedule, run_job
from orchd.config import Settings
from orchd.config.load import load
from orchd.guard import Troubles
from tests.migrated import place_database

START = datetime(2026, 11, 30, 3, 15, tzinfo=UTC)


class Scene:
    """A schedule with a clock of its own, whose backups a function makes in the place of a process."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory = tmp_path / "backups"
        self.jobs: list[BackupJob] = []
        self.outcome = BackupOutcome()
        self.troubles, self.told = Troubles(), 0
        self.now = START
        flags = {"dataDir": str(tmp_path)}
        environment = {"HOME": str(tmp_path), "ORCHD_BACKUP_DIRECTORY": str(self.directory), "ORCHD_BACKUP_KEEP": "2"}
        self.settings: Settings = load(flags, environment).settings
        found = backup_schedule(self.settings, self.troubles, self.tell)
        assert found is not None
        self.schedule: BackupSchedule = found
        self.schedule._now = lambda: self.now
        monkeypatch.setattr(schedule, "run_job", self.make)

    def tell(self) -> None:
        self.told += 1

    async def make(self, job: BackupJob) -> BackupOutcome:
        self.jobs.append(job)
        if self.outcome.fault is None:
            Path(job.path).write_text("")
        return self.outcome

    async def after(self, hours: float) -> int:
        """Look so many hours later; how many backups were begun so far."""
        self.now += timedelta(hours=hours)
        await self.schedule.look()
        return len(self.jobs)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.directory.iterdir())


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(tmp_path, monkeypatch)


async def test_one_is_made_when_it_is_due_and_the_newest_stay(scene: Scene) -> None:
    assert [await scene.after(hours) for hours in (0, 23.9, 0.1, 1, 23)] == [1, 1, 2, 2, 3]
    (scene.directory / "orchd-20200101T000000Z.backup.mine").write_text("")
    (scene.directory / "orchd-20200101T000000Z.backup").write_text("")
    assert await scene.after(24) == 4
    assert scene.names() == [
        "orchd-20200101T000000Z.backup.mine",
        "orchd-20261202T031500Z.backup",
        "orchd-20261203T031500Z.backup",
        "orchd-backup.lock",
    ]
    assert scene.directory.stat().st_mode & 0o777 == 0o700


async def test_what_the_future_has_made_holds_up_nothing(scene: Scene) -> None:
    scene.directory.mkdir()
    (scene.directory / "orchd-20990101T000000Z.backup").write_text("")
    assert await scene.after(0) == 1


async def test_nobody_makes_one_beside_another_daemon(scene: Scene) -> None:
    scene.directory.mkdir()
    with (scene.directory / "orchd-backup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert await scene.after(0) == 0
    assert await scene.after(0) == 1


async def test_a_failure_is_told_and_tried_again_after_an_hour(scene: Scene) -> None:
    scene.outcome = BackupOutcome("the disk is full")
    with capture_logs() as logs:
        assert [await scene.after(hours) for hours in (0, 0.9, 0.1)] == [1, 1, 2]
    assert [(line["event"], line["reason"]) for line in logs] == [("a scheduled backup failed", "the disk is full")] * 2
    (trouble,) = scene.troubles.report()
    assert (trouble.what, trouble.times, trouble.running, scene.told) == ("backups", 2, False, 2)
    scene.outcome = BackupOutcome()
    assert await scene.after(1) == 3
    assert scene.troubles.report()[0].running


async def test_a_directory_that_can_not_be_used_is_told(scene: Scene) -> None:
    scene.directory.write_text("a file")
    with capture_logs() as logs:
        assert await scene.after(0) == 0
    assert logs[0]["event"] == "a scheduled backup failed"
    assert scene.told == 1


async def test_it_looks_by_itself(scene: Scene, autojump_clock: trio.testing.MockClock) -> None:
    with trio.move_on_after(FIRST_SECONDS + LOOK_SECONDS * 1.5):
        await scene.schedule.keep()
    assert len(scene.jobs) == 1


def test_without_a_directory_none_are_made() -> None:
    assert backup_schedule(Settings(), Troubles(), lambda: None) is None


async def test_a_process_makes_one_or_says_why_not(tmp_path: Path) -> None:
    url = place_database(tmp_path / "orchd.db")
    job = BackupJob(url, 10, str(tmp_path / "files"), str(tmp_path / "a.backup"), ())
    outcome = await run_job(job)
    assert (outcome.fault, outcome.rows) == (None, 1)
    source = io.BytesIO((tmp_path / "a.backup").read_bytes())
    await read_backup(source, NoTarget(), None, lambda *_: None)
    wrong = await run_job(BackupJob(f"sqlite://{tmp_path}/none.db", 10, "", str(tmp_path / "b.backup"), ()))
    assert wrong.fault == f"there is no database file {tmp_path}/none.db"
    assert not list(tmp_path.glob("b.backup*"))
