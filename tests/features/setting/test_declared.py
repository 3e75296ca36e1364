from typing import Annotated, Any, Literal, TypeAlias

import pytest
from msgspec import Meta

from orchd.errors import Invalid
from orchd.features.setting.declared import LANGUAGE, Setting

Colour: TypeAlias = Literal["green", "red"]
SIZE = Setting("size", Annotated[int, Meta(ge=1, le=9)], 3, "How large.")


@pytest.mark.parametrize("value", [1, 9])
def test_a_value_within_bounds(value: int) -> None:
    assert SIZE.read(value) == SIZE.read_stored(value) == value


@pytest.mark.parametrize("value", [0, 10, "3", None, 1.5, [1], True])
def test_a_value_that_it_can_not_have(value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        SIZE.read(value)
    assert (refused.value.path, "size" in refused.value.message) == ("$.data.value", True)
    assert SIZE.read_stored(value) == 3


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, {"reason": "bound", "minimum": 1}),
        (10, {"reason": "bound", "maximum": 9}),
        ("3", {"reason": "malformed"}),
    ],
)
def test_a_bound_is_told_as_for_any_other_member(value: Any, told: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        SIZE.read(value)
    assert refused.value.details == {**told, "field": "value", "path": "$.data.value"}


@pytest.mark.parametrize("kind", [Colour, tuple[Colour, ...], Annotated[tuple[Colour, ...], Meta(max_length=3)]])
def test_the_words_to_choose_from_are_told(kind: Any) -> None:
    with pytest.raises(Invalid, match=r"^`colours` takes `green`, `red`$") as refused:
        Setting("colours", kind, None, "What is painted.").read("blue" if kind is Colour else ["blue"])
    assert (refused.value.reason, refused.value.details["allowed"]) == ("choice", ["green", "red"])


def test_types_are_told_in_plain_words() -> None:
    with pytest.raises(Invalid, match=r"^`size` can't be that: expected an integer, got a string$"):
        SIZE.read("3")


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hant-TW"])
def test_tags_of_languages(tag: str) -> None:
    assert LANGUAGE.read(tag) == tag


@pytest.mark.parametrize("tag", ["e", "en_GB", "en-", "-en", "é-fr", "<script>", "x" * 36, 7])
def test_what_is_no_tag_of_a_language(tag: Any) -> None:
    with pytest.raises(Invalid) as refused:
        LANGUAGE.read(tag)
    assert refused.value.path == "$.data.value"
