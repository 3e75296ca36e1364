"""Frames of searching."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from orchd.protocol.types import ClientPayload, Count, Moment, RowId, ServerPayload, Timestamp

SearchKind: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=32,
        description="What kind of row: `message`, `conversation`, `task`, or something else that people keep, "
        "`assistant` for instance.",
    ),
]


class SearchQuery(ClientPayload, frozen=True):
    """`search`: rows that have all of these words, and what stands in quotes word for word; the best first.

    Of each quote the first 64 words count. A word may also be a part of one, from three letters on (in Korean the
    beginning of one, from one syllable on); where very many words have it, the beginning of one. Of a text without
    blanks (Chinese, Japanese, Thai, ...) any part is found. Case and accents don't matter; other signs are left out, so
    that any text is a query.
    """

    query: Annotated[str, Meta(min_length=1, max_length=500)]
    """What a person types."""
    kinds: Annotated[tuple[SearchKind, ...], Meta(min_length=1, max_length=32)] | None = None
    """Only rows of these kinds; left out, of all."""
    since: Moment | None = None
    """Only rows that have changed since then."""
    limit: Annotated[int, Meta(ge=1, le=50)] = 20
    cursor: Annotated[str, Meta(min_length=1, max_length=32)] | None = None


class SearchPlace(Struct, frozen=True):
    """Where something stands in a text, in code points."""

    start: Count
    end: Count
    """Behind its last code point."""


class SearchItem(Struct, frozen=True, rename="camel"):
    """A row that was found."""

    kind: SearchKind
    id: RowId
    conversation_id: RowId | None
    """Of the conversation that it is in, or is; null for other rows."""
    title: str
    title_places: list[SearchPlace]
    """Where what was searched for stands in `title`."""
    excerpt: str
    """A part of its text, around the first place where something stands that was searched for."""
    places: list[SearchPlace]
    """Where what was searched for stands in `excerpt`."""
    score: Annotated[float, Meta(ge=0)]
    """How well it fits; to be compared with others of the same reply only."""
    changed_at: Timestamp
    """When it was made or changed last."""
    conversation_title: str | None = None
    """What the conversation is called that it is in, or is; null for other rows."""


class SearchResults(ServerPayload, frozen=True):
    """The reply to `search`; `nextCursor` is null on the last page, and a page may be short. Of all that fit the latest
    64 come first, fewer where their texts are long, the best of them before others; then the 64 before those.
    """

    items: list[SearchItem]
    next_cursor: str | None
