"""Searching for words in what people keep: the index, kept in the transactions that store rows, and its reading.

Whoever stores a row that can be searched for calls `add`, `change` or `remove` in the same transaction; an `Entity`
does if its `search` names members. A `SearchSource` reads rows for the index, and those found under whoever asks.
"""

from orchd.entity.search.search_queries import SearchEntry, add, change, give_group, remove
from orchd.entity.search.sources import SearchedRow, SearchSource, TableSource

__all__ = ("SearchEntry", "SearchSource", "SearchedRow", "TableSource", "add", "change", "give_group", "remove")
