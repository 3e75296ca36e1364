"""A program: restores a backup, and is killed at a moment that is counted; without one it prints how many there are.

    python -m tests.faults.dying_restore FILE URL [MOMENT]

A moment is each word about the progress, and before and after whatever makes something durable: a statement that MySQL
is sent, `fsync`, `link`, `rename`, `unlink` and what makes the old file unreadable.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import trio

from orchd.backup.restoring import restore_backup
from orchd.storage.mysql.mysql_connection import MysqlConnection


class Moments:
    """Counts, and dies at one of them."""

    def __init__(self, last: int | None) -> None:
        self.count = 0
        self._last = last

    def pass_one(self, *_: object) -> None:
        """Be at the next one."""
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def around(self, place: Any, name: str) -> None:
        """Have a moment before and after each call of a function."""
        function: Callable[..., Any] = getattr(place, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.pass_one()
            try:
                return function(*args, **kwargs)
            finally:
                self.pass_one()

        setattr(place, name, call)

    def around_statements(self) -> None:
        """Have a moment before and after each statement."""
        execute = MysqlConnection._execute

        async def call(connection: MysqlConnection, sql: str, params: Any) -> Any:
            self.pass_one()
            try:
                return await execute(connection, sql, params)
            finally:
                self.pass_one()

        MysqlConnection._execute = call  # type: ignore[method-assign, assignment]


async def restore(file: str, url: str, moments: Moments) -> None:
    with open(file, "rb") as source:  # noqa: ASYNC230, PTH123  # it is alone
        await restore_backup(
            source, url, None, replace=True, lives=lambda _: False, timeout=60, progress=moments.pass_one
        )


def main() -> None:
    file, url, *moment = sys.argv[1:]
    moments = Moments(int(moment[0]) if moment else None)
    for name in ("fsync", "link", "pwrite"):
        moments.around(os, name)
    for name in ("rename", "unlink"):
        moments.around(Path, name)
    moments.around_statements()
    trio.run(restore, file, url, moments)
    sys.stdout.write(str(moments.count))


if __name__ == "__main__":
    main()
