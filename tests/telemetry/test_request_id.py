"""The id of a request: what may be one, and where it goes with."""

import re

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from orchd.telemetry.request_id import accept_id, identify, request_id_here


@pytest.mark.parametrize("offered", ["a", "3f0c-77", "A.b_c-9", "x" * 64])
def test_what_a_sender_calls_it_is_kept(offered: str) -> None:
    assert accept_id(offered) == offered


@given(st.none() | st.text())
def test_no_other_text_gets_into_a_header_or_the_log(offered: str | None) -> None:
    found = accept_id(offered)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", found)
    assert accept_id("a\r\nX-Key: 1") != accept_id("a\r\nX-Key: 1"), "a new one each time"


async def test_tasks_that_a_request_begins_serve_it_and_no_others(nursery: trio.Nursery) -> None:
    seen: dict[str, str | None] = {}

    async def look(name: str) -> None:
        await trio.lowlevel.checkpoint()
        seen[name] = request_id_here()

    async def serve(name: str) -> None:
        identify(name)
        async with trio.open_nursery() as inner:
            inner.start_soon(look, name)
        seen[f"{name} itself"] = request_id_here()

    async with trio.open_nursery() as requests:
        requests.start_soon(serve, "a")
        requests.start_soon(serve, "b")
        requests.start_soon(look, "none")
    assert seen == {"a": "a", "b": "b", "a itself": "a", "b itself": "b", "none": None}
    assert request_id_here() is None
