"""Files that are no schema of orchd's wire, and damaged ones: refused with a reason and a place, never a traceback."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.compatibility import SchemaRefused, WireSchema, compare
from tests.examples import examples
from tests.small_wire import Json, document, ref, small

TEXTS = [
    (b"", "it is not JSON"),
    (b"\xff", "not UTF-8"),
    (b"{", "line 1, column 2"),
    (b"[1]", r"\$\.\$schema"),
    (b'{"a": NaN}', "NaN is no number"),
    (b'{"a": 1, "a": 2}', "the member 'a' twice"),
    (b"[" * 100_000, "nested too deeply"),
    (json.dumps(small() | {"$schema": "http://json-schema.org/draft-07/schema#"}).encode(), "draft 2020-12"),
    (json.dumps(small() | {"title": "Something else"}).encode(), r"\$\.title"),
    (json.dumps(small() | {"properties": {}}).encode(), r"\$\.properties\.client"),
    (json.dumps(small() | {"$defs": 5}).encode(), r"`\$defs` must be an object, at #"),
]


@pytest.mark.parametrize(("text", "reason"), TEXTS)
def test_what_is_no_schema_is_refused(text: bytes, reason: str) -> None:
    with pytest.raises(SchemaRefused, match=reason):
        WireSchema(text)


def item(schema: Json) -> Json:
    found: Json = schema["$defs"]["NoteItem"]
    return found


def title(schema: Json) -> Json:
    found: Json = item(schema)["properties"]["title"]
    return found


DAMAGES: list[tuple[Callable[[Json], Any], str]] = [
    (lambda schema: title(schema).update(maxLength="5"), "`maxLength` must be a count, at #/\\$defs/NoteItem/"),
    (lambda schema: title(schema).update(type="text"), "`type` must be a type"),
    (lambda schema: title(schema).update(enum=[]), "`enum` must be"),
    (lambda schema: title(schema).update(anyOf={}), "`anyOf` must be"),
    (lambda schema: item(schema).update(required="title"), "`required` must be"),
    (lambda schema: item(schema).update(properties=[]), "`properties` must be an object"),
    (lambda schema: item(schema)["properties"].update(title=5), "a schema is an object"),
    (lambda schema: item(schema)["properties"].update(title=ref("Nothing")), "`\\$ref` to nothing"),
    (lambda schema: item(schema)["properties"].update(title={"$ref": "other.json"}), "another document"),
    (lambda schema: item(schema)["properties"].update(title={"$ref": "#/title"}), "no schema"),
    (lambda schema: schema["$defs"].update(NoteItem=ref("NoteItem")), "refers to itself"),
    (lambda schema: schema["$defs"].update(NoteItem={"allOf": [ref("NoteItem")]}), "refers to itself"),
    (lambda schema: schema["$defs"].update(Tree={"anyOf": [ref("Tree"), ref("Tree")]}), "refers to itself"),
    (lambda schema: schema["$defs"].update(NoteToldFrame=True), "a frame without a `type`"),
    (lambda schema: schema["$defs"]["NoteToldFrame"].update(properties={}), "a frame without a `type`"),
    (lambda schema: schema["$defs"]["ClientFrame"]["oneOf"].append(ref("NoteReadFrame")), "two frames of the type"),
    (lambda schema: schema["$defs"]["NoteReadFrame"].update({"x-before": "x"}), "`x-before` must be"),
    (lambda schema: schema["$defs"]["ErrorCode"].update({"x-codes": []}), "`x-codes` must be"),
    (lambda schema: schema.update({"x-closeCodes": [{"code": 1}, {"code": 1}]}), "`x-closeCodes` must be"),
]


@pytest.mark.parametrize(("damage", "reason"), DAMAGES)
def test_a_damaged_schema_is_refused_by_its_place(damage: Callable[[Json], Any], reason: str) -> None:
    schema = small()
    damage(schema)
    with pytest.raises(SchemaRefused, match=reason):
        compare(document(schema), document(schema))


def test_schemas_may_not_be_nested_without_an_end() -> None:
    schema = small()
    inner: Json = {}
    for _ in range(400):
        inner = {"not": inner}
    item(schema)["properties"]["title"] = inner
    with pytest.raises(SchemaRefused, match="nested too deeply"):
        document(schema)


def test_a_later_protocol_is_read() -> None:
    assert document(small() | {"title": "orchd.v2"}).protocol == "orchd.v2"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["object", "#/$defs/NoteItem", "x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "$ref", "anyOf"]), inner),
    max_leaves=4,
)


@settings(max_examples=examples(200), deadline=None)
@given(st.data())
def test_whatever_stands_somewhere_it_is_compared_or_refused(data: st.DataObject) -> None:
    schema = small()
    node: Any = schema
    while isinstance(node, dict | list) and node:
        step = data.draw(st.sampled_from([*node] if isinstance(node, dict) else [*range(len(node))]))
        if data.draw(st.integers(0, 3)) == 0 or not isinstance(node[step], dict | list) or not node[step]:
            node[step] = data.draw(JSON)
            break
        node = node[step]
    with suppress(SchemaRefused):
        assert isinstance(compare(document(small()), document(schema)), list)
        assert isinstance(compare(document(schema), document(small())), list)
