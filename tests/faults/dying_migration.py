"""A program: migrates a database, and is killed at a moment that is counted; without one it prints how many there are.

    python -m tests.faults.dying_migration URL DIRECTORY [MOMENT]

A moment is before and after each statement of a migration on SQLite, and of all that MySQL is sent.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import trio

from orchd.storage import migrate
from orchd.storage.sqlite import sqlite_migrate
from tests.faults.dying_restore import Moments


def main() -> None:
    url, directory, *moment = sys.argv[1:]
    moments = Moments(int(moment[0]) if moment else None)
    whole = sqlite_migrate._whole_statements

    def counted(pieces: Iterable[str]) -> Iterator[str]:
        for statement in whole(pieces):
            moments.pass_one()
            yield statement
            moments.pass_one()

    sqlite_migrate._whole_statements = counted
    moments.around_statements()
    trio.run(lambda: migrate(url, migrations=Path(directory)))
    sys.stdout.write(str(moments.count))


if __name__ == "__main__":
    main()
