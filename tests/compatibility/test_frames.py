"""What holds for whole frames, for requests, and for a connection; and edits drawn at random of our own schema."""

import copy
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.compatibility import Difference, compare
from tests.examples import examples
from tests.schema_edits import Edit, cut, edits
from tests.small_wire import Json, differences, document, frame, ref, small
from tests.wire_schema import published


def told(schema: Json, old: Json | None = None) -> set[tuple[str, str, str, tuple[str, ...]]]:
    found = differences(schema, old)
    return {(each.direction, each.kind, each.verdict, each.frames) for each in found}


def test_a_schema_does_not_differ_from_itself() -> None:
    assert differences(small()) == []
    whole = document(published())
    assert compare(whole, document(published())) == []


def test_a_frame_that_is_gone_breaks_whoever_sends_or_awaits_it() -> None:
    schema = small()
    schema["$defs"]["ClientFrame"]["oneOf"].pop()
    schema["$defs"]["NoteCreateFrame"].pop("x-end")
    assert told(schema) == {
        ("client", "frame-removed", "breaking", ("note:read",)),
        ("client", "x-end", "undecided", ("note:create",)),
    }
    assert told(small(), schema) == {
        ("client", "frame-added", "compatible", ("note:read",)),
        ("client", "x-end", "compatible", ("note:create",)),
    }
    schema = small()
    schema["$defs"]["ServerFrame"]["oneOf"].pop(1)
    schema["$defs"]["NoteCreateFrame"]["x-before"] = []
    assert told(schema) == {
        ("server", "frame-removed", "breaking", ("note:told",)),
        ("client", "x-before-removed", "breaking", ("note:create",)),
    }
    assert told(small(), schema) == {
        ("server", "frame-added", "compatible", ("note:told",)),
        ("client", "x-before-added", "compatible", ("note:create",)),
    }, "clients ignore a type that they don't know"


def test_a_renamed_frame_is_named_as_that() -> None:
    schema = small()
    schema["$defs"]["NoteToldFrame"]["properties"]["type"]["const"] = "note:heard"
    (gone,) = (each for each in differences(schema) if each.kind == "frame-removed")
    assert gone.frames == ("note:told",)
    assert "`note:heard`, which is new, says the same: was it renamed?" in gone.told


@pytest.mark.parametrize(
    ("edit", "kind", "verdict"),
    [
        ({"x-reply": "ErrorFrame"}, "x-reply", "breaking"),
        ({"x-replyData": {"state": "over"}}, "x-replyData", "breaking"),
        ({"x-right": "admin"}, "x-right", "breaking"),
        ({"x-right": "read"}, "x-right", "compatible"),
        ({"x-right": "somebody"}, "x-right", "breaking"),
        ({"x-scope": "tasks"}, "x-scope", "breaking"),
        ({"x-before": ["NoteToldFrame", "ErrorFrame"]}, "x-before-added", "undecided"),
        ({"x-before": ["NoteToldFrame", "NoteItemFrame"]}, "x-before-added", "breaking"),
        ({"x-before": []}, "x-before-removed", "breaking"),
        ({"x-pushes": ["ErrorFrame"]}, "x-pushes-added", "undecided"),
        ({"x-errors": ["busy", "invalid"]}, "x-errors-added", "compatible"),
        ({"x-errors": []}, "x-errors-removed", "compatible"),
        ({"x-resumes": "note:read"}, "x-resumes", "compatible"),
    ],
)
def test_what_a_request_promises(edit: Json, kind: str, verdict: str) -> None:
    schema = small()
    schema["$defs"]["NoteCreateFrame"] |= edit
    assert told(schema) == {("client", kind, verdict, ("note:create",))}


def test_promises_that_are_not_made_any_longer() -> None:
    schema, old = small(), small()
    for name in ("x-right", "x-scope", "x-reply", "x-replyData"):
        del schema["$defs"]["NoteCreateFrame"][name]
    assert {each.verdict for each in differences(schema)} == {"breaking"}
    assert {each.verdict for each in differences(old, schema) if each.kind != "x-replyData"} == {"compatible"}
    del old["$defs"]["NoteCreateFrame"]["x-errors"]
    assert not [each for each in differences(schema, old) if each.kind.startswith("x-errors")], "nothing was promised"
    old["$defs"]["NoteCreateFrame"]["x-resumes"] = "note:read"
    assert ("client", "x-resumes", "undecided", ("note:create",)) in told(small(), old)


@pytest.mark.parametrize(
    ("steps", "edit", "kind", "verdict"),
    [
        (("$defs", "ErrorCode", "x-codes", "busy"), {"retryable": False}, "x-codes-retryable", "breaking"),
        (("$defs", "ErrorCode", "x-codes"), {"new": {"retryable": False}}, "x-codes-added", "compatible"),
        (("$defs", "ErrorReason", "x-reasons"), {"new": "It."}, "x-reasons-added", "compatible"),
        (("x-closeCodes", 0), {"reconnect": False}, "close-code-reconnect", "breaking"),
        (("x-closeCodes", 0), {"code": 1002}, "close-code-removed", "breaking"),
        (("$defs", "ErrorCode", "x-codes", "busy"), {"later": True}, "x-codes-later", "compatible"),
        (("x-closeCodes", 0), {"later": True}, "close-code-later", "compatible"),
        ((), {"title": "orchd.v2"}, "protocol", "breaking"),
        ((), {"x-heartbeat": {"seconds": 20}}, "x-heartbeat", "compatible"),
    ],
)
def test_codes_and_the_protocol(steps: tuple[str | int, ...], edit: Json, kind: str, verdict: str) -> None:
    schema = small()
    node: Any = schema
    for step in steps:
        node = node[step]
    node.update(edit)
    assert (kind, verdict) in {(each.kind, each.verdict) for each in differences(schema)}


