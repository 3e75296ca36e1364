"""What `orchd db prune` does: what daemons delete by themselves when it is old, at once and with its number."""

import json
from collections.abc import Iterator
from functools import partial

import trio

from orchd.cli.on_database import run_on_database
from orchd.config import Settings
from orchd.errors import StartError
from orchd.features.retention import kept_kinds, prune
from orchd.storage import migration_status


def prune_one(settings: Settings, *, dry_run: bool, as_json: bool) -> Iterator[str]:
    """Delete what is too old, or count it; yield what there is to say. Blocks. Raises `ConfigurationError`,
    `StartError` also for a database that would be made or migrated first, `OrchdError`."""
    _demand_current(settings)
    kinds = kept_kinds(settings.workspace, settings.audit)
    done = run_on_database(settings, lambda database: prune(database, kinds, dry_run=dry_run))
    if as_json:
        told = [{"what": kind.what, "days": kind.days, "rows": rows} for kind, rows in done]
        yield json.dumps({"dryRun": dry_run, "kinds": told})
        return
    for kind, rows in done:
        if rows:
            yield f"{rows:>12}  {kind.what}: older than {kind.days} days"
    total = sum(rows for _, rows in done)
    yield f"{total} rows {'would be' if dry_run else 'were'} deleted, with what belongs to them"


def _demand_current(settings: Settings) -> None:
    status = trio.run(partial(migration_status, timeout=settings.database.timeout_seconds), settings.database.url or "")
    if status.pending or not status.applied:
        raise StartError(
            "the database is not there, or not up to date: start orchd on it first, or run `orchd migrate`"
        )
