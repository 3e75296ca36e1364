"""The data of frames that `search` has."""

from __future__ import annotations

from collections.abc import Sequence

from ..runtime.messages import RequestData, ServerData


class SearchQuery(RequestData, kw_only=True):
    """`search`: rows that have all of these words, and what stands in quotes word for word; the best first.

    Of each quote the first 64 words count. A word may also be a part of one, from three letters on (in Korean the
    beginning of one, from one syllable on); where very many words have it, the beginning of one. Of a text without
    blanks (Chinese, Japanese, Thai, ...) any part is found. Case and accents don't matter; other signs are left out, so
    that any text is a query.
    """

    query: str
    """What a person types. 1 to 500 characters."""
    kinds: Sequence[str] | None = None
    """Only rows of these kinds; left out, of all. 1 to 32 of them."""
    since: str | None = None
    """Only rows that have changed since then. At most 35 characters."""
    limit: int | None = None
    """How many entries a page may have. 1 to 50. When it is left out: 20."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 32 characters."""


class SearchResults(ServerData, kw_only=True):
    """The reply to `search`; `nextCursor` is null on the last page, and a page may be short. Of all that fit the
    latest 64 come first, fewer where their texts are long, the best of them before others; then the 64 before those.
    """

    items: list[SearchItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class SearchItem(ServerData, kw_only=True):
    """A row that was found."""

    kind: str
    """What kind of thing it is."""
    id: int
    """Its id."""
    conversation_id: int | None = None
    """Of the conversation that it is in, or is; null for other rows."""
    title: str
    """What it is called in lists."""
    title_places: list[SearchPlace] = []
    """Where what was searched for stands in `title`."""
    excerpt: str
    """A part of its text, around the first place where something stands that was searched for."""
    places: list[SearchPlace] = []
    """Where what was searched for stands in `excerpt`."""
    score: float
    """How well it fits; to be compared with others of the same reply only."""
    changed_at: str
    """When it was made or changed last."""
    conversation_title: str | None = None
    """What the conversation is called that it is in, or is; null for other rows."""


class SearchPlace(ServerData, kw_only=True):
    """Where something stands in a text, in code points."""

    start: int
    """Position of its first code point, from 0."""
    end: int
    """Behind its last code point."""
