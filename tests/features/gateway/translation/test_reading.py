"""Whatever a program sends to an API that is translated, it is answered or told what is wrong."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.fix_upstream import DONE, delta, finish
from tests.gateway_desk import open_desk, text_of

RECORDED = Path(__file__).parent.parent / "recorded"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CHANGES = st.lists(st.tuples(st.integers(0, 10_000), JSON | st.just("data:") | st.just(" ")), min_size=4, max_size=12)
BREAKS = st.lists(st.tuples(st.integers(0, 3_000), st.binary(max_size=3)), max_size=4)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a JSON value, by what leads there."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from places(each, (*path, name))


def changed(value: Any, place: int, other: Any) -> Any:
    """A JSON value with another one in one of its places."""
    copy = json.loads(json.dumps(value))
    found = list(places(copy))
    path = found[place % len(found)]
    if not path:
        return other
    within = copy
    for name in path[:-1]:
        within = within[name]
    within[path[-1]] = other
    return copy


@pytest.mark.parametrize(
    ("path", "recorded"),
    [
        ("/v1/responses", "codex.json"),
        ("/v1/messages", "claude_code.json"),
        ("/v1/messages/count_tokens", "claude_code.json"),
    ],
)
@settings(max_examples=examples(40), deadline=None)
@given(changes=CHANGES, breaks=BREAKS)
def test_no_body_is_a_defect(
    path: str, recorded: str, changes: list[tuple[int, Any]], breaks: list[tuple[int, bytes]]
) -> None:
    valid = {**json.loads((RECORDED / recorded).read_text("utf-8")), "model": "m"}
    text = json.dumps(valid).encode()
    bodies = [json.dumps(changed(valid, place, other)).encode() for place, other in changes]
    bodies += [text[:at] + some + text[at + len(some) :] for at, some in breaks]

    async def ask_all() -> None:
        async with open_desk() as desk:
            desk.upstream.says(delta(content="a"), finish(), DONE)
            assert (await desk.ask(path, {**valid, "stream": False})).status == 200
            for body in bodies:
                page = await desk.ask(path, body)
                assert page.status != 500, body
                if page.pieces is not None:
                    await text_of(page)
                elif page.status == 400:
                    assert json.loads(page.body)["error"]["code"] in ("invalid", "upstream_error"), body
                assert (desk.memory.held, desk.gateway.running()) == (0, 0)

    trio.run(ask_all, clock=trio.testing.MockClock(autojump_threshold=0))
