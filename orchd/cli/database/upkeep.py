"""What `orchd db copy`, `check`, `stats` and `vacuum` do, and what they say of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
from msgspec import to_builtins

from orchd.backup.checking import WholenessReport, check_database
from orchd.backup.copying import CopyReport, copy_database
from orchd.cli.backup.progress import ProgressLine
from orchd.cli.backup.running import files_directory, megabytes, run_quietly
from orchd.cli.reaching.passwords import read_password
from orchd.config import Settings
from orchd.errors import ConfigurationError
from orchd.storage import MysqlUrl, SqliteUrl, parse_url, with_password
from orchd.storage.whole import DatabaseSize, open_upkeep

TIMEOUT_SECONDS = 10.0
"""For a database of which no settings are known."""


def complete_url(which: str, url: str, password_file: Path | None) -> str:
    """Return the URL with the password of a file. One that has its password in it is taken, with a warning on stderr:
    on most machines every user sees the arguments of all programs. Raises `ConfigurationError`."""
    parsed, flag = parse_url(url), f"--{which}-password-file"
    if isinstance(parsed, MysqlUrl) and parsed.password:
        if password_file is not None:
            raise ConfigurationError(f"{flag}: {which.upper()} has a password in it already")
        click.echo(
            f"warning: every user of this machine can see the password in {which.upper()} while this runs; "
            f"leave it out, and name the file that has it with {flag}",
            err=True,
        )
        return url
    if password_file is None:
        return url
    if isinstance(parsed, SqliteUrl):
        raise ConfigurationError(f"{flag}: {which.upper()} is a SQLite file, which has no password")
    return with_password(url, read_password(password_file, flag, twice=False))


def copy_one(source: str, target: str, *, replace: bool, as_json: bool) -> Iterator[str]:
    """Copy a database; yield what there is to say. Blocks. Raises `ConfigurationError`, `StartError`, `OrchdError`."""
    from orchd.features.presence import run_lives

    parse_url(source), parse_url(target)  # both before anything is done

    async def run() -> CopyReport:
        with ProgressLine() as progress:
            return await copy_database(
                source, target, replace=replace, lives=run_lives, timeout=TIMEOUT_SECONDS, progress=progress.tell
            )

    tables, found, seconds = run_quietly(run)
    if as_json:
        yield json.dumps({"tables": to_builtins(tables), "found": found, "seconds": round(seconds, 3)})
        return
    rows = sum(figures.rows for figures in tables.values())
    yield f"copied {rows} rows in {len(tables)} tables, in {seconds:.1f} s; each was read again and compared"
    if found:
        yield f"{found} of them were there already, from a copy that was broken off"


def check_one(settings: Settings, *, as_json: bool) -> tuple[list[str], bool]:
    """Check a database and its files; return what there is to say, and whether all is well. Blocks. Raises
    `StartError`, `OrchdError`, `OSError`."""
    url, timeout = settings.database.url or "", settings.database.timeout_seconds

    async def run() -> WholenessReport:
        return await check_database(url, files_directory(settings), timeout)

    report = run_quietly(run)
    is_whole = not report.faults and not report.missing
    if as_json:
        return [json.dumps(report._asdict())], is_whole
    lines = [f"FAILED  database: {fault}" for fault in report.faults] or ["ok      database: it is whole"]
    lines += [f"FAILED  file: {sha256} is not in the directory, or has been cut" for sha256 in report.missing]
    lines += [f"note    file: {sha256} belongs to nothing; the daemon deletes it" for sha256 in report.unknown]
    return lines, is_whole


def stats_of(settings: Settings, *, as_json: bool) -> Iterator[str]:
    """Yield how large the database is. Blocks. Raises `StartError`, `OrchdError`."""
    size = _measure(settings)
    if as_json:
        tables = {table.name: {"rows": table.rows, "bytes": table.size} for table in size.tables}
        yield json.dumps({"tables": tables, "bytes": size.size, "unusedBytes": size.unused})
        return
    for table in size.tables:
        yield f"{table.rows:>12}  {table.name}" + ("" if table.size is None else f"  {megabytes(table.size)}")
    unused = "" if size.unused is None else f", of which {megabytes(size.unused)} are unused"
    yield f"together {megabytes(size.size or 0)}{unused}"


def vacuum_one(settings: Settings) -> str:
    """Make a database as small as it can be; return what to say. Blocks. Raises `StartError`, `OrchdError`."""
    before = _measure(settings).size or 0

    async def run() -> None:
        async with open_upkeep(settings.database.url or "", settings.database.timeout_seconds) as upkeep:
            await upkeep.compact()

    run_quietly(run)
    return f"{megabytes(before)} before, {megabytes(_measure(settings).size or 0)} now"


def _measure(settings: Settings) -> DatabaseSize:
    async def run() -> DatabaseSize:
        async with open_upkeep(settings.database.url or "", settings.database.timeout_seconds) as upkeep:
            return await upkeep.measure()

    return run_quietly(run)
