"""Golden frames by pydantic's types, as another generator writes them, and by our client's: both must say the same.

Run as `cross_check.py MODULE FOLDER`: their module, and the folder with the package `orchd_client`.
"""

import importlib
import importlib.util
import json
import sys
from datetime import datetime

import msgspec
from golden import ROOTS, frames


def load(module):
    spec = importlib.util.spec_from_file_location("types_of_orchd", module)
    types = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = types
    spec.loader.exec_module(types)
    return types


def plain(value):
    """Return a value with what may be written in two ways in one: times, whole numbers; and without nulls, which we
    leave out."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str) and len(value) > 18 and value[4:5] == "-" and value.endswith("Z"):
        return datetime.fromisoformat(value).isoformat()
    return value


def includes(whole, part):
    """Whether all of one value stands in another one, which may have defaults besides."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and includes(whole[name], part[name]) for name in part)
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(includes, whole, part))
    return whole == part


def main(module, folder):
    theirs = load(module)
    sys.path.insert(0, folder)
    ours = {
        "client": importlib.import_module("orchd_client.requests").REQUESTS,
        "server": importlib.import_module("orchd_client.types").PAYLOADS,
    }
    compared = 0
    for side, root in ROOTS:
        model = getattr(theirs, root)
        for frame in frames(side):
            told = model.model_validate(frame).model_dump(mode="json", by_alias=True, exclude_unset=True)
            data = plain(told.get("data") or {})
            read = msgspec.convert(frame.get("data") or {}, ours[side][frame["type"]])
            written = plain(json.loads(msgspec.json.encode(read)))
            if not includes(written, data):
                raise SystemExit(f"{frame['type']}: theirs {data}, ours {written}")
            given = plain(frame.get("data") or {})
            if data != given or not includes(written, given):
                raise SystemExit(f"{frame['type']}: given {given}, theirs {data}, ours {written}")
            compared += 1
    sys.stderr.write(f"generators: {compared} golden frames are the same by pydantic's types and by ours\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
