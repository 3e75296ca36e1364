"""A program: copies a database, and is killed at a moment that is counted; without one it prints how many there are.

    python -m tests.faults.dying_copy SOURCE TARGET [MOMENT]

A moment is what it is for a restoration (`dying_restore.py`), and before and after each portion that SQLite is given.
"""

import os
import sys
from pathlib import Path

import trio

from orchd.backup.copying import copy_database
from orchd.storage.whole.sqlite_copying import SqliteCopying
from tests.faults.dying_restore import Moments


async def copy(source: str, target: str, moments: Moments) -> None:
    await copy_database(source, target, replace=False, lives=lambda _: False, timeout=60, progress=moments.pass_one)


def main() -> None:
    source, target, *moment = sys.argv[1:]
    moments = Moments(int(moment[0]) if moment else None)
    for name in ("fsync", "link"):
        moments.around(os, name)
    moments.around(Path, "unlink")
    for name in ("make", "_add", "_put", "_settle", "_switch"):
        moments.around(SqliteCopying, name)
    moments.around_statements()
    trio.run(copy, source, target, moments)
    sys.stdout.write(str(moments.count))


if __name__ == "__main__":
    main()
