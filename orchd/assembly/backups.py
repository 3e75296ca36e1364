"""The backups that the daemon makes by itself, from the settings."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from orchd.backup.scheduling import schedule
from orchd.config import Settings
from orchd.guard import Troubles


def backup_schedule(
    settings: Settings, troubles: Troubles, tell: Callable[[], None]
) -> "schedule.BackupSchedule | None":
    """Return what makes backups, None where none are to be made. `tell` has admins told of a failure."""
    chosen, database = settings.backup, settings.database
    if chosen.directory is None:
        return None
    assert database.url is not None, "the configuration's loader fills it in"
    assert settings.file.directory is not None, "the configuration's loader fills it in"
    plan = schedule.BackupPlan(
        url=database.url,
        timeout=database.timeout_seconds,
        files=settings.file.directory,
        directory=Path(chosen.directory),
        every=timedelta(hours=chosen.every_hours),
        keep=chosen.keep,
        recipients=chosen.recipients,
    )
    return schedule.BackupSchedule(plan, troubles, tell)
