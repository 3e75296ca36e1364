"""`orchd db`: work on the database itself, whether a daemon runs on it or not."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchd.cli.options import database_options, load_settings

if TYPE_CHECKING:
    from orchd.storage import Database

FAILED = 1
_PASSWORD = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@click.group(help="Look after the database itself; a daemon need not run.")
def db() -> None:
    pass


@db.command(
    help="Have the daemon index all texts for searching again. It does so in the background; what is indexed is found "
    "meanwhile."
)
@database_options
def reindex(**flags: Any) -> None:
    from orchd.cli.on_database import run_on_database

    run_on_database(load_settings(flags).settings, _begin_again)
    click.echo("The daemon that runs on this database, or is started next, indexes all texts again.")


@db.command(
    help="Copy a database into another one of either kind, which must be empty: sqlite:///PATH or "
    "mysql://USER@HOST/NAME; a daemon may run on SOURCE, and none on TARGET.\n"
    "\n"
    "What has arrived is read again and compared; until that is done no daemon takes TARGET, or it is as it was. "
    "Broken off, the same command goes on. Files of users stay where they are: have the new configuration name their "
    "directory."
)
@click.argument("source")
@click.argument("target")
@click.option(
    "--source-password-file", type=_PASSWORD, help="File whose first line is SOURCE's password; `-` is stdin."
)
@click.option("--target-password-file", type=_PASSWORD, help="The same for TARGET.")
@click.option("--replace", is_flag=True, help="TARGET may have rows, which are lost.")
@click.option("--json", "as_json", is_flag=True, help="Say what was copied as one JSON object.")
def copy(
    source: str,
    target: str,
    source_password_file: Path | None,
    target_password_file: Path | None,
    replace: bool,
    as_json: bool,
) -> None:
    from orchd.cli.database.upkeep import complete_url, copy_one

    if str(source_password_file) == str(target_password_file) == "-":
        raise click.UsageError("stdin can have one of the passwords only.")
    source = complete_url("source", source, source_password_file)
    target = complete_url("target", target, target_password_file)
    for line in copy_one(source, target, replace=replace, as_json=as_json):
        click.echo(line)


@db.command(
    help="Say whether the database is whole: all pages and indexes, what refers to what, and the files of users.\n"
    "\n"
    "Exits 0 when all is well, 1 when something is damaged or missing. It takes long, and changes nothing."
)
@click.option("--json", "as_json", is_flag=True, help="Say what was found as one JSON object.")
@database_options
def check(as_json: bool, **flags: Any) -> int:
    from orchd.cli.database.upkeep import check_one

    lines, is_whole = check_one(load_settings(flags).settings, as_json=as_json)
    for line in lines:
        click.echo(line)
    return 0 if is_whole else FAILED


@db.command(help="Say how many rows each table has, and how large the database is.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@database_options
def stats(as_json: bool, **flags: Any) -> None:
    from orchd.cli.database.upkeep import stats_of

    for line in stats_of(load_settings(flags).settings, as_json=as_json):
        click.echo(line)


@db.command(
    help="Give what the database no longer uses back to the disk. SQLite needs as much room again meanwhile; stop the "
    "daemon, which could not write for as long as it takes."
)
@database_options
def vacuum(**flags: Any) -> None:
    from orchd.cli.database.upkeep import vacuum_one

    click.echo(vacuum_one(load_settings(flags).settings))


@db.command(
    help="Delete for good what is older than it is kept: what was removed (`workspace.deletedDays`), the audit log "
    "(`audit.days`), the usage of accounts (`workspace.accountUsageDays`).\n"
    "\n"
    "Daemons do so every hour; this does it at once, whether one runs or not, and tells how much it was."
)
@click.option("--dry-run", is_flag=True, help="Only tell how much it would be.")
@click.option("--json", "as_json", is_flag=True, help="Say it as one JSON object.")
@database_options
def prune(dry_run: bool, as_json: bool, **flags: Any) -> None:
    from orchd.cli.database.pruning import prune_one

    for line in prune_one(load_settings(flags).settings, dry_run=dry_run, as_json=as_json):
        click.echo(line)


async def _begin_again(database: "Database") -> None:
    from orchd.entity.search.search_queries import begin_again

    await database.write(begin_again)
