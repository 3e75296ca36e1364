"""What is said of a body before anything is made of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchd.errors import Invalid, TooLarge
from orchd.features.gateway import places
from orchd.features.gateway.anthropic.request import read_request as read_messages
from orchd.features.gateway.bodies import read_body, read_members
from orchd.features.gateway.ollama.requests import read_chat, read_embed, read_generate
from orchd.features.gateway.places import MAX_STRUCTURE, check_structure
from orchd.features.gateway.responses.request import read_request as read_responses

MOST = 1000
READERS: dict[str, Callable[..., object]] = {
    "completions": partial(read_body, required="messages"),
    "responses": read_responses,
    "messages": read_messages,
    "chat": read_chat,
    "generate": read_generate,
    "embed": partial(read_embed, required="input"),
}


@pytest.mark.parametrize("name", READERS)
def test_many_values_are_refused_unread(name: str) -> None:
    """Such a body isn't even JSON: it is refused for its length before that is seen."""
    with pytest.raises(TooLarge) as refused:
        READERS[name](b'{"a":[' + b'"",' * MOST, text_bytes=MOST)
    assert refused.value.details["maxBytes"] == MOST


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("unit", ["[]", "{}", '{"a":0}'])
def test_much_structure_is_refused_unread(name: str, unit: str) -> None:
    """Each value takes its time, within the length that texts may have, too."""
    body = b'{"a":[' + b",".join([unit.encode()] * MAX_STRUCTURE)
    with pytest.raises(TooLarge) as refused:
        READERS[name](body, text_bytes=2**20)
    assert refused.value.details["maxItems"] == MAX_STRUCTURE


MARKED = st.text(st.sampled_from('{[:"\\, x'), max_size=8)
JSON = st.recursive(
    MARKED | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(MARKED, inner), max_leaves=30
)


def structure(value: Any) -> int:
    """How many objects, lists and members a value has."""
    if isinstance(value, list):
        return 1 + sum(map(structure, value))
    return 1 + sum(1 + structure(held) for held in value.values()) if isinstance(value, dict) else 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON, st.integers(-1, 1))
def test_what_stands_in_texts_is_no_structure(monkeypatch: pytest.MonkeyPatch, value: Any, more: int) -> None:
    monkeypatch.setattr(places, "MAX_STRUCTURE", structure(value) - more)
    if more > 0:
        with pytest.raises(TooLarge):
            check_structure(msgspec.json.encode(value))
    else:
        check_structure(msgspec.json.encode(value))


@pytest.mark.parametrize("image", ["aGVs" * MOST, r"a\/-_" * MOST])
def test_images_are_no_texts(image: str) -> None:
    """What base64 consists of, in any of its alphabets, counts as an image until it is known to be none."""
    url = "data:image/png;base64," + image
    parts = f'[{{"type":"image_url","image_url":{{"url":"{url}"}}}}]'
    body = read_body(f'{{"messages":[{{"role":"user","content":{parts}}}]}}'.encode(), MOST * 2, "messages")
    assert body.size < MOST * 2
    with pytest.raises(TooLarge):
        read_body(f'{{"messages":[{{"role":"user","content":"{image}"}}]}}'.encode(), MOST * 2, "messages")


def test_what_is_no_object_is_told() -> None:
    with pytest.raises(Invalid, match="trailing comma in object"):
        read_members(b'{"a": 1,}')
