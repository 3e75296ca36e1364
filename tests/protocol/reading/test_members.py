"""What a request's type says of one of its members."""

from typing import Annotated, Literal

import pytest
from msgspec import UNSET, Meta, Struct, UnsetType, field

from orchd.errors import NotFound
from orchd.protocol.reading.members import allowed_values, locate
from orchd.protocol.types import ClientPayload

Mood = Annotated[Literal["good", "bad"], Meta(title="Mood")]


class Red(Struct, frozen=True, tag_field="kind", tag="red"):
    shade: Mood | None = None


class Blue(Struct, frozen=True, tag_field="kind", tag="blue"):
    shade: Literal["dark"] = "dark"


class Paint(ClientPayload, frozen=True):
    first_mood: Mood = "good"
    moods: Annotated[tuple[Mood, ...], Meta(max_length=3)] = ()
    by_name: dict[str, Mood] = field(default_factory=dict)
    coats: list[Red | Blue] = field(default_factory=list)
    text: str | UnsetType = UNSET
    size: Literal[1, 2] = 1


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$.firstMood", ["bad", "good"]),
        ("$.moods[0]", ["bad", "good"]),
        ("$.byName[...]", ["bad", "good"]),
        ("$.coats[12].kind", ["blue", "red"]),
        ("$.coats[0].shade", ["bad", "dark", "good"]),
        ("$.text", []),
        ("$.size", []),
        ("$.missing.deeper[0]", []),
        ("$", []),
    ],
)
def test_the_values_of_an_enumeration(path: str, values: list[str]) -> None:
    assert sorted(allowed_values(Paint, path)) == values


def test_a_member_that_the_request_has_said_is_at_fault() -> None:
    error = NotFound("no such mood", field="firstMood")
    locate(error, Paint(first_mood="bad"))
    assert error.path == "$.data.firstMood"


@pytest.mark.parametrize("name", [None, "text", "elsewhere"])
def test_what_the_request_has_not_said_has_no_place(name: str | None) -> None:
    error = NotFound("no such text", field=name)
    locate(error, Paint())
    assert error.path is None


def test_a_place_that_is_known_stays() -> None:
    error = NotFound("no such mood", field="firstMood", path="$.data.moods[1]")
    locate(error, Paint())
    assert error.path == "$.data.moods[1]"
