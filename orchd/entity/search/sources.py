"""Where rows come from that can be searched for: read for the index, and for whoever has found them."""

from collections.abc import Callable, Collection
from typing import Generic, NamedTuple, Protocol, TypeVar

from msgspec import Struct

from orchd.entity.owned_table import OwnedTable
from orchd.entity.owner import Belonging, Owner
from orchd.entity.search.search_queries import SearchEntry
from orchd.entity.search.words import MAX_CHARACTERS
from orchd.entity.table import Table
from orchd.errors import NotFound
from orchd.storage import Steps

R = TypeVar("R", bound=Struct)

SHOWN_CHARACTERS = MAX_CHARACTERS + 1_000
"""How much of a text leaves here: its words are looked for no further, and the last one is shown with what follows."""
ROWS_AT_ONCE = 8
"""Rows that are in memory together, with texts of any length."""


class SearchedRow(NamedTuple):
    """What of a row is searched, and shown of it; `at`: when it was made or changed last, in Unix milliseconds;
    `group_id`: the conversation that it is in, if it is in one."""

    row_id: int
    title: str
    text: str
    at: int
    group_id: int | None = None


class SearchSource(Protocol):
    """Rows of one kind."""

    @property
    def kind(self) -> str:
        """What they are called in the index."""

    def read(self, owner: Owner, row_ids: Collection[int]) -> Steps[dict[int, SearchedRow]]:
        """Return those of some rows that somebody may see; of long texts their beginning."""

    def texts(self, row_ids: Collection[int]) -> Steps[dict[int, tuple[str, str]]]:
        """Return the titles of rows and the beginning of what else of them is searched; of those that are there, and of
        which something is."""

    def after(self, row_id: int, limit: int) -> Steps[tuple[list[SearchEntry], int | None]]:
        """Return the entries of up to `limit` rows after one, and the id of the last of them; None where there are no
        more."""

    def there(self, row_ids: Collection[int]) -> Steps[set[int]]:
        """Return which of some rows there are."""


class TableSource(Generic[R]):
    """The rows of a table; `show` says what of one is searched, None for one that is not yet."""

    def __init__(
        self,
        kind: str,
        rows: OwnedTable[R],
        show: Callable[[R], SearchedRow | None],
        whose: Callable[[R], Steps[Belonging]],
    ) -> None:
        self.kind = kind
        self._rows, self._show, self._whose = rows, show, whose

    def read(self, owner: Owner, row_ids: Collection[int]) -> Steps[dict[int, SearchedRow]]:
        """Return those of some rows that somebody may see."""
        return (yield from self._read(self._rows.seen_by(owner), row_ids))

    def texts(self, row_ids: Collection[int]) -> Steps[dict[int, tuple[str, str]]]:
        """Return what of rows is searched."""
        rows = yield from self._read(self._rows.everybodys, row_ids)
        return {row_id: (row.title, row.text) for row_id, row in rows.items()}

    def _read(self, table: Table[R], row_ids: Collection[int]) -> Steps[dict[int, SearchedRow]]:
        wanted, found = list(row_ids), dict[int, SearchedRow]()
        for start in range(0, len(wanted), ROWS_AT_ONCE):
            rows = yield from table.find_all(wanted[start : start + ROWS_AT_ONCE])
            for row_id, row in rows.items():
                if (shown := self._show(row)) is not None:
                    found[row_id] = shown._replace(text=shown.text[:SHOWN_CHARACTERS])
        return found

    def after(self, row_id: int, limit: int) -> Steps[tuple[list[SearchEntry], int | None]]:
        """Return the entries of some rows."""
        table = self._rows.everybodys
        ids = yield from table.ids_after(row_id, limit)
        entries: list[SearchEntry] = []
        for each in ids:
            entry = yield from self._entry((yield from table.get(each)))
            if entry is not None:
                entries.append(entry)
        return entries, ids[-1] if len(ids) == limit else None

    def _entry(self, row: R) -> Steps[SearchEntry | None]:
        shown = self._show(row)
        if shown is None:
            return None
        try:
            belongs = yield from self._whose(row)
        except NotFound:  # what it belongs to was removed
            return None
        return SearchEntry(self.kind, shown.row_id, belongs, shown.at, shown.group_id)

    def there(self, row_ids: Collection[int]) -> Steps[set[int]]:
        """Return which of some rows there are."""
        return (yield from self._rows.everybodys.there(row_ids))
