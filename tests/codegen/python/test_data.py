"""The modules of objects of a client in Python: each stands where it belongs, and nothing is loaded before its time."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchd.codegen.python.package import write_modules
from orchd.codegen.reading.document import SchemaError
from orchd.codegen.reading.frames import read_contract
from orchd.orchd_client import requests, types
from tests.codegen_schema import as_file, client_frame, refer, small_schema

LOADED = """
import sys
from orchd.orchd_client import types, requests, connect
def loaded():
    print(sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("orchd.orchd_client.data.")))
loaded()
types.Pong
loaded()
requests.REQUESTS["task:get"]
loaded()
"""


def test_no_data_is_loaded_before_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.splitlines(), done.stderr) == (
        ["[]", "['session', 'shared']", "['session', 'shared', 'task']"],
        "",
    )


def test_every_name_is_found_where_it_is_said_to_be() -> None:
    for module in (types, requests):
        assert {*dir(module)} == {*module.__all__} - {"PAYLOADS", "REQUESTS"}
        for name in dir(module):
            assert getattr(module, name) is not None


def test_a_name_that_there_is_not_is_told_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match=r"module 'orchd\.orchd_client\.types' has no attribute 'Nobody'"):
        types.Nobody  # type: ignore[attr-defined]  # noqa: B018


def test_classes_are_found_by_types_of_frames() -> None:
    assert types.PAYLOADS["pong"] is types.Pong
    assert requests.REQUESTS["ping"] is requests.Ping
    assert len(types.PAYLOADS) == len([*types.PAYLOADS])
    assert types.PAYLOADS.get("weather:told") is None


def test_what_several_families_have_stands_once() -> None:
    schema = small_schema()
    schema["$defs"]["WallFrame"] = client_frame("wall:paint", "PaintCreate", "PongFrame")
    schema["$defs"]["ClientFrame"]["oneOf"].append(refer("WallFrame"))
    written = write_modules(read_contract(as_file(schema)))
    assert "class PaintCreate(RequestData, kw_only=True):" in written["data/shared.py"]
    assert "class Paint(ServerData, kw_only=True):" in written["data/paint.py"]
    assert "from .shared import " in written["data/paint.py"]
    assert "data/wall.py" not in written, "it has nothing of its own"


def test_a_family_may_not_be_called_like_the_module_of_what_is_shared() -> None:
    schema = small_schema()
    schema["$defs"]["PaintCreateFrame"] = client_frame("shared:create", "PaintCreate", "PaintFrame")
    with pytest.raises(SchemaError, match="'shared'"):
        write_modules(read_contract(as_file(schema)))


def test_modules_of_data_that_there_are_not_any_longer_are_none() -> None:
    here = {path.name for path in (Path(types.__file__ or "").parent / "data").glob("*.py")}
    there = {f"{place}.py" for module in (types, requests) for place in module._PLACES.values()}
    assert here == there | {"__init__.py"}


def test_what_an_older_daemon_leaves_out_is_read_as_empty() -> None:
    schema = small_schema()
    paint = schema["$defs"]["Paint"]
    paint["required"] = [*paint["properties"]]
    paint["properties"]["from"] = {"type": "string", "x-absent": ""}
    written = write_modules(read_contract(as_file(schema)))["data/paint.py"]
    struct = written.partition("class Paint(")[2].partition("class ")[0]
    members = [line.strip() for line in struct.splitlines() if ": " in line]
    assert members == [
        'from_: str = ""',
        "class_: int | None = None",
        "wait_ms: int",
        "shade: Shade | str",
        "coats: list[AnyPaint] = []",
        "notes: dict[str, str | bool] = {}",
    ]
