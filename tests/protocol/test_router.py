"""From a request's type to what answers it."""

import pytest

from orchd.protocol.router import Context, Router, Serve
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
