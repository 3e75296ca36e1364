"""The schema as it is published: the file that was written when this was built, which daemons serve."""

from importlib.resources import files
from pathlib import Path

NAME = "protocol.schema.json"


def schema_text() -> str:
    """Return the text of `protocol.schema.json`. Raises `FileNotFoundError` in a broken installation."""
    package = files("orchd")
    inside = package / NAME
    found = inside if inside.is_file() else Path(str(package)).parent / NAME
    return found.read_text(encoding="utf-8")
