from typing import Annotated, Any

import msgspec
import pytest
from msgspec import UNSET, Meta, inspect

from orchd.entity.wire.members import DaemonMember, FixedMember, OwnedItem, SentBy
from orchd.entity.wire.payloads import About, ListMembers, StoredRule, make_payloads, rules
from orchd.errors import Invalid
from orchd.protocol.schema import docstrings
from tests.entities import ALL


def shout(text: str, field: str) -> str:
    return f"{field}: {text.upper()}"


class Jar(OwnedItem, frozen=True, kw_only=True):
    """A jar with something in it."""

    shelf_id: Annotated[int, FixedMember]
    label: Annotated[str, Meta(max_length=9), SentBy(shout)]
    jam: Annotated[str, SentBy(shout)] | None = None
    lids: tuple[str, ...] = ("tin",)
    opened: Annotated[int, DaemonMember] = 0


ABOUT = About("jar", "jar", "jars", "jar_id", ListMembers(("jam", "lids"), ("label", "updatedAt")))
MADE = make_payloads(Jar, ABOUT)


def read(kind: type[Any], text: str) -> Any:
    return msgspec.json.decode(text, type=kind)


def test_what_is_sent_to_create() -> None:
    made = read(MADE.create, '{"shelfId": 1, "label": "x"}')
    assert (made.label, made.jam, made.lids, made.project_id) == ("x", None, ("tin",), None)
    assert {*MADE.create.__struct_fields__} == {"shelf_id", "label", "jam", "lids", "project_id"}
    for wrong in ('{"label": "x"}', '{"shelfId": 1, "label": "0123456789"}', '{"shelfId": 1, "label": "x", "id": 1}'):
        with pytest.raises(msgspec.ValidationError):
            read(MADE.create, wrong)


def test_what_is_sent_to_update() -> None:
    made = read(MADE.update, '{"jarId": 1, "jam": null}')
    assert (made.jam, made.label, made.lids, made.project_id, made.version) == (None, UNSET, UNSET, UNSET, UNSET)
    assert {*MADE.update.__struct_fields__} == {"jar_id", "version", "label", "jam", "lids", "project_id"}
    with pytest.raises(msgspec.ValidationError):
        read(MADE.update, '{"jarId": 1, "opened": 3}')


def test_what_is_sent_to_list() -> None:
    made = read(MADE.list, "{}")
    assert (made.jam, made.order, made.descending, made.deleted, made.limit) == (None, "label", False, False, 50)
    assert read(MADE.list, '{"order": "updatedAt"}').order == "updatedAt"
    assert read(MADE.list, '{"lid": "tin"}').lid == "tin", "that the list of them holds"
    latest = make_payloads(Jar, ABOUT._replace(listing=ListMembers((), ("updatedAt",), descending=True)))
    assert read(latest.list, "{}").descending
    for wrong in ('{"order": "jam"}', '{"limit": 201}', '{"limit": 0}', '{"cursor": ""}'):
        with pytest.raises(msgspec.ValidationError):
            read(MADE.list, wrong)


def test_names_and_words() -> None:
    assert [made.__name__ for made in MADE] == [
        *("JarCreate", "JarGet", "JarUpdate", "JarDelete", "JarRestore", "JarList", "JarSubscribe", "JarUnsubscribe"),
        *("JarPage", "JarDeleted", "JarSubscribed", "JarUnsubscribed", "JarChanged"),
    ]
    assert MADE.create.__doc__ == "`jar:create`: store a jar."
    assert docstrings.description(MADE.create) == "`jar:create`: store a jar.\n\nA jar with something in it."
    assert About("a:pear", "a pear", "pears", "", ListMembers((), ())).prefix == "APear"


def test_rules_are_found_also_beside_null() -> None:
    assert {name: rule.apply("a", "b") for name, rule in rules(Jar).items()} == {"label": "b: A", "jam": "b: A"}


def test_what_a_rule_leaves_must_be_what_a_row_may_have() -> None:
    bounds = Annotated[str, Meta(min_length=1, max_length=3)]
    for sent, told, reason in (("  ", "`name` is blank", "blank"), ("abc", "`name` can't be stored", None)):
        with pytest.raises(Invalid, match=told) as refused:
            StoredRule(SentBy(lambda text, field: text.strip() * 2), bounds).apply(sent, "name")
        assert (refused.value.path, refused.value.reason) == ("$.data.name", reason)


def test_no_entity_stores_a_blank_text_that_may_not_be_empty() -> None:
    tried = 0
    for entity in ALL.values():
        for member, rule in rules(entity.rows.everybodys.row).items():
            kind = inspect.type_info(rule.kind)
            kind = kind.type if isinstance(kind, inspect.Metadata) else kind
            if isinstance(kind, inspect.StrType) and kind.min_length:
                tried += 1
                with pytest.raises(Invalid):
                    rule.apply(" " * kind.min_length, member)
    assert tried > 5


def test_what_there_is_no_member_for_is_refused() -> None:
    with pytest.raises(TypeError, match="Jar has no honey"):
        make_payloads(Jar, ABOUT._replace(listing=ListMembers(("honey",), ())))
