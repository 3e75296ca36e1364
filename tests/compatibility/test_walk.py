"""Every kind of edit of a schema, in both directions: what it is called, where it is, and whether it breaks clients."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.small_wire import Json, closed, differences, opened, optional, ref, small

Edit = Callable[[Any], object]
BOTH = ("client", "server")


def at(schema: Json, direction: str, *steps: str | int) -> Json:
    """Return a part of the payload that clients send or receive."""
    node = schema["$defs"]["NoteCreate" if direction == "client" else "NoteItem"]
    for step in ("properties", *steps) if steps else ():
        node = node[step]
    found: Json = node
    return found


def verdicts(direction: str, *steps: str | int, edit: Edit) -> set[tuple[str, str, str]]:
    schema = small()
    edit(at(schema, direction, *steps))
    return {(each.kind, each.verdict, each.path) for each in differences(schema) if each.direction == direction}


VALUES: list[tuple[str, tuple[str | int, ...], Edit, str, str]] = [
    # kind, where, what is done, path below `data`, and what it does to the set of values
    ("maxLength", ("title",), lambda node: node.update(maxLength=49), "title", "narrowed"),
    ("maxLength", ("title",), lambda node: node.update(maxLength=51), "title", "widened"),
    ("maxLength", ("title",), lambda node: node.pop("maxLength"), "title", "widened"),
    ("minLength", ("title",), lambda node: node.update(minLength=2), "title", "narrowed"),
    ("minLength", ("title",), lambda node: node.pop("minLength"), "title", "widened"),
    ("pattern", ("title",), lambda node: node.update(pattern="^a"), "title", "narrowed"),
    ("pattern", ("at", "anyOf", 0), lambda node: node.pop("pattern"), "at", "widened"),
    ("format", ("title",), lambda node: node.update(format="uri"), "title", "narrowed"),
    ("format", ("at", "anyOf", 0), lambda node: node.pop("format"), "at", "widened"),
    ("minimum", ("size", "anyOf", 0), lambda node: node.update(minimum=2), "size", "narrowed"),
    ("minimum", ("size", "anyOf", 0), lambda node: node.update(minimum=-2), "size", "widened"),
    ("maximum", ("size", "anyOf", 0), lambda node: node.update(maximum=99), "size", "narrowed"),
    ("maximum", ("size", "anyOf", 0), lambda node: node.pop("maximum"), "size", "widened"),
    ("minimum", ("share", "anyOf", 0), lambda node: node.update(exclusiveMinimum=0.5), "share", "narrowed"),
    (
        "minimum",
        ("share", "anyOf", 0),
        lambda node: node.update(minimum=node.pop("exclusiveMinimum")),
        "share",
        "widened",
    ),
    ("maximum", ("share", "anyOf", 0), lambda node: node.update(exclusiveMaximum=1), "share", "narrowed"),
    ("multipleOf", ("size", "anyOf", 0), lambda node: node.update(multipleOf=5), "size", "narrowed"),
    ("type", ("size", "anyOf", 0), lambda node: node.update(type="number"), "size", "widened"),
    ("type", ("share", "anyOf", 0), lambda node: node.update(type="integer"), "share", "narrowed"),
    ("maxItems", ("tags", "anyOf", 0), lambda node: node.update(maxItems=2), "tags", "narrowed"),
    ("maxItems", ("tags", "anyOf", 0), lambda node: node.update(maxItems=4), "tags", "widened"),
    ("minItems", ("tags", "anyOf", 0), lambda node: node.update(minItems=0), "tags", "widened"),
    ("uniqueItems", ("tags", "anyOf", 0), lambda node: node.pop("uniqueItems"), "tags", "widened"),
    ("maxLength", ("tags", "anyOf", 0, "items"), lambda node: node.update(maxLength=4), "tags[*]", "narrowed"),
    ("type", ("tags", "anyOf", 0), lambda node: node.pop("items"), "tags[*]", "widened"),
    ("maxProperties", ("map", "anyOf", 0), lambda node: node.update(maxProperties=4), "map", "narrowed"),
    ("maxLength", ("map", "anyOf", 0, "propertyNames"), lambda node: node.update(maxLength=9), "map", "widened"),
    (
        "variant-removed",
        ("map", "anyOf", 0, "additionalProperties", "anyOf"),
        lambda node: node.pop(1),
        "map.*",
        "narrowed",
    ),
    (
        "variant-added",
        ("map", "anyOf", 0, "additionalProperties", "anyOf"),
        lambda node: node.append({"type": "array"}),
        "map.*",
        "widened",
    ),
    ("closed", ("map", "anyOf", 0), lambda node: node.update(additionalProperties=False), "map", "narrowed"),
    ("null-removed", ("share", "anyOf"), lambda node: node.pop(1), "share", "narrowed"),
    (
        "null-added",
        ("title",),
        lambda node: node.update({"anyOf": [dict(node), {"type": "null"}], "type": ["string", "null"]}),
        "title",
        "widened",
    ),
    ("variant-removed", ("parts", "anyOf", 0, "items", "anyOf"), lambda node: node.pop(1), "parts[*]", "narrowed"),
    (
        "variant-added",
        ("parts", "anyOf", 0, "items", "anyOf"),
        lambda node: node.append(opened({"type": {"type": "string", "const": "more"}}, "type")),
        "parts[*]",
        "grown",
    ),
    ("enum", ("title",), lambda node: node.update(enum=["a", "b"]), "title", "narrowed"),
    ("type", ("free", "anyOf", 0), lambda node: node.update({"type": "string"}), "free", "both"),
    ("type", ("done",), lambda node: node.update(type="string"), "done", "both"),
]


@pytest.mark.parametrize("direction", BOTH)
@pytest.mark.parametrize(("kind", "steps", "edit", "path", "moved"), VALUES)
def test_what_values_may_be(
    direction: str, kind: str, steps: tuple[str | int, ...], edit: Edit, path: str, moved: str
) -> None:
    harm = {"client": ("narrowed", "both"), "server": ("widened", "both")}[direction]  # what is grown is known by a tag
    wanted = (kind, "breaking" if moved in harm else "compatible", f"$.data.{path}")
    assert verdicts(direction, *steps, edit=edit) == {wanted}


MEMBERS: list[tuple[str, Edit, str, str, str]] = [
    # kind, what is done to the payload, path, and what that means to whoever sends and to whoever receives
    ("member-removed", lambda node: node["properties"].pop("tags"), "tags", "breaking", "breaking"),
    ("member-removed", lambda node: node["properties"].pop("title"), "title", "breaking", "breaking"),
    (
        "member-added",
        lambda node: node["properties"].update(more=optional({"type": "string"})),
        "more",
        "compatible",
        "compatible",
    ),
    ("made-optional", lambda node: node["required"].remove("title"), "title", "compatible", "breaking"),
    ("made-required", lambda node: node["required"].append("size"), "size", "breaking", "compatible"),
    ("default", lambda node: node["properties"]["size"].update(default=11), "size", "breaking", "breaking"),
    ("default", lambda node: node["properties"]["done"].update(default=True), "done", "breaking", "breaking"),
    (
        "default",
        lambda node: node["properties"]["level"].update({"x-default": "high"}),
        "level",
        "breaking",
        "breaking",
    ),
    ("default-removed", lambda node: node["properties"]["size"].pop("default"), "size", "breaking", "breaking"),
    ("default-added", lambda node: node["properties"]["share"].update(default=1), "share", "undecided", "undecided"),
    (
        "x-nullClears",
        lambda node: node["properties"]["size"].update({"x-nullClears": True}),
        "size",
        "breaking",
        "breaking",
    ),
    ("x-unit", lambda node: node["properties"]["size"].update({"x-unit": "ms"}), "size", "compatible", "compatible"),
]


@pytest.mark.parametrize("direction", BOTH)
@pytest.mark.parametrize(("kind", "edit", "path", "to_senders", "to_receivers"), MEMBERS)
def test_members(direction: str, kind: str, edit: Edit, path: str, to_senders: str, to_receivers: str) -> None:
    wanted = (kind, to_senders if direction == "client" else to_receivers, f"$.data.{path}")
    assert verdicts(direction, edit=edit) == {wanted}


def add_required(node: Json) -> None:
    node["properties"]["more"] = {"type": "string"}
    node["required"].append("more")


def rename(node: Json) -> None:
    node["properties"]["heading"] = node["properties"].pop("title")
    node["required"].remove("title")
    node["required"].append("heading")


def test_a_new_required_member_breaks_only_who_must_send_it() -> None:
    assert verdicts("client", edit=add_required) == {("required-member-added", "breaking", "$.data.more")}
    assert verdicts("server", edit=add_required) == {("member-added", "compatible", "$.data.more")}


@pytest.mark.parametrize("direction", BOTH)
def test_a_renamed_member_is_named_as_that(direction: str) -> None:
    schema = small()
    rename(at(schema, direction))
    found = differences(schema)
    assert {(each.kind, each.path) for each in found} >= {("member-removed", "$.data.title")}
    assert any("`heading`, which is new, has its type: was it renamed?" in each.told for each in found)


def test_enumerations_that_may_grow_do_so_for_who_receives_them() -> None:
    schema = small()
    schema["$defs"]["Level"]["enum"] = ["high", "middle"]
    found = {(each.direction, each.kind, each.verdict) for each in differences(schema)}
    assert found == {
        ("client", "enum-removed", "breaking"),
        ("client", "enum-added", "compatible"),
        ("server", "enum-removed", "compatible"),
        ("server", "enum-added", "compatible"),
    }
    fixed = small()
    del fixed["$defs"]["Level"]["x-mayGrow"]
    grown = copy.deepcopy(fixed)
    grown["$defs"]["Level"]["enum"].append("middle")
    assert ("server", "breaking") in {(each.direction, each.verdict) for each in differences(grown, fixed)}
    assert [(each.kind, each.direction) for each in differences(small(), fixed) if each.breaking] == [
        ("x-mayGrow", "server")
    ], "a promise that is taken back"
    assert not [each for each in differences(fixed) if each.breaking]


def test_an_enumeration_that_becomes_any_text_is_wider() -> None:
    schema = small()
    del schema["$defs"]["Level"]["enum"]
    assert {(each.direction, each.verdict) for each in differences(schema) if each.kind == "enum"} == {
        ("client", "compatible"),
        ("server", "breaking"),
    }
    schema["$defs"]["Level"]["maxLength"] = 3
    assert {(each.direction, each.verdict) for each in differences(schema) if each.kind == "enum"} == {
        ("client", "breaking"),
        ("server", "breaking"),
    }


@pytest.mark.parametrize("name", ["Tree", "TreeDraft", "TextPart", "NumberDraft"])
def test_what_stands_deeper_is_found_once_and_named_by_its_first_place(name: str) -> None:
    schema = small()
    told = schema["$defs"][name]["properties"]
    told.pop("name" if "name" in told else "text" if "text" in told else "number")
    (found,) = differences(schema)
    assert found.verdict == "breaking"
    assert found.kind == "member-removed"
    assert found.place.startswith(f"#/$defs/{name}/properties/")
    assert found.frames == (("note:create",) if name.endswith("Draft") else ("note:create", "note:told"))


def test_recursion_ends_also_where_definitions_grow_into_one_another() -> None:
    schema = small()
    schema["$defs"]["Leaf"] = opened({"name": {"type": "string"}, "below": {"type": "array", "items": ref("Tree")}})
    schema["$defs"]["Tree"]["properties"]["below"]["items"] = ref("Leaf")
    assert any(each.path.startswith("$.data.tree.below[*]") and each.breaking for each in differences(schema))


TITLE = {"type": "string", "maxLength": 50}

SAME: list[Edit] = [
    lambda schema: schema["$defs"]["NoteItem"].update(description="Other words.", title="Note"),
    lambda schema: schema["$defs"]["NoteItem"]["properties"]["size"].update(deprecated=True, examples=[1]),
    lambda schema: schema["$defs"]["Level"]["enum"].reverse(),
    lambda schema: schema["$defs"]["NoteCreate"]["required"].reverse(),
    lambda schema: schema["$defs"]["ServerFrame"]["oneOf"].reverse(),
    lambda schema: schema["$defs"]["NoteItem"]["properties"]["share"]["anyOf"].reverse(),
    lambda schema: schema["$defs"]["NoteItem"]["properties"]["parts"]["anyOf"][0]["items"]["anyOf"].reverse(),
    lambda schema: schema["$defs"]["NoteItem"]["properties"]["title"].update(minLength=1.0),
    lambda schema: schema["$defs"]["NoteItem"].update(additionalProperties=True),
    lambda schema: schema["$defs"]["NoteItem"]["properties"]["tree"].update(default=None),
    lambda schema: schema["$defs"]["NoteItem"]["properties"].update(
        level={"type": ["string", "null"], "enum": ["high", None, "low"], "x-mayGrow": True, "x-default": "low"}
    ),
    lambda schema: schema["$defs"]["TextPart"]["properties"].update(type={"enum": ["text"]}),
    lambda schema: schema["$defs"]["NoteReadFrame"]["properties"].update(type={"enum": ["note:read"]}),
    lambda schema: schema["$defs"]["NoteItem"]["properties"].update(title={"allOf": [{"minLength": 1}, TITLE]}),
    lambda schema: schema["$defs"]["NoteItem"]["properties"].update(
        id={"type": "integer", "exclusiveMinimum": 0, "maximum": 100.5}
    ),
    lambda schema: schema["x-closeCodes"].reverse(),
    lambda schema: schema["$defs"]["ErrorCode"]["x-codes"]["busy"].update(description="Other words."),
    lambda schema: schema["$defs"]["ErrorReason"]["x-reasons"].update(away="Other words."),
]


@pytest.mark.parametrize("edit", SAME)
def test_what_is_only_written_in_another_way_is_no_difference(edit: Edit) -> None:
    schema = small()
    edit(schema)
    assert differences(schema) == []
    assert differences(small(), schema) == []


def renamed(value: object) -> object:
    """Return a schema whose definitions are all called differently."""
    if isinstance(value, dict):
        names = {name: f"New{name}" if name in small()["$defs"] else name for name in value}
        return {
            names[name] if name in value.get("ErrorCode", {name}) else name: renamed(each)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [renamed(each) for each in value]
    if isinstance(value, str) and (value.startswith("#/$defs/") or value.removesuffix("Frame") + "Frame" == value):
        return value.replace("#/$defs/", "#/$defs/New") if value.startswith("#") else f"New{value}"
    return value


def test_definitions_may_be_renamed() -> None:
    schema = renamed(small())
    assert isinstance(schema, dict)
    schema["$defs"] = {f"New{name.removeprefix('New')}": told for name, told in schema["$defs"].items()}
    schema["$defs"]["ErrorReason"] = schema["$defs"].pop("NewErrorReason")  # that one only words refer to
    assert "NoteItem" not in schema["$defs"]
    assert differences(schema) == []


def test_a_union_that_admits_the_same_in_other_parts_is_no_difference() -> None:
    old, new = small(), small()
    for schema, parts in ((old, [{"type": "integer"}, {"type": "number"}]), (new, [{"type": "number"}])):
        schema["$defs"]["NoteItem"]["properties"]["share"] = {"anyOf": parts}
    assert differences(new, old) == []
    assert differences(old, new) == []


def test_keywords_that_mean_something_only_together_are_judged_together() -> None:
    needs: Json = {"if": {"required": ["size"]}, "then": {"required": ["share"]}}
    (found,) = verdicts("client", edit=lambda node: node.update(needs))
    assert found[1:] == ("undecided", "$.data") or found[1:] == ("breaking", "$.data")
    few: Json = {"contains": {"type": "string"}, "minContains": 2}
    edit: Edit = lambda node: node.update(few)  # noqa: E731
    assert {told for _, told, _ in verdicts("client", "tags", "anyOf", 0, edit=edit)} <= {"breaking", "undecided"}


def test_an_object_that_was_free_is_narrowed_by_members() -> None:
    edit: Edit = lambda node: node.update(properties={"name": {"type": "string"}})  # noqa: E731
    assert verdicts("client", "free", "anyOf", 0, edit=edit) == {
        ("member-added", "compatible", "$.data.free.name"),
        ("type", "breaking", "$.data.free.name"),
    }
    assert verdicts("server", "free", "anyOf", 0, edit=edit) == {("member-added", "compatible", "$.data.free.name")}


def test_a_closed_object_of_the_daemon_can_grow_no_member() -> None:
    old, new = small(), small()
    old["$defs"]["NoteItem"]["additionalProperties"] = new["$defs"]["NoteItem"]["additionalProperties"] = False
    new["$defs"]["NoteItem"]["properties"]["more"] = {"type": "string"}
    assert [(each.kind, each.verdict) for each in differences(new, old)] == [("member-added", "breaking")]
    new["$defs"]["NoteItem"] = closed({}) | new["$defs"]["NoteItem"]