def test_codes_and_reasons_that_are_gone_break_whoever_decides_by_them() -> None:
    for name, table, gone in (("ErrorCode", "x-codes", "busy"), ("ErrorReason", "x-reasons", "full")):
        for both in (True, False):
            schema = small()
            schema["$defs"][name]["enum"].remove(gone)
            if both:
                schema["$defs"][name][table].pop(gone)
            assert any(each.verdict == "breaking" for each in differences(schema)), (name, both)
    schema = small()
    del schema["$defs"]["ErrorReason"]
    assert [(each.kind, each.verdict) for each in differences(schema)] == [("definition-removed", "breaking")]


def test_a_table_of_later_versions_may_only_grow() -> None:
    old, new = small(), small()
    old["x-limits"], new["x-limits"] = ({"a": 1, "b": [1]}, {"a": 1, "b": [1], "c": 2})
    assert {each.verdict for each in differences(new, old)} == {"compatible"}
    assert {each.verdict for each in differences(old, new)} == {"undecided"}
    new["x-limits"]["b"] = [1, 2]
    assert {each.verdict for each in differences(new, old)} == {"compatible", "undecided"}


def test_who_has_a_right_is_told_by_role() -> None:
    old, new = small(), small()
    for schema, roles in ((old, ["viewer", "member"]), (new, ["admin", "member"])):
        schema["x-rights"] = {"read": {"description": "It.", "roles": roles}}
    assert {(each.kind, each.verdict, each.old or each.new) for each in differences(new, old)} == {
        ("x-rights.read.roles-removed", "breaking", "viewer"),
        ("x-rights.read.roles-added", "compatible", "admin"),
    }
    old["x-rights"]["read"]["roles"] = ["member", "admin"]
    assert differences(new, old) == []


def test_frames_that_a_keyword_names_may_have_other_definitions() -> None:
    old, new = small(), small()
    new["$defs"]["HeardFrame"] = new["$defs"].pop("NoteToldFrame")
    new["$defs"]["ServerFrame"]["oneOf"][1] = ref("HeardFrame")
    for schema, name in ((old, "NoteToldFrame"), (new, "HeardFrame")):
        schema["$defs"]["NoteCreateFrame"] |= {"x-before": [name], "x-subscription": {"keys": {name: "note.id"}}}
    assert differences(new, old) == []
    new["$defs"]["NoteCreateFrame"]["x-subscription"]["keys"]["HeardFrame"] = "id"
    assert [(each.verdict, each.frames) for each in differences(new, old)] == [("undecided", ("note:create",))]


def test_what_several_frames_share_is_one_difference() -> None:
    schema = small()
    schema["$defs"]["NoteItem"]["properties"]["title"]["maxLength"] = 60
    (found,) = differences(schema)
    assert found.frames == ("note:create", "note:told")
    assert (found.path, found.place) == ("$.data.title", "#/$defs/NoteItem/properties/title")
    assert (found.old, found.new) == (50, 60)


def test_an_envelope_is_compared_as_well() -> None:
    schema = small()
    schema["$defs"]["NoteReadFrame"] = frame("note:read", "NoteRead", client=True) | {
        name: value for name, value in small()["$defs"]["NoteReadFrame"].items() if name.startswith("x-")
    }
    schema["$defs"]["NoteReadFrame"]["properties"]["id"]["anyOf"][0]["maxLength"] = 8
    assert [(each.path, each.verdict) for each in differences(schema)] == [("$.id", "breaking")]


@cache
def frames() -> tuple[str, ...]:
    return tuple(
        branch["$ref"].removeprefix("#/$defs/")
        for root in ("ClientFrame", "ServerFrame")
        for branch in published()["$defs"][root]["oneOf"]
    )


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_an_edit_anywhere_in_our_own_schema_is_named_and_judged(data: st.DataObject) -> None:
    whole = cut(published(), data.draw(st.sampled_from(frames())))
    edit: Edit = data.draw(st.sampled_from(edits(whole)))
    changed = copy.deepcopy(whole)
    edit.apply(changed)
    found = compare(document(whole), document(changed))
    back = compare(document(changed), document(whole))
    if edit.breaking is None:
        assert not found, (edit.name, found)
        return
    assert found, f"not seen: {edit.name}"
    assert any(each.breaking for each in found) == edit.breaking, (edit.name, edit.at, found)
    assert any(_at(each, edit) for each in found), (edit.name, edit.at, found)
    assert any(each.breaking for each in back) == edit.back, (f"{edit.name}, backwards", edit.at, back)


def _at(each: Difference, edit: Edit) -> bool:
    return edit.member is None or edit.member in each.path or edit.member in each.told
