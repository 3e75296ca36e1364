from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Struct

from orchd.entity.wire.drafts import draft_of
from orchd.entity.wire.members import OwnedItem
from orchd.entity.wire.payloads import About, ListMembers, make_payloads


class Lid(Struct, frozen=True, kw_only=True, tag="lid", rename="camel"):
    """What closes it."""

    is_tight: bool = True


class Cloth(Struct, frozen=True, kw_only=True, tag="cloth", rename="camel"):
    """What covers it."""

    colours: tuple[str, ...] = ("red",)
    with_lid: Lid | None = None


class Pot(OwnedItem, frozen=True, kw_only=True):
    """A pot."""

    covers: Annotated[tuple[Lid | Cloth, ...], Meta(max_length=2)] = ()
    by_name: dict[str, Lid] = msgspec.field(default_factory=dict)


CREATE = make_payloads(Pot, About("pot", "pot", "pots", "pot_id", ListMembers((), ("id",)))).create


def read(text: str) -> Any:
    return msgspec.json.decode(text, type=CREATE)


def test_requests_say_of_structs_what_must_be_said() -> None:
    sent = read('{"covers": [{"type": "cloth", "withLid": {"type": "lid"}}, {"type": "lid", "isTight": false}]}')
    row = msgspec.json.decode(msgspec.json.encode(sent.covers), type=tuple[Lid | Cloth, ...])
    assert row == (Cloth(with_lid=Lid()), Lid(is_tight=False))
    assert read('{"byName": {"a": {"type": "lid"}}}').by_name["a"].is_tight
    assert read("{}").by_name == {}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"covers": [{"type": "lid", "isTigth": true}]}', "$.covers[0]"),
        ('{"covers": [{"type": "cloth", "withLid": {"type": "lid", "x": 1}}]}', "$.covers[0].withLid"),
        ('{"covers": [{"type": "lid"}, {"type": "cork"}]}', "$.covers[1].type"),
        ('{"covers": [{"type": "lid"}, {"type": "lid"}, {"type": "lid"}]}', "$.covers"),
        ('{"byName": {"a": {"type": "lid", "x": 1}}}', "$.byName[...]"),
    ],
)
def test_requests_with_members_that_are_not_known_are_refused(text: str, place: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"`\S+`$") as refused:
        read(text)
    assert str(refused.value).endswith(f"`{place}`")


def test_one_struct_has_one_counterpart_and_its_words() -> None:
    made: Any = draft_of(Cloth)
    assert made is draft_of(Cloth)
    assert (made.__name__, made.__doc__, made.described_by) == ("ClothDraft", "What covers it.", Cloth)
    assert draft_of(int) is int
