"""Pages of what a search finds, on both databases."""

import pytest

from orchd.entity.search.places import ENTRIES
from tests.features.test_search import assistant, names
from tests.fix_workspace import ANN, Desk


async def test_of_long_texts_few_are_looked_at_at_once(entity_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = entity_desk
    monkeypatch.setattr("orchd.entity.search.find_queries.CANDIDATE_BYTES", 900)
    for name in ("One", "Two", "Three"):
        await assistant(desk, name, "rain " * 70)
    assert await names(desk, "rain") == ["Three", "Two", "One"]
    monkeypatch.setattr("orchd.features.search.handlers.WINDOWS_AT_ONCE", 1)
    first = await desk.done(ANN, "search", query="rain")
    assert [item["title"] for item in first["items"]] == ["Three", "Two"]
    second = await desk.done(ANN, "search", query="rain", cursor=first["nextCursor"])
    assert ([item["title"] for item in second["items"]], second["nextCursor"]) == (["One"], None)


async def test_pages_of_what_was_found(entity_desk: Desk) -> None:
    desk = entity_desk
    for number in range(5):
        await assistant(desk, f"Rain {number}")
    whole = await names(desk, "rain")
    first = await desk.done(ANN, "search", query="rain", limit=2)
    second = await desk.done(ANN, "search", query="rain", limit=3, cursor=first["nextCursor"])
    assert [item["title"] for item in (*first["items"], *second["items"])] == whole
    assert second["nextCursor"] is None
    assert whole[0] == "Rain 4", "of those that fit alike the latest comes first"
    beyond = await desk.done(ANN, "search", query="rain", cursor=f"{ENTRIES + 1}.0")
    assert beyond["items"] == [], "nothing of whoever's place comes next"


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_all_that_fits_can_be_reached(entity_desk: Desk, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """The latest of it first, and of those that are looked at together the best."""
    desk = entity_desk
    monkeypatch.setattr("orchd.entity.search.find_queries.CANDIDATES", 4)
    for number in range(11):
        await assistant(desk, f"No {number}", "rain " * (1 + number % 3))
    found, cursor = list[str](), None
    for _ in range(20):
        page = await desk.done(ANN, "search", query="rain", limit=limit, **({"cursor": cursor} if cursor else {}))
        found += [item["title"] for item in page["items"]]
        assert len(page["items"]) <= limit
        cursor = page["nextCursor"]
        if cursor is None:
            break
    windows = ([8, 10, 7, 9], [5, 4, 6, 3], [2, 1, 0])
    assert found == [f"No {number}" for window in windows for number in window]
