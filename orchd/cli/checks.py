"""`orchd check` and `orchd migrate`: is what the settings name really there, and is it fit?

It asks in the same way as the daemon does, through the rooms' own doors, and changes nothing (`migrate` aside).
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import trio

from orchd.app import backend_specs, local_spec
from orchd.config import Settings
from orchd.config.load import Loaded
from orchd.errors import ConfigurationError, OrchdError, StartError
from orchd.llm import SEARCHED, BackendHealth, Backends, BackendSpec
from orchd.llm.local import demand_package, inspect
from orchd.storage import DatabaseUrl, MigrationStatus, SqliteUrl, migration_status, parse_url
from orchd.storage import migrate as migrate_database

PATIENCE = 5.0
"""Seconds that storage and probes get beyond their own deadlines before a check gives up on them."""


class Finding(NamedTuple):
    """One line of the check's report; `FAILED` ones make it exit with 1."""

    verdict: Literal["ok", "note", "FAILED"]
    what: str
    told: str

    @property
    def failed(self) -> bool:
        """Whether the daemon could not work as configured."""
        return self.verdict == "FAILED"

    def __str__(self) -> str:
        return f"{self.verdict:<7} {self.what}: {self.told}"


async def check(loaded: Loaded) -> list[Finding]:
    """Ask the database and the model servers. Raises `ConfigurationError` for a database URL that can't be read."""
    found = [
        Finding("ok", "configuration", str(loaded.file) if loaded.file else "no file; defaults, environment, flags")
    ]
    found += [Finding("note", "configuration", warning) for warning in loaded.warnings]
    found += await _database(loaded.settings, loaded.origins)
    found += _local(loaded.settings)
    found += await _backends(loaded.settings, loaded.origins)
    return found


async def migrate(settings: Settings) -> list[str]:
    """Migrate the database; returns what there is to say. Raises as `orchd.storage.migrate` does."""
    names = await migrate_database(settings.database.url or "", timeout=settings.database.timeout_seconds)
    return [f"applied {name}" for name in names] or ["the database is up to date"]


async def _database(settings: Settings, origins: Mapping[str, str]) -> list[Finding]:
    url, timeout = settings.database.url or "", settings.database.timeout_seconds
    where = origins.get("database.url", "default")
    try:
        parsed = parse_url(url)
        if isinstance(parsed, SqliteUrl) and (finding := _unwritable(parsed.path, where)):
            return [finding]
        with trio.fail_after(timeout + PATIENCE):
            status = await migration_status(url, timeout=timeout)
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: {error}") from None
    except (OrchdError, StartError) as error:
        told = str(error).removeprefix(f"{_shown(url)}: ")
        return [Finding("FAILED", f"database {_shown(url)}", f"{told} ({where})")]
    except trio.TooSlowError:
        return [Finding("FAILED", f"database {_shown(url)}", f"no answer within {timeout:g} s ({where})")]
    return [Finding("ok", f"database {parsed}", _migrations(parsed, status))]


def _migrations(parsed: DatabaseUrl, status: MigrationStatus) -> str:
    """How far the database is, in words that hold for one that isn't there yet, too."""
    if not status.applied:
        there = isinstance(parsed, SqliteUrl) and not parsed.path.exists()
        return ("not there yet" if there else "empty so far") + "; `orchd serve` and `orchd migrate` set it up"
    told = f"{len(status.applied)} migrations applied"
    if status.pending:
        told += f", {len(status.pending)} to come; `orchd serve` and `orchd migrate` apply them"
    return told


def _unwritable(path: Path, where: str) -> Finding | None:
    """A finding when the daemon could not make or write the file."""
    present = next(each for each in (path, *path.parents) if each.exists())
    if path.exists() and not path.is_file():
        return Finding("FAILED", f"database {path}", f"it is not a file ({where})")
    if present != path and not present.is_dir():
        return Finding("FAILED", f"database {path}", f"{present} is not a directory ({where})")
    if not os.access(present, os.W_OK):
        return Finding("FAILED", f"database {path}", f"{present} can't be written by this user ({where})")
    return None


async def _backends(settings: Settings, origins: Mapping[str, str]) -> list[Finding]:
    health = await _probe(backend_specs(settings.backends))
    if settings.backends:
        places = [origins.get(f"backends[{index}].url", "") for index in range(len(settings.backends))]
        return [_configured(each, place) for each, place in zip(health, places, strict=False)]
    found = [Finding("ok", f"model server {each.url}", _offer(each)) for each in health if each.ok]
    if settings.local.models:
        return found
    if found or settings.models.demo:
        return found or [Finding("note", "model server", "only the simulated model of `--demo`")]
    fix = "start LM Studio's server, name one with `--backend URL` or `[[backends]]`, or try `--demo`"
    return [Finding("note", "model server", f"none at {', '.join(SEARCHED)}; {fix}")]


def _local(settings: Settings) -> list[Finding]:
    """What could be run without a server; nothing is loaded for that. Blocks on the disk for a moment."""
    if not settings.local.models:
        return []
    try:
        demand_package()
    except StartError as error:
        return [Finding("FAILED", "local models", str(error))]
    models, rejected = inspect(local_spec(settings.local))
    found = [Finding("ok", f"local model {file.id}", _size(file.size_bytes)) for file in models.values()]
    found += [Finding("note", f"model file {path}", f"is left out: {reason}") for path, reason in rejected]
    return found if models else [*found, Finding("FAILED", "local models", "none of the files can be offered")]


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


async def _probe(specs: list[BackendSpec]) -> list[BackendHealth]:
    """Probe each once, as the daemon does at its start."""
    backends = Backends(specs)
    async with trio.open_nursery() as nursery:
        await nursery.start(backends.run)
        await backends.wait_first_probe()
        nursery.cancel_scope.cancel()
    return backends.health()


def _configured(health: BackendHealth, place: str) -> Finding:
    if health.ok:
        return Finding("ok", f"model server {health.url}", _offer(health))
    return Finding("FAILED", f"model server {health.url}", f"{health.reason} ({place})")


def _offer(health: BackendHealth) -> str:
    return f"{health.kind}, {health.models} model{'' if health.models == 1 else 's'}"


def _shown(url: str) -> str:
    try:
        return str(parse_url(url))
    except ConfigurationError:
        return "(unreadable URL)"
