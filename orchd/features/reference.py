"""What clients are written from: `protocol.schema.json` and the golden frames, made from the roster.

They are written when something has changed (`make schema`) and committed; the daemon serves the file.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

from orchd.features import make_codec
from orchd.protocol import PROTOCOL
from orchd.protocol.schema.example import ExampleMaker, ExampleValues, add_examples
from orchd.protocol.schema.json_schema import MemberTexts, schema, text
from orchd.protocol.schema.shape import SchemaObject

SESSION = dict.fromkeys(("ping", "pong", "cancel", "cancelled", "error"), "session")
"""Types whose family is not their first word."""


def members() -> MemberTexts:
    """Return what the members of frames are, as `members.toml` says it."""
    return _table("members")


def units() -> MemberTexts:
    """Return what the numbers of members count, as `units.toml` says it."""
    return _table("units")


def make_schema() -> SchemaObject:
    """Return the schema of the whole wire, with an example of each frame."""
    whole = schema(make_codec(), members(), units(), PROTOCOL)
    add_examples(whole, example_values())
    return whole


def schema_text() -> str:
    """Return the schema as it is committed."""
    return text(make_schema())


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
    return _table("examples")


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


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
    """Write `schema`, or with `golden FOLDER` the golden frames."""
    match arguments:
        case ["golden", folder]:
            write_golden(Path(folder))
        case ["schema"]:
            sys.stdout.write(schema_text())
        case _:
            sys.exit("say `schema`, or `golden` and a folder")


if __name__ == "__main__":
    main(sys.argv[1:])
