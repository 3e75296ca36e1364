"""A view has the members of its struct, and no others; a patch changes those that it gives."""

import pytest
from msgspec import Struct, structs

from orchd.entity import apply_patch, view
from orchd.protocol.types import timestamp
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


def test_a_patch_changes_what_it_gives() -> None:
    row = Thing(id=1, long_name="one", colour="red", tags=("x",), created_at=timestamp(1), updated_at=1)
    assert apply_patch(row, ThingUpdate(7)) == row
    changed = apply_patch(row, ThingUpdate(7, "two", None, tags=()))
    assert changed == structs.replace(row, long_name="two", colour=None, tags=())
