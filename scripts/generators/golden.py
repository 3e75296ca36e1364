"""The golden frames for other people's types: decoded by generated msgspec types, or written as a TypeScript file."""

import importlib.util
import json
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "tests" / "golden"
ROOTS = (("client", "ClientFrame"), ("server", "ServerFrame"))


def frames(side):
    for path in sorted(FOLDER.glob("*.json")):
        for told in json.loads(path.read_text(encoding="utf-8"))[side].values():
            yield from told.values()


def decode(module):
    import msgspec

    spec = importlib.util.spec_from_file_location("types_of_orchd", module)
    types = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = types
    spec.loader.exec_module(types)
    for side, root in ROOTS:
        decoder = msgspec.json.Decoder(getattr(types, root))
        for frame in frames(side):
            decoder.decode(json.dumps(frame))


def typescript():
    yield 'import type { ClientFrame, ServerFrame } from "./orchd";'
    for side, root in ROOTS:
        yield f"export const {side}: {root}[] = {json.dumps([*frames(side)], ensure_ascii=False)};"


if __name__ == "__main__":
    if sys.argv[1] == "--typescript":
        sys.stdout.write("\n".join(typescript()))
    else:
        decode(sys.argv[1])
