"""SQL that counts what would be deleted, as those choose it who delete it."""

from collections.abc import Callable

from orchd.protocol.types import MAX_INTEGER
from orchd.storage import Steps, counting


def count_chosen(purge: Callable[[int, int], Steps[int]], before: int) -> Steps[int]:
    """Return how many rows from before a time the first statement of `purge` chooses; it gets no further."""
    deleting = purge(before, MAX_INTEGER)
    chosen = next(deleting)
    deleting.close()
    found = yield counting(chosen)
    return int(found.rows[0][0])
