"""The schema as it is published: the file that was written when this was built, which daemons serve."""

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from orchd.protocol.schema import asyncapi, json_schema, shape

NAME = "protocol.schema.json"


def asyncapi_text() -> str:
    """Return the schema as an AsyncAPI document. Raises likewise."""
    return json_schema.text(asyncapi.asyncapi(json.loads(schema_text())))


def open_schema_text() -> str:
    """Return the schema with texts instead of the enumerations that may grow. Raises likewise."""
    schema = json.loads(schema_text())
    shape.open_enums(schema)
    return json_schema.text(schema)


def schema_text() -> str:
    """Return the text of `protocol.schema.json`. Raises `FileNotFoundError` in a broken installation."""
    return _place().read_text(encoding="utf-8")


def is_there() -> bool:
    """Whether the file is where it was installed."""
    return _place().is_file()


def _place() -> Traversable:
    package = files("orchd")
    inside = package / NAME
    return inside if inside.is_file() else Path(str(package)).parent / NAME
