"""`orchd db`: work on the database itself, whether a daemon runs on it or not."""

from typing import TYPE_CHECKING, Any

import click

from orchd.cli.options import database_options, load_settings

if TYPE_CHECKING:
    from orchd.storage import Database


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


async def _begin_again(database: "Database") -> None:
    from orchd.entity.search.search_queries import begin_again

    await database.write(begin_again)
