"""What clients are written from: `protocol.schema.json` and `docs/frames.md`, both made from the roster.

They are written when something has changed (`make schema`) and committed; the daemon serves the file.
"""

import sys
import tomllib
from pathlib import Path

from orchd.features import make_codec
from orchd.features.frames_doc import document
from orchd.protocol import PROTOCOL
from orchd.protocol.schema.json_schema import MemberTexts, schema, text
from orchd.protocol.schema.shape import SchemaObject


def members() -> MemberTexts:
    """Return what the members of frames are, as `members.toml` says it."""
    read: MemberTexts = tomllib.loads((Path(__file__).parent / "members.toml").read_text(encoding="utf-8"))
    return read


def make_schema() -> SchemaObject:
    """Return the schema of the whole wire."""
    return schema(make_codec(), members(), PROTOCOL)


def schema_text() -> str:
    """Return the schema as it is committed."""
    return text(make_schema())


def frames_text() -> str:
    """Return `docs/frames.md` as it is committed."""
    return document(make_schema())


def main(arguments: list[str]) -> None:
    """Write `schema` or `frames`."""
    (wanted,) = arguments
    sys.stdout.write({"schema": schema_text, "frames": frames_text}[wanted]())


if __name__ == "__main__":
    main(sys.argv[1:])
