"""Over the whole wire: null is a member left out, and an integer may be written with a point."""

import json
from typing import Any

import msgspec
import pytest
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo

from orchd.features import make_codec
from orchd.features.models.messages import ModelComplete
from orchd.protocol.reading.tolerance import concerns, rule_of
from tests.protocol.schema.test_json_schema import CLIENT_TYPES, instances

CODEC = make_codec()


def takes_null(field: FieldInfo) -> bool:
    try:
        msgspec.convert(None, field.type)
    except msgspec.ValidationError:
        return False
    return True


def otherwise(written: Any, read: Any) -> Any:
    """Return the same JSON with a null for each member left out that has no null of its own, and `1.0` for 1."""
    if written is None:
        return None
    if isinstance(read, Struct):
        nulls = {
            field.encode_name: None
            for field in msgspec.structs.fields(read)
            if (field.default is not NODEFAULT or field.default_factory is not NODEFAULT) and not takes_null(field)
        }
        members = {field.encode_name: getattr(read, field.name) for field in msgspec.structs.fields(read)}
        return nulls | {name: otherwise(value, members.get(name)) for name, value in written.items()}
    if isinstance(read, list | tuple):
        return [otherwise(item, struct) for item, struct in zip(written, read, strict=True)]
    if isinstance(read, int) and not isinstance(read, bool):
        return float(written)
    return written


@pytest.mark.parametrize("kind", CLIENT_TYPES)
def test_every_client_frame_may_be_written_otherwise(kind: str) -> None:
    for frame in instances("ClientFrame", kind):
        plain = CODEC.decode(json.dumps(frame))
        data = otherwise(frame.get("data", {}), plain.data)
        again = CODEC.decode(json.dumps({"id": None, **frame, "data": data}))
        assert again == plain


def test_null_of_its_own_meaning_stays() -> None:
    read = CODEC.decode('{"type":"task:update","data":{"taskId":1,"title":null,"dueAt":null,"budget":null}}')
    assert read == CODEC.decode('{"type":"task:update","data":{"taskId":1,"dueAt":null}}')
    assert read != CODEC.decode('{"type":"task:update","data":{"taskId":1}}')


def test_free_objects_are_left_as_they_are() -> None:
    free = {"enum": [None, 1.0], "default": None}
    data = {"messages": [{"role": "user", "content": "x", "toolCalls": None}], "schema": free, "fallbacks": None}
    read = CODEC.decode(json.dumps({"type": "model:complete", "data": data})).data
    assert isinstance(read, ModelComplete)
    assert json.dumps(read.schema) == json.dumps(free)


def test_a_frame_that_tolerates_nothing_is_left_as_it_is() -> None:
    class Plain(Struct):
        text: str

    assert rule_of(Plain)({"text": None}) == {"text": None}
    assert not concerns(ValueError("got `null`"))
