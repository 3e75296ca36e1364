"""The wire as an AsyncAPI 3 document: the same schema, in the words of its viewers and generators.

It describes the daemon: it receives what clients send, answers, and sends by itself. AsyncAPI's schemas are those of
JSON Schema draft 7, in which `discriminator` is another thing, and in which nothing else that the wire uses differs.
"""

from collections.abc import Iterator

from orchd import __version__
from orchd.protocol.schema.shape import REF, SchemaObject, objects

ASYNCAPI = "3.0.0"
SCHEMAS = "#/components/schemas/"
MESSAGES = "#/components/messages/"
CHANNEL = "frames"


def asyncapi(schema: SchemaObject) -> SchemaObject:
    """Return the document. Changes the schema that it is given."""
    definitions = schema["$defs"]
    client, server = (_frames(definitions, root) for root in ("ClientFrame", "ServerFrame"))
    names = {**dict.fromkeys(client, "client"), **dict.fromkeys(server, "server")}
    operations = dict(_requests(definitions, client)) | dict(_pushes(definitions, server))
    messages = {name: _message(definitions[name], name) for name in names}
    _into_components(definitions)
    return {
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "orchd",
            "version": __version__,
            "description": f"The WebSocket protocol {schema['title']}, as the daemon sees it. {schema['description']}",
        },
        "defaultContentType": "application/json",
        "servers": {"local": {"host": "127.0.0.1:3001", "pathname": "/ws", "protocol": "ws"}},
        "channels": {CHANNEL: {"address": None, "messages": {name: {"$ref": MESSAGES + name} for name in names}}},
        "operations": operations,
        "components": {"messages": messages, "schemas": definitions},
        "x-closeCodes": schema["x-closeCodes"],
    }


def _frames(definitions: SchemaObject, root: str) -> list[str]:
    return [branch["$ref"].removeprefix(REF) for branch in definitions[root]["oneOf"]]


def _message(definition: SchemaObject, name: str) -> SchemaObject:
    kind = definition["properties"]["type"]["const"]
    told = definition["description"]
    return {"name": kind, "title": kind, "summary": told.partition("\n")[0], "payload": {"$ref": SCHEMAS + name}}


def _requests(definitions: SchemaObject, frames: list[str]) -> Iterator[tuple[str, SchemaObject]]:
    for name in frames:
        told = definitions[name]
        replies = dict.fromkeys([*told["x-before"], told["x-reply"], "ErrorFrame"])
        yield (
            name.removesuffix("Frame"),
            {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{CHANNEL}"},
                "summary": told["description"].partition("\n")[0],
                "messages": [{"$ref": _of_channel(name)}],
                "reply": {
                    "channel": {"$ref": f"#/channels/{CHANNEL}"},
                    "messages": [{"$ref": _of_channel(each)} for each in replies],
                },
            },
        )


def _pushes(definitions: SchemaObject, frames: list[str]) -> Iterator[tuple[str, SchemaObject]]:
    """Yield what is sent without having been asked for: what no request is answered by."""
    told = [each for each in definitions.values() if "x-reply" in each]
    answers = {name for each in told for name in (each["x-reply"], *each["x-before"])}
    pushed = {name for each in told for name in each["x-pushes"]}
    for name in frames:
        if name in pushed or name not in answers:
            yield (
                f"Send{name.removesuffix('Frame')}",
                {
                    "action": "send",
                    "channel": {"$ref": f"#/channels/{CHANNEL}"},
                    "summary": definitions[name]["description"].partition("\n")[0],
                    "messages": [{"$ref": _of_channel(name)}],
                },
            )


def _of_channel(name: str) -> str:
    return f"#/channels/{CHANNEL}/messages/{name}"


def _into_components(definitions: SchemaObject) -> None:
    for node in objects(definitions):
        if isinstance(node.get("$ref"), str):
            node["$ref"] = node["$ref"].replace(REF, SCHEMAS)
        if isinstance(node.get("discriminator"), dict):
            del node["discriminator"]
