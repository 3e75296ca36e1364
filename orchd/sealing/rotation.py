"""Changing the master key of a database while daemons use it.

A rotation has three steps, and each may be cut off at any point and begun again. A new key comes first in the file,
and seals nothing yet. Then the anchor is sealed under it, which makes all daemons seal under it from that commit on
(they look for a key that they don't know in the file), and after it all other values, a few in a transaction. The old
key stays, since copies of the file and of the database may be elsewhere; it goes in a step of its own, which refuses
while a value is sealed under it. Where a rotation stands is read off the values themselves.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from orchd.errors import ConfigurationError
from orchd.sealing.key_file import changing, replace
from orchd.sealing.master_key import KeyRing, MasterKey, make_key
from orchd.sealing.resealing_queries import SEALED_TABLES, SERVER_KEYS, SealedRow, page, reseal
from orchd.sealing.sources import KeySource
from orchd.sealing.vault import ANCHOR
from orchd.storage import Database

BATCH: Final = 100
"""Values in one transaction: some milliseconds, for which other transactions wait on SQLite."""
_PAGE: Final = 500
_SHOWN: Final = 10

Report: TypeAlias = Callable[[str], None]
"""Takes a line for the operator."""


class Census:
    """Which master keys have sealed what."""

    def __init__(self, rows: Sequence[SealedRow]) -> None:
        self.rows = rows
        self.counts = Counter(row.key_id for row in rows)
        """How many values each key has sealed, by its id."""
        self.anchor = next((row.key_id for row in rows if row.table == SERVER_KEYS and row.row == ANCHOR), None)
        """The key under which everything is to be sealed; None while nothing is."""

    def tables(self, key_id: str) -> Counter[str]:
        """Return how many values a key has sealed in each table."""
        return Counter(row.table.name for row in self.rows if row.key_id == key_id)


async def take_census(database: Database) -> Census:
    """Look at all sealed values. Raises `Unavailable`."""
    rows: list[SealedRow] = []
    for table in SEALED_TABLES:
        after: int | str | None = None
        while found := await database.read(page, table, after, _PAGE):
            rows += found
            after = found[-1].row
    return Census(rows)


async def announce_key(database: Database, source: KeySource, report: Report) -> None:
    """Put a new key into the file, for a rotation that begins when all machines have it.

    Raises `ConfigurationError` when that can't be done, `Unavailable`.
    """
    target, is_new = await _target(database, source)
    what = "is new in" if is_new else "waits already in"
    report(f"the master key {target.id} {what} {source.described}, and seals nothing yet")
    report("copy that file to all machines with a daemon of this database, then run `orchd keys rotate`")


async def rotate(database: Database, source: KeySource, report: Report) -> bool:
    """Seal everything under a new key, or go on with what was begun; tell whether nothing is left under other keys.

    Raises `ConfigurationError` when that can't be done, `Unavailable`.
    """
    target, is_new = await _target(database, source)
    ring = source.read()
    report(f"the master key {target.id} {'is new' if is_new else 'stands first'} in {source.described}")
    await database.write(reseal, SERVER_KEYS, [ANCHOR], ring, target)
    await _reseal_all(database, ring, target, report)
    census = await take_census(database)
    left = [row for row in census.rows if row.key_id != target.id]
    for row in left[:_SHOWN]:
        why = "it is damaged" if ring.find(row.key_id) or not row.key_id else "that key is not here"
        report(f"left as it is: {row}, sealed under the master key {row.key_id or '?'}: {why}")
    if census.rows:
        done = len(census.rows) - len(left)
        report(f"{done} of {len(census.rows)} secrets are sealed under the master key {target.id} by now")
    else:
        report(f"no secret is stored yet; the first one will be sealed under the master key {target.id}")
    if not left and len(ring.keys) > 1 and source.writable:
        report(
            "the older keys stay in the file, since daemons elsewhere and backups may need them; "
            "once none does, `orchd keys prune` removes them"
        )
    return not left


async def prune(database: Database, source: KeySource, report: Report) -> None:
    """Remove the keys that have sealed nothing which is there, the first aside.

    Raises `ConfigurationError` when that can't be done, `Unavailable`.
    """
    path = _file_of(source, "take the keys that nothing is sealed under out of it yourself (`orchd keys list`)")
    with changing(path):
        ring, census = source.read(), await take_census(database)
        first = _first(ring)
        if census.anchor not in (None, first.id):
            raise ConfigurationError("a rotation has begun and is not finished: run `orchd keys rotate` first")
        kept = [key for key in ring.keys if key == first or census.counts[key.id]]
        gone = [key.id for key in ring.keys if key not in kept]
        if gone:
            replace(path, KeyRing(kept))
    for key_id in gone:
        report(f"the master key {key_id} was removed from {source.described}")
    for key in kept[1:]:
        report(f"the master key {key.id} is kept: {census.counts[key.id]} values are sealed under it")
    if not gone:
        report("there is no key that could be removed")


async def _target(database: Database, source: KeySource) -> tuple[MasterKey, bool]:
    """Return the key to seal under, and whether it was made now: the first, unless all is sealed under it already."""
    census = await take_census(database)
    ring = source.read()  # after it: a key stands in the file before anything is sealed under it
    first = _first(ring)
    if census.anchor is not None and ring.find(census.anchor) is None:
        raise ConfigurationError(
            f"this database is sealed under the master key {census.anchor}, which {source.described} does not hold; "
            "run this where the daemon's own key is (its systemd credential, its environment), or restore that key"
        )
    if any(key_id != first.id and ring.find(key_id) for key_id in census.counts):
        return first, False
    path = _file_of(
        source,
        "put a new key (`openssl rand -base64 32`) in front of the old one there, start all daemons of this database "
        "again, and run `orchd keys rotate` once more",
    )
    with changing(path):
        ring = source.read()
        if _first(ring) != first:  # somebody else has begun meanwhile
            return _first(ring), False
        new = make_key()
        replace(path, KeyRing([new, *ring.keys]))
    return new, True


def _first(ring: KeyRing) -> MasterKey:
    if ring.first is None:
        raise ConfigurationError(
            "there is no master key yet: it is made when something is sealed first, or by `orchd keys init`"
        )
    return ring.first


def _file_of(source: KeySource, instead: str) -> Path:
    if source.path is None or not source.writable:
        raise ConfigurationError(f"orchd can't change {source.described}: {instead}")
    return source.path


async def _reseal_all(database: Database, ring: KeyRing, target: MasterKey, report: Report) -> None:
    """Seal anew what is under other keys of the ring, in batches, each of which is whole whatever happens."""
    rows = [row for row in (await take_census(database)).rows if row.key_id != target.id and ring.find(row.key_id)]
    done = 0
    for table in SEALED_TABLES:
        own = [row.row for row in rows if row.table == table]
        for start in range(0, len(own), BATCH):
            done += await database.write(reseal, table, own[start : start + BATCH], ring, target)
            report(f"{done} of {len(rows)} values are sealed anew")
