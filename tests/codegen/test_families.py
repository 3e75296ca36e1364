"""Requests by what they are about."""

from orchd.codegen.families import make_families
from orchd.codegen.reading.frames import read_contract
from tests.codegen_schema import as_file, client_frame, refer, small_schema


def test_types_become_paths() -> None:
    schema = small_schema()
    for name, kind in (("PaintMixAdd", "paint:mix:add"), ("Paint", "paint")):
        schema["$defs"][f"{name}AskFrame"] = client_frame(kind, "Ping", "PongFrame")
        schema["$defs"]["ClientFrame"]["oneOf"].append(refer(f"{name}AskFrame"))
    root = make_families(read_contract(as_file(schema)).requests.values())
    assert [*root.requests] == ["ping", "cancel"]
    assert [*root.families] == ["session", "paint"]
    paint = root.families["paint"]
    assert [*paint.requests] == ["create"]
    assert paint.families["mix"].path == ("paint", "mix")
    assert paint.own is not None, "a request that is called like a family is its own"
    assert paint.own.type == "paint"
    assert [family.path for family in root.walk()][-1] == ()
