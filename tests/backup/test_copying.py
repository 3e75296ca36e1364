"""A database copied into one of the other kind has the same rows; where it can't be, nothing has changed."""

import pytest

from orchd.backup.copying import copy_database
from orchd.errors import StartError
from orchd.storage import Database
from tests.backup.test_restoring import opened, other_url
from tests.whole import ROWS, all_rows, fill_all, tables

__all__ = ("other_url",)


async def copy(source: str, target: str, *, replace: bool = False) -> dict[str, int]:
    report = await copy_database(
        source, target, replace=replace, lives=lambda _: False, timeout=10, progress=lambda *_: None
    )
    return {name: figures.rows for name, figures in report.tables.items()}


async def test_all_rows_are_copied_once_and_again(store: Database, database_url: str, other_url: str) -> None:
    stored = await fill_all(store)
    assert await copy(database_url, other_url) == dict.fromkeys(tables(), ROWS)
    with pytest.raises(StartError, match="--replace"):
        await copy(database_url, other_url)
    await copy(database_url, other_url, replace=True)
    async with opened(other_url) as other:
        assert await other.read(all_rows) == stored
