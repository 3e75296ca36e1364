"""SQL of the table `daemon`: the runs of daemons on this database."""

from collections.abc import Collection
from typing import NamedTuple

from orchd.storage import Statement, Steps


class DaemonRow(NamedTuple):
    """One run: the members of a `processes.Life`, and when it last said that it lives, in Unix milliseconds."""

    epoch: str
    machine: str
    pid: int
    pid_started: int
    seen_at: int


def register(row: DaemonRow, forget_before: int) -> Steps[None]:
    """Insert this run, or renew it, and drop runs elsewhere that were not seen since `forget_before`: of those here the
    process says more than a clock does, which may just have been set."""
    yield Statement(
        "DELETE FROM daemon WHERE epoch = ? OR (seen_at < ? AND machine <> ?)", (row.epoch, forget_before, row.machine)
    )
    yield Statement("INSERT INTO daemon (epoch, machine, pid, pid_started, seen_at) VALUES (?, ?, ?, ?, ?)", tuple(row))


def find(epochs: Collection[str]) -> Steps[list[DaemonRow]]:
    """Return the rows of `epochs` (not empty) that exist."""
    marks = ", ".join("?" * len(epochs))
    found = yield Statement(
        f"SELECT epoch, machine, pid, pid_started, seen_at FROM daemon WHERE epoch IN ({marks})",
        tuple(epochs),
    )
    return [DaemonRow(*row) for row in found.rows]


def seen_since(since: int) -> Steps[list[DaemonRow]]:
    """Return the runs that have said since then that they live."""
    found = yield Statement(
        "SELECT epoch, machine, pid, pid_started, seen_at FROM daemon WHERE seen_at > ? ORDER BY epoch", (since,)
    )
    return [DaemonRow(*row) for row in found.rows]


def remove(epoch: str) -> Steps[None]:
    """Forget a run that has ended."""
    yield Statement("DELETE FROM daemon WHERE epoch = ?", (epoch,))
