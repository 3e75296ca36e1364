"""The whole wire as one JSON schema (draft 2020-12), from which clients are generated.

It has two roots, `ClientFrame` and `ServerFrame`, each a union told apart by `type`. Client frames are closed; server
frames are open, since they may grow members. What JSON Schema has no words for stands in keywords that begin with
`x-`: what answers a request, with which error codes it may fail and which right it needs, how subscriptions are kept
and texts are resumed (`client_notes`), what numbers count (`units`), what an error code and a reason mean, and the
close codes.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Never, TypeAlias

import msgspec
from msgspec import Struct, inspect

from orchd.errors import CODES
from orchd.protocol.codec import Codec, union
from orchd.protocol.codes import CLOSE_CODES
from orchd.protocol.frame_type import FrameType
from orchd.protocol.schema import client_notes, docstrings, shape
from orchd.protocol.schema.shape import SchemaObject
from orchd.protocol.schema.units import describe_units
from orchd.protocol.types import ServerPayload
from orchd.reasons import REASONS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MemberTexts: TypeAlias = Mapping[str, str | Mapping[str, str]]
"""What members are: by name, and under the name of a struct where they are something else there."""

ABOUT = """Frames of the orchd WebSocket protocol. Generated; do not edit.

Nothing is sent that looks like this object: its members are the two roots, so that every generator finds both.
"""
CLIENT = "What a client may send. Null for a member that may be left out means that it is left out."
SERVER = "What the daemon sends. Later daemons may send more members, more types and more values of enumerations."


def schema(codec: Codec, members: MemberTexts, units: MemberTexts, version: str) -> dict[str, Any]:
    """Return the schema of protocol `version` as a JSON value.

    `members` says what the members of structs are, `units` what their numbers count where no name says it.
    """
    sent = [frame.envelope for frame in codec.server_frames.values()]
    read = [*codec.client_frames.values()]
    (client, server), definitions = msgspec.json.schema_components(
        (union(read), union(sent)), ref_template=f"{shape.REF}{{name}}"
    )
    shape.constants(definitions)
    shape.enumerations(definitions)
    shape.growing(definitions, server)
    for struct in _structs((*read, *sent)):
        _describe(definitions[struct.__name__], struct, members)
        describe_units(definitions[struct.__name__], _texts_of(struct, units))
    for kind, command in codec.commands.items():
        definition = definitions[codec.client_frames[kind].__name__]
        definition["description"] = docstrings.description(command.payload)
        shape.describe(definition, _CLIENT_MEMBERS)
        definition |= client_notes.of_command(command, codec)
    for frame in codec.server_frames.values():
        definition = definitions[frame.name]
        definition["description"] = _about(frame)
        shape.describe(definition, _SERVER_MEMBERS)
        definition |= client_notes.of_frame(frame)
    shape.references(definitions)
    shape.anything(definitions)
    definitions["ErrorCode"]["x-codes"] = {
        kind.code: {"retryable": kind.retryable, "common": kind.common, "description": docstrings.sentence(kind)}
        for kind in CODES
    }
    definitions["ErrorReason"]["x-reasons"] = dict(REASONS)
    roots = {
        "ClientFrame": shape.union(client, "ClientFrame", CLIENT),
        "ServerFrame": shape.union(server, "ServerFrame", SERVER),
    }
    return _document(version, {**roots, **definitions})


def text(whole: SchemaObject) -> str:
    """Return a schema as the text that is committed as `protocol.schema.json`."""
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _document(version: str, definitions: SchemaObject) -> SchemaObject:
    ordered = {name: {"title": name, "description": "", **told} for name, told in definitions.items()}
    return {
        "$schema": DIALECT,
        "title": version,
        "description": docstrings.join_lines(ABOUT),
        "type": "object",
        "properties": {
            "client": {"$ref": f"{shape.REF}ClientFrame"},
            "server": {"$ref": f"{shape.REF}ServerFrame"},
        },
        "required": ["client", "server"],
        "additionalProperties": False,
        "$defs": ordered,
        "x-closeCodes": [
            {"code": code.code, "description": code.reason, "reconnect": code.reconnect} for code in CLOSE_CODES
        ],
        "x-rights": client_notes.rights(),
        "x-session": client_notes.session(),
    }


def _describe(definition: SchemaObject, struct: type[Struct], members: MemberTexts) -> None:
    """Put a struct's own words and those of its members into its definition."""
    told = docstrings.description(struct)
    if told:
        definition["description"] = told
    if definition.get("additionalProperties") is False:
        shape.nullable(definition)
    if getattr(struct, "sent_whole", False):
        shape.whole(definition)
    shape.describe(definition, _texts(struct, members))
    shape.defaults(definition)


def _texts(struct: type[Struct], members: MemberTexts) -> SchemaObject:
    found: SchemaObject = {**_texts_of(struct, members), **docstrings.members(struct)}
    own = members.get(struct.__name__, {})
    for name in getattr(struct, "narrowed_by", ()):
        if name in found and name not in own:  # what is said of it there is said of a row
            found[name] = f"Only those with this value. {found[name]}"
    return found


def _texts_of(struct: type[Struct], table: MemberTexts) -> dict[str, str]:
    """Return what a table has for a struct's members: by name, then by struct."""
    found = {name: told for name, told in table.items() if isinstance(told, str)}
    for base in docstrings.sources(struct):
        told = table.get(base.__name__, {})
        found |= told if isinstance(told, Mapping) else {}
    return found


_CLIENT_MEMBERS = {
    "type": "Which frame this is.",
    "data": "What it says.",
    "id": "Chosen by the client: it stands on every frame sent on behalf of this request, up to the final one. "
    "A request without it can't be cancelled.",
}
_SERVER_MEMBERS = {
    "type": "Which frame this is.",
    "data": "What it says.",
    "id": "That of the request on whose behalf it is sent; none on frames that are pushed.",
}


def _about(frame: FrameType[Never]) -> str:
    """Return the words of a frame's payload; those of one that several share don't say which frame it is."""
    told = docstrings.description(frame.payload)
    return told if issubclass(frame.payload, ServerPayload) else f"The reply to `{frame.type}`. {told}"


def _structs(frames: Iterable[type[Struct]]) -> Iterable[type[Struct]]:
    """Return every struct that stands in these, themselves included."""
    found: dict[type[Struct], None] = {}
    wanted: list[inspect.Type] = [inspect.type_info(frame) for frame in frames]
    while wanted:
        kind = wanted.pop()
        if isinstance(kind, inspect.StructType) and kind.cls not in found:
            found[kind.cls] = None
            wanted += [field.type for field in kind.fields]
        wanted += [getattr(kind, name) for name in ("type", "item_type", "value_type") if hasattr(kind, name)]
        wanted += [*getattr(kind, "types", ()), *getattr(kind, "item_types", ())]
    return found
