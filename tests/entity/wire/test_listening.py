"""What parts of the daemon hear of changes: each once, in order, and that some are not known any more; on both
databases."""

import pytest

from orchd.entity import Belonging
from orchd.entity.wire import LoggedChange, RowChange, forget_changes, latest, listening, note
from orchd.entity.wire.listening import ChangeListeners
from orchd.storage import Database


class Ear:
    """Hears as long as it is needed."""

    kind = "task"

    def __init__(self) -> None:
        self.needed = True
        self.heard: list[tuple[int, str]] = []
        self.gaps = 0

    def is_needed(self) -> bool:
        """As set."""
        return self.needed

    def on_logged(self, change: LoggedChange) -> None:
        """Keep it."""
        self.heard.append((change.row_id, change.happening))

    def on_gap(self) -> None:
        """Count it."""
        self.gaps += 1


async def change(store: Database, row_id: int, kind: str = "task", at: int = 10) -> None:
    await store.write(note, RowChange(kind, row_id, "updated", Belonging(1)), at)


async def test_each_change_of_a_kind_is_heard_once_in_order(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "CHANGES_AT_ONCE", 2)
    await change(store, 1)
    listeners, ear = ChangeListeners(store), Ear()
    listeners.begin(ear, await store.read(latest))
    await listeners.tell()
    assert ear.heard == [], "what was before it began"
    for row_id in (2, 3, 4, 5):
        await change(store, row_id)
        await change(store, row_id, "prompt")
    await listeners.tell()
    await listeners.tell()
    assert ear.heard == [(row_id, "updated") for row_id in (2, 3, 4, 5)]
    listeners.begin(ear, 0)
    await listeners.tell()
    assert (len(ear.heard), ear.gaps) == (4, 0), "who hears already doesn't begin anew"


async def test_who_is_needed_no_more_is_forgotten_and_begins_anew(store: Database) -> None:
    listeners, ear = ChangeListeners(store), Ear()
    assert not listeners.are_needed()
    listeners.begin(ear, 0)
    assert listeners.are_needed()
    ear.needed = False
    assert not listeners.are_needed()
    await change(store, 1)
    await listeners.tell()
    ear.needed = True
    listeners.begin(ear, await store.read(latest))
    await change(store, 2)
    await listeners.tell()
    assert (ear.heard, ear.gaps) == ([(2, "updated")], 0)


async def test_who_was_away_too_long_is_told_so(store: Database) -> None:
    listeners, ear = ChangeListeners(store), Ear()
    listeners.begin(ear, 0)
    for row_id in (1, 2):
        await change(store, row_id, at=10)
    await change(store, 3, at=20)
    await store.write(forget_changes, 15, 100)
    await listeners.tell()
    assert (ear.heard, ear.gaps) == ([(3, "updated")], 1)
    await change(store, 4, at=21)
    await store.write(forget_changes, 30, 100)
    await listeners.tell()
    await listeners.tell()
    assert (ear.heard, ear.gaps) == ([(3, "updated")], 2)
