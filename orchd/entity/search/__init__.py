"""Searching for words in what people keep: the index, kept in the transactions that store rows, and its reading.

Whoever stores a row that can be searched for calls `add`, `change` or `remove` in the same transaction; an `Entity`
does with the members that its `search` names. A `SearchSource` reads rows for what was found, under whoever asks.
"""

from orchd.entity.search.search_queries import SearchText, add, change, give_group, remove
from orchd.entity.search.sources import SearchedRow, SearchSource, TableSource

__all__ = ("SearchSource", "SearchText", "SearchedRow", "TableSource", "add", "change", "give_group", "remove")
