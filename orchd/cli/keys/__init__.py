"""`orchd keys`: the master keys of this machine and of the database, and changing them while daemons run."""

import json
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from orchd.cli.options import database_options, load_settings
from orchd.config import Settings
from orchd.errors import ConfigurationError, StartError

if TYPE_CHECKING:
    from orchd.sealing.rotation import Census
    from orchd.sealing.sources import KeySource
    from orchd.storage import Database

T = TypeVar("T")
FAILED = 1


@click.group(
    help="List, make and change the master keys, under which stored secrets are sealed.\n"
    "\n"
    "Where they come from is said in docs/security.md. No command shows a key; an id is the beginning of its hash."
)
def keys() -> None:
    pass


@keys.command(help="Make the file of the master key, readable for this user alone; fails where there is one.")
@database_options
def init(**flags: Any) -> int:
    source = _source(load_settings(flags).settings)
    if not source.writable:
        raise ConfigurationError(f"the master key comes from {source.described}: put it there yourself")
    if source.path is not None and source.path.exists():
        raise ConfigurationError(f"{source.described} is there: nothing was changed; `orchd keys list` shows its keys")
    (key_id,) = source.make().ids
    click.echo(f"the master key {key_id} is new in {source.described}")
    click.echo("keep a copy of that file where nobody else can read it: without it the stored secrets are lost")
    return 0


@keys.command("list", help="List the master keys that are here or that have sealed something, by their ids.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@database_options
def show(*, as_json: bool, **flags: Any) -> int:
    settings = load_settings(flags).settings
    source = _source(settings)
    ring = source.read()
    from orchd.sealing.rotation import take_census

    census = _with_database(settings, take_census, needed=False)
    if as_json:
        click.echo(json.dumps({"source": source.described, "keys": _items(ring.ids, census)}, ensure_ascii=False))
        return 0
    click.echo(f"source: {source.described}" + ("" if ring.keys else " (not there yet: made when it is needed)"))
    for line in _lines(ring.ids, census):
        click.echo(line)
    return 0


@keys.command(
    help="Seal everything under a new master key, while daemons run.\n"
    "\n"
    "A new key is put in front of the old one in their file, and all that is stored is sealed under it. It may be "
    "broken off at any time, and goes on when it is run again. The old key stays until `orchd keys prune`. Daemons on "
    "other machines need the new key first: --prepare only puts it into the file, so that this can be copied there."
)
@click.option("--prepare", is_flag=True, help="Only put the new key into the file; the next `rotate` takes it.")
@database_options
def rotate(prepare: bool, **flags: Any) -> int:
    settings = load_settings(flags).settings
    source = _source(settings)
    from orchd.sealing.rotation import announce_key
    from orchd.sealing.rotation import rotate as run_rotation

    if prepare:
        _with_database(settings, lambda database: announce_key(database, source, click.echo))
        return 0
    return 0 if _with_database(settings, lambda database: run_rotation(database, source, click.echo)) else FAILED


@keys.command(help="Remove the master keys under which nothing is sealed any more from their file.")
@database_options
def prune(**flags: Any) -> int:
    settings = load_settings(flags).settings
    source = _source(settings)
    from orchd.sealing.rotation import prune as run_prune

    _with_database(settings, lambda database: run_prune(database, source, click.echo))
    return 0


def _source(settings: Settings) -> "KeySource":
    from orchd.sealing.sources import find_source

    return find_source(settings.data_dir or "", settings.security.master_key_file, os.environ)


def _items(here: tuple[str, ...], census: "Census | None") -> list[dict[str, Any]]:
    """What there is to say of each key: its `id`, its `use`, and how much it has `sealed` in each table."""
    items: list[dict[str, Any]] = []
    for key_id in dict.fromkeys([*here, *(census.counts if census is not None else ())]):
        counts = census.tables(key_id) if census is not None else {}
        use = "seals" if census is not None and key_id == census.anchor else "opens"
        use = use if key_id in here else "missing"
        items.append({"id": key_id, "use": use, "sealed": dict(sorted(counts.items()))})
    return items


def _lines(here: tuple[str, ...], census: "Census | None") -> list[str]:
    """The same, a line each."""
    lines = []
    for item in _items(here, census):
        told = ", ".join(f"{count} in {table}" for table, count in item["sealed"].items()) or "nothing sealed"
        use = "MISSING" if item["use"] == "missing" else item["use"]
        lines.append(f"{item['id'] or '?':<10}{use:<9}{told}")
    return lines


def _with_database(settings: Settings, work: "Callable[[Database], Awaitable[T]]", *, needed: bool = True) -> T | None:
    """Run `work` with the database, which must be up to date; None where there is none yet and it isn't `needed`.

    Raises `StartError`, `OrchdError`, what `work` raises.
    """
    import trio

    from orchd import log
    from orchd.storage import migration_status, open_database

    output = log.configure("error", "text")
    url, timeout = settings.database.url or "", settings.database.timeout_seconds

    async def run() -> T | None:
        status = await migration_status(url, timeout=timeout)
        if not status.applied and not needed:
            return None
        if status.pending:
            raise StartError("the database is not up to date; run `orchd migrate` first")
        async with open_database(url, pool_size=1, timeout=timeout) as database:
            await database.wait_ready()
            return await work(database)

    try:
        return trio.run(run)
    finally:
        if output is not None:
            output.close()
