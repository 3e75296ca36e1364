"""From a request's type to what answers it."""

from typing import cast

import pytest
import trio

from orchd.errors import Unavailable
from orchd.protocol.router import Context, Router, Serve, with_demand
from orchd.protocol.types import ClientPayload


async def serve(context: Context, data: ClientPayload) -> bytes:
    """Answers a request."""
    return b""


def test_a_type_finds_what_answers_it() -> None:
    assert Router({"a": serve}, ["a"]).serve("a") is serve


def test_the_router_keeps_its_own_table() -> None:
    table: dict[str, Serve] = {"a": serve}
    router = Router(table, ["a"])
    table.clear()
    assert router.serve("a") is serve


@pytest.mark.parametrize(("serves", "types"), [({}, ["a"]), ({"a": serve}, []), ({"b": serve}, ["a"])])
def test_what_is_declared_and_what_is_answered_are_the_same(serves: dict[str, Serve], types: list[str]) -> None:
    with pytest.raises(ValueError, match="declared"):
        Router(serves, types)


async def test_what_brings_something_is_answered_where_there_is_room() -> None:
    there_is = True

    async def demand() -> None:
        await trio.lowlevel.checkpoint()
        if not there_is:
            raise Unavailable("no room", reason="storage_full")

    serves = with_demand({"grows": serve, "shrinks": serve}, ["grows"], demand)
    context, data = cast("Context", None), ClientPayload()
    assert [await serves[kind](context, data) for kind in ("grows", "shrinks")] == [b"", b""]
    there_is = False
    with pytest.raises(Unavailable, match="no room"):
        await serves["grows"](context, data)
    assert await serves["shrinks"](context, data) == b""
