"""A view has the members of its struct, and no others."""

import pytest
from msgspec import Struct

from orchd.entity import view
from tests.entity.things import Thing, ThingCreate, ThingUpdate


class Label(Struct):
    long_name: str
    size: int


def test_what_is_not_said_is_taken_from_the_row() -> None:
    sent = ThingCreate("one", "red", tags=("x",))
    assert view(ThingCreate, sent, colour="blue") == ThingCreate("one", "blue", tags=("x",))
    assert view(Label, sent, size=3) == Label("one", 3)
    assert view(ThingUpdate, sent, thing_id=7).thing_id == 7


def test_a_member_that_nobody_has_is_an_error() -> None:
    with pytest.raises(AttributeError):
        view(Label, ThingCreate("one"))
    with pytest.raises(AttributeError):
        view(Thing, ThingCreate("one"), id=1)
