"""What clients are written from: `protocol.schema.json`, `docs/frames.md` and the golden frames, made from the roster.

They are written when something has changed (`make schema`) and committed; the daemon serves the file.
"""

import sys
import tomllib
from pathlib import Path

from orchd.features import make_codec
from orchd.features.frames_doc import document
from orchd.protocol import PROTOCOL
from orchd.protocol.schema.example import ExampleMaker, ExampleValues
from orchd.protocol.schema.json_schema import MemberTexts, schema, text
from orchd.protocol.schema.shape import SchemaObject

SESSION = dict.fromkeys(("ping", "pong", "cancel", "cancelled", "error"), "session")
"""Types whose family is not their first word."""


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


def golden(whole: SchemaObject) -> dict[str, str]:
    """Return an example of each frame of a schema: name of a file → its text, one for each family of frames."""
    maker = ExampleMaker(whole, example_values())
    families: dict[str, dict[str, dict[str, object]]] = {}
    for root, side in (("ClientFrame", "client"), ("ServerFrame", "server")):
        for kind, told in maker.frames(root):
            family = SESSION.get(kind, kind.partition(":")[0])
            families.setdefault(family, {"client": {}, "server": {}})[side][kind] = told
    return {f"{family}.json": text(told) for family, told in families.items()}


def example_values() -> ExampleValues:
    """Return what members hold in examples, as `examples.toml` says it."""
    return tomllib.loads((Path(__file__).parent / "examples.toml").read_text(encoding="utf-8"))


def write_golden(folder: Path) -> None:
    """Write the golden frames into their folder, and take away those of families that there aren't any longer."""
    files = golden(make_schema())
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.json"):
        if path.name not in files:
            path.unlink()
    for name, written in files.items():
        (folder / name).write_text(written, encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Write `schema` or `frames`, or with `golden FOLDER` the golden frames."""
    if arguments[0] == "golden":
        write_golden(Path(arguments[1]))
        return
    (wanted,) = arguments
    sys.stdout.write({"schema": schema_text, "frames": frames_text}[wanted]())


if __name__ == "__main__":
    main(sys.argv[1:])
