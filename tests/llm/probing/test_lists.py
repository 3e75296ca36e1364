import json
import tracemalloc
from typing import Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.probing.lists import (
    MAX_ITEM_BYTES,
    MAX_LIST_BYTES,
    MAX_LISTED,
    Items,
    ListTooLongError,
    find_items,
    read_items,
)


def find(value: Any) -> Items | None:
    return find_items(json.dumps(value).encode())


async def read(items: Items | None) -> list[Any]:
    assert items is not None
    return await read_items(items, lambda item: item.get("id"))


@pytest.mark.parametrize(
    "value",
    [
        {"data": [{"id": "a"}, {"id": "b"}]},
        {"models": [{"id": "a"}, {"id": "b"}]},
        [{"id": "a"}, {"id": "b"}],
        ["a", {"id": "b"}],
        {"data": None, "models": ["a", "b"]},
        {"data": [{"id": "a"}, 3, None, [], {"id": None}, {"id": "b"}], "error": None},
        {"error": "", "data": ["a", "b"]},
    ],
)
async def test_the_shapes_in_use(value: Any) -> None:
    assert await read(find(value)) == ["a", "b"]


@pytest.mark.parametrize("value", [{"data": None}, {"models": None}, {"data": []}, []])
async def test_an_empty_list(value: Any) -> None:
    assert await read(find(value)) == []


@pytest.mark.parametrize(
    "value", [{}, {"data": {"id": "a"}}, {"data": ["a"], "error": {"message": "no"}}, "a", 3, None, {"items": []}]
)
def test_what_is_no_list(value: Any) -> None:
    assert find(value) is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[", b'{"data": [', b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe"])
def test_what_is_no_json(body: bytes) -> None:
    assert find_items(body) is None


@pytest.mark.parametrize("body", [b'[{"id": "a", "x": NaN}]', b' \n{"data": [{"id": "a", "x": "\xff"}]}'])
async def test_what_only_a_lenient_reader_takes(body: bytes) -> None:
    assert await read(find_items(body)) == ["a"]


async def test_lone_surrogates_are_replaced() -> None:
    assert await read(find_items(b'[{"id": "a\\ud83d"}]')) == ["a\ufffd"]


async def test_only_so_many_are_kept_and_others_get_their_turn() -> None:
    items = find([{"id": str(number)} for number in range(MAX_LISTED + 5)])
    assert items is not None
    assert (len(items.raw), items.total) == (MAX_LISTED, MAX_LISTED + 5)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await trio.lowlevel.checkpoint()
            turns += 1

    async with trio.open_nursery() as nursery:
        nursery.start_soon(others)
        assert len(await read(items)) == MAX_LISTED
        nursery.cancel_scope.cancel()
    assert turns > 5


async def test_an_item_of_its_own_length_is_left_out() -> None:
    assert await read(find([{"id": "a", "text": "x" * MAX_ITEM_BYTES}, {"id": "b"}])) == ["b"]


@pytest.mark.parametrize(
    ("body", "fine"),
    [
        (b"[" + b"{}," * 4_000_000 + b"{}]", False),
        (b"[" + b'"",' * 4_000_000 + b'""]', False),
        (b"[" + b'{"a":' * 2_000_000 + b"1" + b"}" * 2_000_000 + b"]", False),
        (b"[" + b"1," * 7_000_000 + b"1]", True),
        (b"[" + b"[]," * 5_000_000 + b"[]]", True),
        (b"[" * 16_000_000, True),
        (b'{"data":[' + b"null," * 3_000_000 + b"null]}", True),
        (b" " * MAX_LIST_BYTES + b"[]", False),
    ],
)
def test_a_list_made_to_fill_the_memory(body: bytes, fine: bool) -> None:
    """`fine`: it is seen to be no list of models; else it is refused for its length."""
    tracemalloc.start()
    try:
        if fine:
            assert find_items(body) is None
        else:
            with pytest.raises(ListTooLongError):
                find_items(body)
        assert tracemalloc.get_traced_memory()[1] < 2 * MAX_LIST_BYTES
    finally:
        tracemalloc.stop()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "data", "models"]), inner),
    max_leaves=15,
)


@given(JSON)
def test_no_json_crashes_it(value: Any) -> None:
    items = find(value)
    if items is not None:
        assert all(isinstance(item, dict) for item in trio.run(read_items, items, lambda item: item))


def test_a_byte_order_mark_before_a_list() -> None:
    assert find_items(b'\xef\xbb\xbf["a"]') == find(["a"])
