"""`orchd check` and `orchd migrate`: is what the settings name really there, and is it fit?

It asks in the same way as the daemon does, through the rooms' own doors, and changes nothing (`migrate` aside).
"""

import os
from collections.abc import Mapping
from pathlib import Path

import trio

from orchd.cli.findings import Finding, Findings
from orchd.cli.keys.key_checks import master_keys, stored_keys
from orchd.cli.model_checks import answers, model_files, model_servers
from orchd.config import Settings
from orchd.config.load import LoadedSettings
from orchd.config.rules import is_loopback
from orchd.errors import ConfigurationError, OrchdError, StartError
from orchd.masking import mask_url
from orchd.storage import DatabaseUrl, MigrationStatus, SqliteUrl, migration_status, open_database, parse_url
from orchd.storage import migrate as migrate_database
from orchd.tls.certificate import WARNING_DAYS, CertificateFiles, load_context, read_facts, utc_now

PATIENCE = 5.0
"""Seconds that storage and probes get beyond their own deadlines before a check gives up on them."""


async def check(loaded: LoadedSettings, *, deep: bool = False, report: Findings | None = None) -> list[Finding]:
    """Ask the database and the model servers, and for an answer if it shall be `deep`. What is found goes to `report`
    as soon as it is.

    Raises `ConfigurationError` for a database URL that can't be read.
    """
    found = report or Findings()
    file = str(loaded.file) if loaded.file else "no file; defaults, environment, flags"
    found.add(Finding("ok", "configuration", file))
    found.add(*(Finding("note", "configuration", warning) for warning in loaded.warnings))
    found.add(*_certificate(loaded.settings))
    found.begin("asking the database")
    found.add(*(database := await _database(loaded.settings, loaded.origins)))
    away = any(finding.failed for finding in database)
    stored = None if away else await stored_keys(loaded.settings)
    found.add(master_keys(loaded.settings, stored))
    found.add(*([] if away else await _users(loaded.settings)))
    found.add(*model_files(loaded.settings))
    found.begin("asking the model servers")
    found.add(*await model_servers(loaded.settings, loaded.origins, stored))
    if deep and not any(finding.what == "local models" for finding in found.all):
        await answers(loaded.settings, stored, found)
    return found.all


async def migrate(settings: Settings) -> list[str]:
    """Migrate the database; returns what there is to say.

    Raises `ConfigurationError` for a URL that can't be read, `StartError`, which names the database, for all else.
    """
    url = settings.database.url or ""
    try:
        names = await migrate_database(
            url, timeout=settings.database.timeout_seconds, copies=settings.database.migration_copies
        )
    except (OrchdError, StartError) as error:
        raise StartError(f"database {_describe_url(url)}: {_describe_error(error, url)}") from error
    return [f"applied {name}" for name in names] or ["the database is up to date"]


async def plan_of(settings: Settings) -> dict[str, object]:
    """Return what `migrate` would do: `kind` of the database, `schema` now and then, the names of what is `pending`,
    and whether a `copy` is made first. Changes nothing. Raises as `migrate` does."""
    url = settings.database.url or ""
    try:
        status = await migration_status(url, timeout=settings.database.timeout_seconds)
    except (OrchdError, StartError) as error:
        raise StartError(f"database {_describe_url(url)}: {_describe_error(error, url)}") from error
    is_sqlite = isinstance(parse_url(url), SqliteUrl)
    copies = is_sqlite and bool(status.applied and status.pending and settings.database.migration_copies)
    then = len(status.applied) + len(status.pending)
    schema = {"schema": len(status.applied), "then": then, "pending": status.pending}
    return {"kind": "sqlite" if is_sqlite else "mysql", **schema, "copy": copies}


def plan_lines(plan: Mapping[str, object]) -> list[str]:
    """Return a plan in words."""
    pending = plan["pending"]
    assert isinstance(pending, list), "as `plan_of` gives it"
    if not pending:
        return [f"the database is up to date: schema {plan['schema']}"]
    lines = [f"schema {plan['schema']} of {plan['kind']} becomes {plan['then']}"]
    lines += ["the file is copied first"] if plan["copy"] else []
    if plan["kind"] == "mysql" and plan["schema"]:
        lines.append("make a backup first: an older orchd can't go on with it (`orchd backup FILE`)")
    return lines + [f"to be applied: {name}" for name in pending]


def _certificate(settings: Settings) -> list[Finding]:
    """Whether the port can speak TLS, and for how long; nothing when it shan't."""
    if settings.server.tls_certificate is None or settings.server.tls_key is None:
        return []
    files = CertificateFiles(Path(settings.server.tls_certificate), Path(settings.server.tls_key))
    what = f"certificate {files.certificate}"
    try:
        load_context(files)
        facts = read_facts(files.certificate)
    except ConfigurationError as error:
        return [Finding("FAILED", what, str(error))]
    if (fault := facts.fault(utc_now())) is not None:
        return [Finding("FAILED", what, fault)]
    names = ", ".join(facts.names) or "no name, which browsers refuse"
    soon = (facts.ends - utc_now()).days < WARNING_DAYS
    return [Finding("note" if soon else "ok", what, f"for {names}; until {facts.ends:%Y-%m-%d}")]


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
        return [Finding("FAILED", f"database {_describe_url(url)}", f"{_describe_error(error, url)} ({where})")]
    except trio.TooSlowError:
        return [Finding("FAILED", f"database {_describe_url(url)}", f"no answer within {timeout:g} s ({where})")]
    return [Finding("ok", f"database {_describe_url(url)}", _migrations(parsed, status))]


async def _users(settings: Settings) -> list[Finding]:
    """Whether anybody could log in, where others reach the daemon."""
    if is_loopback(settings.server.host) or settings.server.insecure:
        return []
    from orchd.features.people import is_there_any

    url, timeout = settings.database.url or "", settings.database.timeout_seconds
    status = await migration_status(url, timeout=timeout)
    if status.applied and not status.pending:
        async with open_database(url, pool_size=1, timeout=timeout) as database:
            with trio.move_on_after(timeout + PATIENCE):
                await database.wait_ready()
            if await database.read(is_there_any):
                return []
    told = "there is none, so that only this machine is let in; `orchd user add NAME --admin` makes the first"
    return [Finding("note", "users", told)]


def _describe_error(error: OrchdError | StartError, url: str) -> str:
    """The error, with what the database itself says, and without the address, which the line has already."""
    told = str(error).removeprefix(f"{_describe_url(url)}: ")
    cause = getattr(error, "cause", None)
    return f"{told}, {cause}" if cause else told


def _migrations(parsed: DatabaseUrl, status: MigrationStatus) -> str:
    """How far the database is, in words that hold for one that isn't there yet, too."""
    if not status.applied:
        absent = isinstance(parsed, SqliteUrl) and not parsed.path.exists()
        return ("not there yet" if absent else "empty so far") + "; `orchd serve` and `orchd migrate` set it up"
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


def _describe_url(url: str) -> str:
    try:
        parsed = parse_url(url)
        return mask_url(str(parsed)) if isinstance(parsed, SqliteUrl) else str(parsed)
    except ConfigurationError:
        return "(unreadable URL)"
