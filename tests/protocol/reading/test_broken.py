"""Reading what is no JSON: the outermost id, the place of half a character, and never much time."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.protocol.reading.broken import MAX_TOKENS, id_token, unpaired_surrogate

values = st.recursive(
    st.none() | st.integers() | st.text(alphabet='id"\\{}[],: \n'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='id"\\{', max_size=4), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["type", "data", "ids"]), values), st.text(), st.integers(0, 3))
def test_the_id_is_found_wherever_it_stands(members: dict[str, object], request_id: str, place: int) -> None:
    items = list(members.items())
    items.insert(place, ("id", request_id))
    token = id_token(json.dumps(dict(items)))
    assert token is not None
    assert json.loads(token) == request_id


@given(values, st.integers(0, 200))
def test_no_id_is_invented(value: object, cut: int) -> None:
    assert id_token(json.dumps({"data": value})[:-cut]) is None


def test_what_comes_very_late_is_not_looked_for() -> None:
    assert id_token('{"a":[' + '"x",' * MAX_TOKENS + '],"id":"a"}') is None


@pytest.mark.parametrize(
    "text",
    [
        '"\\' * 500_000,
        '"' * 1_000_000,
        '["' * 500_000,
        "\\" * 1_000_000,
        "{" + " " * 1_000_000,
        '{"id"' + " " * 1_000_000,
    ],
)
@pytest.mark.timeout(90)
def test_a_long_text_takes_little_time(text: str) -> None:
    """A guard against time that grows with the square: that would be minutes."""
    assert id_token(text) is None


def test_whole_characters_are_no_fault() -> None:
    assert unpaired_surrogate('{"a":"\\ud83d\\ude00"}', "") is None
    assert unpaired_surrogate('{"a":"\\ud83d"', "") is None, "not even JSON otherwise"
    assert unpaired_surrogate('{"a":"b"}', "") is None


def test_among_very_many_values_no_place_is_told() -> None:
    refused = unpaired_surrogate('["\\ud83d"' + ',""' * 60_000 + "]", "")
    assert refused is not None
    assert refused.details["path"] in ("$", "$[0]")
