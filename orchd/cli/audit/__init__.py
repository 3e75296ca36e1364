"""`orchd audit`: the audit log for other programs, read from the database itself."""

import sys
from typing import TYPE_CHECKING, Any

import click

from orchd.cli.options import database_options, load_settings

if TYPE_CHECKING:
    from orchd.storage import Database

PAGE = 500


@click.group(help="Read the audit log: who did what to which row, and from where.")
def audit() -> None:
    pass


@audit.command(help="Print the audit log as JSON lines, the oldest row first.")
@click.option("--after", type=click.IntRange(min=0), default=0, help="Only rows with ids greater than this.")
@database_options
def export(*, after: int, **flags: Any) -> None:
    from orchd.cli.on_database import run_on_database

    run_on_database(load_settings(flags).settings, lambda database: _print_rows(database, after))


async def _print_rows(database: "Database", after: int) -> None:
    import msgspec

    from orchd.features.audit import audit_item, find_later

    while rows := await database.read(find_later, after, PAGE):
        for row in rows:
            sys.stdout.write(msgspec.json.encode(audit_item(row)).decode() + "\n")
        after = rows[-1].id
    sys.stdout.flush()
