"""The golden frames: an example of each frame, checked in, which the schema admits and which is read and written alike;
and those of released schemas, which are still read."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from orchd.features import make_codec, reference
from orchd.protocol.schema.shape import open_enums
from tests.house.source import ROOT
from tests.wire_schema import published, validator

Json = dict[str, Any]

FOLDER = ROOT / "tests" / "golden"
RELEASED = sorted((ROOT / "packaging" / "protocol").glob("orchd.v*.schema.json"))
CODEC = make_codec()


@cache
def golden(side: str) -> list[tuple[str, Json]]:
    """Return all examples of a side, by type."""
    families = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return examples(families, side)


def examples(families: list[Json], side: str) -> list[tuple[str, Json]]:
    return [(kind, frame) for told in families for kind, each in told[side].items() for frame in each.values()]


def test_they_are_those_of_the_roster() -> None:
    wanted = reference.golden(reference.make_schema())
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    stale = [name for name in {*wanted, *found} if wanted.get(name) != found.get(name)]
    assert not stale, f"run `make schema`: {sorted(stale)}"


def test_each_frame_has_one() -> None:
    assert {kind for kind, _ in golden("client")} == {*CODEC.client_frames}
    assert {kind for kind, _ in golden("server")} == {*CODEC.server_frames}


def test_the_schema_admits_them() -> None:
    for side, root in (("client", "ClientFrame"), ("server", "ServerFrame")):
        for kind, frame in golden(side):
            validator(root, kind, strict=True).validate(frame)


def test_requests_are_read_and_written_alike() -> None:
    for kind, frame in golden("client"):
        read = CODEC.decode(json.dumps(frame))
        assert (read.type, read.id) == (kind, frame.get("id"))
        written = json.loads(msgspec.json.encode(read.data))
        assert not [*lost(frame.get("data", {}), written)], kind


def test_what_the_daemon_sends_is_read_and_written_alike() -> None:
    for kind, frame in golden("server"):
        read = msgspec.json.decode(json.dumps(frame), type=CODEC.server_frames[kind].envelope)
        written = json.loads(msgspec.json.encode(read))
        assert not [*lost(frame, written)], kind


def lost(said: Any, written: Any, path: str = "$") -> Iterator[str]:
    """Yield the paths of what was said and isn't written any longer; null may stand for what is left out."""
    if isinstance(said, dict) and isinstance(written, dict):
        for name, each in said.items():
            yield from lost(each, written.get(name), f"{path}.{name}")
    elif isinstance(said, list) and isinstance(written, list) and len(said) == len(written):
        for index, (each, there) in enumerate(zip(said, written, strict=True)):
            yield from lost(each, there, f"{path}[{index}]")
    elif said != written:
        yield path


def test_what_is_lost_on_the_way_is_found() -> None:
    said = {"a": [{"b": 1, "c": None}], "d": "x"}
    assert [*lost(said, {"a": [{"b": 1}], "d": "x", "e": 2})] == []
    assert [*lost(said, {"a": [{"b": 2}]})] == ["$.a[0].b", "$.d"]
    assert [*lost(said, {"a": [], "d": "x"})] == ["$.a"]


def test_what_is_said_of_members_is_used() -> None:
    schema = published()["$defs"]
    members = {name for told in schema.values() for name in told.get("properties", {})}
    patterns = set(re.findall(r'"pattern": (".*?[^\\\\]")', json.dumps(schema)))
    for name, value in reference.example_values().items():
        if name == "patterns":
            assert {*value} == {json.loads(each) for each in patterns}
        elif name == "nulls":
            known = {"*": members} | {struct: {*told.get("properties", ())} for struct, told in schema.items()}
            assert all({*names} <= known[struct] for struct, names in value.items())
        elif name == "texts":
            assert {*value} <= members
        elif name in schema:
            assert {*value} <= {*schema[name]["properties"]}, name
        else:
            assert name in members, f"no member is called {name}: strike it from examples.toml"


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_requests_of_released_clients_are_still_read(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    families = [json.loads(told) for told in reference.golden(schema).values()]
    found = examples(families, "client")
    assert len(found) > 200
    for kind, frame in found:
        assert CODEC.decode(json.dumps(frame)).type == kind


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_what_is_sent_today_is_read_by_released_clients(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    open_enums(schema)  # clients must take values that they don't know where an enumeration may grow
    names = {each["$ref"].removeprefix("#/$defs/") for each in schema["$defs"]["ServerFrame"]["oneOf"]}
    known = {schema["$defs"][name]["properties"]["type"]["const"]: name for name in names}
    sent = {kind for kind, _ in golden("server")}
    assert {*known} <= sent
    for kind, frame in golden("server"):
        if kind in known:
            judge = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{known[kind]}", "$defs": schema["$defs"]})
            judge.validate(frame)
