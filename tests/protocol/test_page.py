"""How much of a list goes into one reply."""

from hypothesis import given
from hypothesis import strategies as st

from orchd.protocol.page import MAX_REPLY_BYTES, beginning, fitting, itself, page, share, size, within

texts = st.lists(st.text(max_size=30), max_size=30)


@given(texts, st.integers(0, 400))
def test_as_many_as_fit_and_no_less(items: list[str], room: int) -> None:
    kept = fitting(items, room)
    assert kept == items[: len(kept)]
    assert len(kept) <= 1 or size(kept) - 1 <= room
    if len(kept) < len(items):
        assert kept
        assert size(items[: len(kept) + 1]) - 1 > room


@given(texts, st.integers(1, 10))
def test_a_page_says_where_the_next_one_begins(rows: list[str], limit: int) -> None:
    rows = rows[: limit + 1]
    items, last = page(rows, limit, itself, str)
    assert items == rows[:limit]
    assert last == (rows[limit - 1] if len(rows) > limit else None)


def test_a_page_ends_by_bytes() -> None:
    rows = ["x" * 200_000 for _ in range(5)]
    items, cursor = page(list(enumerate(rows)), 5, lambda row: row[1], lambda row: str(row[0]))
    assert (len(items), cursor) == (2, "1")


def test_one_item_is_always_there() -> None:
    huge = "x" * (2 * MAX_REPLY_BYTES)
    assert page([huge, "small"], 50, itself, str) == ([huge], huge)
    assert page(["small", huge], 50, itself, str) == (["small"], "small")
    assert fitting([]) == []
    assert (within([]), within([9 * MAX_REPLY_BYTES, 1]), within([1, 2, 3], 3), within([5, 5], 4)) == (0, 1, 2, 1)


@given(texts, st.integers(0, 300))
def test_shares_fill_the_room_and_short_texts_stay_whole(items: list[str], room: int) -> None:
    each = share(items, room)
    there = [text for text in items if text]
    if each is None:
        assert sum(map(size, there)) <= room
        return
    cut = [beginning(text, each) for text in there]
    assert sum(size(text) for text in cut if text) <= room or each < 2
    assert all(text.startswith(part) for text, part in zip(there, cut, strict=True))
    assert any(len(part) < len(text) for text, part in zip(there, cut, strict=True))


@given(st.text(max_size=50), st.integers(2, 100))
def test_a_beginning_is_as_long_as_it_may_be(text: str, room: int) -> None:
    part = beginning(text, room)
    assert text.startswith(part)
    assert size(part) <= room
    assert part == text or size(text[: len(part) + 1]) > room


def test_a_text_without_a_bound_is_whole() -> None:
    assert beginning("x" * 10, None) == "x" * 10
