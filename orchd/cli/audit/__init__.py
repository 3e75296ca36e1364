"""`orchd audit`: the audit log for people, from a running daemon, and for other programs, from the database itself."""

import sys
from typing import TYPE_CHECKING, Any

import click

from orchd.cli.asking.exchange import Exchange, all_pages, asks, every, find
from orchd.cli.options import database_options, load_settings
from orchd.cli.reply import JsonObject

if TYPE_CHECKING:
    from orchd.client import Client
    from orchd.storage import Database

PAGE = 500


@click.group(help="Read the audit log: who did what to which row, and from where.")
def audit() -> None:
    pass


@audit.command("list", help="List what was done lately, as an admin; asks a running daemon.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many rows.")
@click.option("--by", "name", metavar="NAME", help="Only what this user did.")
@click.option("--action", help="Only this action, such as `user:update`.")
@asks
def list_rows(limit: int, name: str | None, action: str | None) -> Exchange:
    from orchd.cli.audit.rows import rows

    async def fetch(client: "Client") -> JsonObject:
        wanted = {} if action is None else {"action": action}
        by = {} if name is None else {"userId": await find(client, "user:list", "user", name)}
        return await all_pages(client, "audit:list", {**wanted, **by}, limit)

    return Exchange(fetch, rows)


@audit.command(help="List what you did lately, and what others did with what is yours; asks a running daemon.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many rows.")
@asks
def mine(limit: int) -> Exchange:
    from orchd.cli.audit.rows import rows

    return every("audit:mine", {}, rows, limit)


@audit.command(help="Print the audit log as JSON lines, the oldest row first.")
@click.option("--after", type=click.IntRange(min=0), default=0, help="Only rows with ids greater than this.")
@database_options
def export(*, after: int, **flags: Any) -> None:
    from orchd.cli.on_database import run_on_database

    run_on_database(load_settings(flags).settings, lambda database: _print_rows(database, after))


async def _print_rows(database: "Database", after: int) -> None:
    import msgspec

    from orchd.features.audit import audit_item, find_later, with_names

    while rows := await database.read(find_later, after, PAGE):
        for row in await database.read(with_names, rows):
            sys.stdout.write(msgspec.json.encode(audit_item(row)).decode() + "\n")
        after = rows[-1].id
    sys.stdout.flush()
