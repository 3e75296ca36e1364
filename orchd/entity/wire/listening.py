"""What other parts of the daemon hear of changes: each one of a kind, in order, whoever made it, also another daemon.

They hear what is in the log of changes, and nothing while nobody needs it: no connection follows what they tell.
"""

from typing import NamedTuple, Protocol

from orchd.entity.wire.change_queries import LoggedChange, changes_after, first_kept, latest
from orchd.storage import Database, Steps

CHANGES_AT_ONCE = 200


class ChangeListener(Protocol):
    """Hears of changes of rows of one kind. Never waits, never raises."""

    @property
    def kind(self) -> str:
        """What the log of changes calls the rows."""

    def is_needed(self) -> bool:
        """Whether it is to hear of anything now; once it isn't, it is forgotten until it begins anew."""

    def on_logged(self, change: LoggedChange) -> None:
        """A row has changed."""

    def on_gap(self) -> None:
        """Changes that it has not heard of are not known any more."""


class _Batch(NamedTuple):
    """Changes after a number, up to and with `end`; `gap`: some before them are not known any more."""

    changes: list[LoggedChange]
    end: int
    gap: bool
    whole: bool


class ChangeListeners:
    """Up to which change each has heard."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: dict[ChangeListener, int] = {}

    def begin(self, listener: ChangeListener, number: int) -> None:
        """Have it hear of all changes after this number, unless it hears of them already."""
        self._numbers.setdefault(listener, number)

    def are_needed(self) -> bool:
        """Whether any is to hear of anything; those that aren't are forgotten."""
        for listener in [listener for listener in self._numbers if not listener.is_needed()]:
            del self._numbers[listener]
        return bool(self._numbers)

    async def tell(self) -> None:
        """Tell all that there is. Raises `Unavailable`."""
        for listener in list(self._numbers):
            while listener in self._numbers and not await self._tell_some(listener):
                pass

    async def _tell_some(self, listener: ChangeListener) -> bool:
        """Return whether that was all there is."""
        batch = await self._database.read(_heard_after, self._numbers[listener], listener.kind)
        self._numbers[listener] = batch.end
        if batch.gap:
            listener.on_gap()
        for change in batch.changes:
            listener.on_logged(change)
        return batch.whole


def _heard_after(number: int, kind: str) -> Steps[_Batch]:
    end = yield from latest()
    if end <= number:
        return _Batch([], number, gap=False, whole=True)
    first = yield from first_kept()
    changes = yield from changes_after(number, CHANGES_AT_ONCE, (kind,))
    whole = len(changes) < CHANGES_AT_ONCE
    return _Batch(changes, end if whole else changes[-1].number, first is None or first > number + 1, whole)
