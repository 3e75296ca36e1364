"""The wire as a whole: what no single feature can see of itself."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import trio

from orchd.features import ROSTER, make_codec, reference
from orchd.features.feature import Services
from orchd.features.opening import Sections, open_features
from orchd.hub import Hub
from orchd.llm import Backends, BackendSpec
from orchd.protocol import messages
from orchd.protocol.command import AnyCommand, server_frames
from orchd.storage import Database, open_database
from tests.fix_sealing import make_vault
from tests.house.source import ROOT
from tests.wire_schema import published

Json: TypeAlias = dict[str, Any]

SCHEMA = published()


BORROWED = {"workspace": {"chat"}, "transfer": {"conversation"}}
"""Feature → first words of another one's frames, with which it answers: `prompt:run` is a `chat:send` of a prompt; what
copies and exports conversations needs both them and their messages."""


def camel(prefix: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[:_-]", prefix))


def nodes(value: object, path: str = "$") -> Iterator[tuple[str, Json]]:
    """Yield every JSON object of the schema with its path."""
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            yield from nodes(member, f"{path}.{name}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from nodes(member, f"{path}[{index}]")


def reachable(root: str) -> dict[str, Json]:
    """Return the definitions that a frame of `root` may hold."""
    found: dict[str, Json] = {}
    wanted = [root]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = SCHEMA["$defs"][name]
            refs = (node.get("$ref") for _, node in nodes(found[name]))
            wanted += [ref.removeprefix("#/$defs/") for ref in refs if isinstance(ref, str)]
    return found


def structs() -> Iterator[type[msgspec.Struct]]:
    """Yield every struct that stands in a payload, however deep."""
    codec = make_codec()
    frames = (*codec.client_frames.values(), *(frame.envelope for frame in codec.server_frames.values()))
    wanted = [msgspec.inspect.type_info(frame) for frame in frames]
    while wanted:
        info = wanted.pop()
        if isinstance(info, msgspec.inspect.StructType):
            yield info.cls
            wanted += [field.type for field in info.fields]
        wanted += [getattr(info, name) for name in ("type", "item_type", "value_type") if hasattr(info, name)]
        wanted += [*getattr(info, "types", ()), *getattr(info, "item_types", ())]


def prefixes(commands: Collection[AnyCommand]) -> set[str]:
    """Return the first words of the frames that commands cause, their own included."""
    types = {command.type for command in commands} | {*server_frames(commands, ())}
    return {kind.partition(":")[0] for kind in types}


def test_a_prefix_belongs_to_one_feature() -> None:
    owned = [prefixes(commands) - BORROWED.get(name, set()) for name, commands in ROSTER.items()]
    assert len(set().union(*owned)) == sum(map(len, owned)), owned
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z]+)*", prefix) for prefix in set().union(*owned))
    assert not set().union(*owned) & prefixes(messages.COMMANDS)


def test_payloads_are_named_after_their_feature() -> None:
    for feature, commands in ROSTER.items():
        starts = tuple(camel(prefix) for prefix in prefixes(commands))
        payloads: list[type[msgspec.Struct]] = [command.payload for command in commands]
        payloads += [frame.payload for frame in server_frames(commands, ()).values()]
        assert not [payload.__name__ for payload in payloads if not payload.__name__.startswith(starts)], feature


def test_a_struct_name_stands_for_one_struct() -> None:
    classes: dict[str, set[type]] = defaultdict(set)
    for struct in structs():
        classes[struct.__name__].add(struct)
    twice = {name: found for name, found in classes.items() if len(found) > 1}
    assert not twice, f"two structs of one name are both renamed in the schema: {twice}"


def test_every_definition_has_a_plain_name() -> None:
    assert all(re.fullmatch(r"[A-Z][A-Za-z0-9]*", name) for name in SCHEMA["$defs"])


def test_every_payload_says_what_it_is() -> None:
    silent = [struct.__name__ for struct in structs() if not struct.__name__.endswith("Frame") and not struct.__doc__]
    assert not silent, f"no docstring, so no description in the schema: {sorted(set(silent))}"


def test_every_member_says_what_it_is() -> None:
    silent = [
        f"{name}.{member}"
        for name, definition in SCHEMA["$defs"].items()
        for member, told in definition.get("properties", {}).items()
        if not told.get("description")
    ]
    assert not silent, f"say it in orchd/features/members.toml, or in a docstring below the member: {silent}"
    assert all(definition["description"] for definition in SCHEMA["$defs"].values())


def test_every_integer_has_bounds() -> None:
    for path, node in nodes(SCHEMA["$defs"], "$defs"):
        kinds = node.get("type")
        if "const" not in node and (kinds == "integer" or (isinstance(kinds, list) and "integer" in kinds)):
            assert {"minimum", "maximum"} <= set(node), f"{path} has no bounds: Annotated[int, Meta(ge=, le=)]"
            assert -(2**53) < node["minimum"] <= node["maximum"] < 2**53, path


def test_members_are_camel_case() -> None:
    for path, node in nodes(SCHEMA["$defs"], "$defs"):
        if path.endswith(".properties"):
            assert all(re.fullmatch(r"[a-z][a-zA-Z0-9]*", name) for name in node), path


def test_what_comes_in_is_closed_and_what_goes_out_is_open() -> None:
    client, server = reachable("ClientFrame"), reachable("ServerFrame")
    for name, definition in client.items():
        if definition.get("type") == "object" and "oneOf" not in definition:
            assert definition.get("additionalProperties") is False, f"{name} takes unknown members"
    for name, definition in server.items():
        assert definition.get("additionalProperties") is not False, f"{name} could never grow a member"


def test_the_committed_schema_is_fresh() -> None:
    committed = (ROOT / "protocol.schema.json").read_text(encoding="utf-8")
    assert committed == reference.schema_text(), "protocol.schema.json is stale: run `make schema`"


async def test_every_client_frame_has_a_handler(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/house.db"
    with trio.fail_after(90):
        async with open_database(url, pool_size=1, timeout=10) as database:
            await database.wait_ready()
            async with open_features(services(database), Sections(), lambda: 0, make_vault(database)) as features:
                opened = set(features.serves)
    assert opened == {command.type for commands in ROSTER.values() for command in commands}


def services(database: Database) -> Services:
    """Make what features are opened with; there is a model server, but it is away."""
    return Services(database, Hub(), Backends([BackendSpec("http://127.0.0.1:9")]), "house")
