"""Whether a database and its directory of files are whole, and belong together."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import trio

from orchd.backup.files import content_path
from orchd.backup.making import CONTENTS, read_contents
from orchd.storage.whole import open_snapshot, open_upkeep


class WholenessReport(NamedTuple):
    """`faults`: of the database; hashes of contents that are `missing` in the directory, or have another size; and of
    those that are there and that no row knows (`unknown`), which the daemon deletes at its next start."""

    faults: list[str]
    missing: list[str]
    unknown: list[str]


async def check_database(url: str, files: Path, timeout: float) -> WholenessReport:
    """Read all of a database, and look which contents are there. Changes nothing. Raises `StartError`, `Unavailable`,
    `OSError`."""
    async with open_upkeep(url, timeout) as upkeep:
        faults = await upkeep.faults()
    if faults:
        return WholenessReport(faults, [], [])  # what it says of files means nothing
    async with open_snapshot(url, timeout) as snapshot:
        shape = (await snapshot.reader.tables()).get(CONTENTS)
        known = dict(await read_contents(snapshot, shape)) if shape is not None else {}
    missing, unknown = await trio.to_thread.run_sync(_compare, files, known)
    return WholenessReport(faults, missing, unknown)


def _compare(files: Path, known: Mapping[str, int]) -> tuple[list[str], list[str]]:
    missing = [sha256 for sha256, size in known.items() if not _has(content_path(files, sha256), size)]
    return missing, sorted(sha256 for sha256 in _contents(files) if sha256 not in known)


def _has(path: Path, size: int) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_size == size
    return False


def _contents(files: Path) -> Iterator[str]:
    for folder in files.iterdir() if files.is_dir() else ():
        if len(folder.name) == 2 and folder.is_dir():
            yield from (path.name for path in folder.iterdir() if len(path.name) == 64)
