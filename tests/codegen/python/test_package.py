"""The client that is written: well formed, typed, and of one mind with the schema and the daemon."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orchd.codegen.folder import write_folder
from orchd.codegen.python.objects import PACKAGE
from orchd.codegen.python.package import INSIDE, write_package
from orchd.codegen.reading.document import SchemaError
from orchd.codegen.reading.frames import read_contract
from orchd.features import make_codec
from orchd.orchd_client import requests, types
from orchd.orchd_client.families.access import AccessRequests
from orchd.orchd_client.families.chat import ChatRequests
from orchd.orchd_client.families.template import TemplateRequests
from orchd.orchd_client.runtime.failures import NotADaemonError
from orchd.orchd_client.runtime.messages import FrameReader, write_request
from orchd.protocol import PROTOCOL
from tests.codegen_schema import TEXT, as_file, client_frame, members, refer, small_schema
from tests.protocol.schema.test_json_schema import instances

ROOT = Path(__file__).parents[3]
CODEC = make_codec()
CLIENT_TYPES = sorted(CODEC.client_frames)
SERVER_TYPES = sorted(CODEC.server_frames)
RUFF = ("--isolated", "--config", "line-length = 120", "--target-version", "py311")
TYPED = """
from orchd_client import connect
from orchd_client.types import Paint, RedPaint, UnknownAnyPaint


async def use() -> Paint:
    async with connect("ws://127.0.0.1/ws", token="t") as client:
        paint: Paint = await client.paint.create(from_="here", class_=None, wait_ms=5, coats=[])
        shade: str | None = paint.shade
        for coat in paint.coats or []:
            if isinstance(coat, UnknownAnyPaint):
                print(coat.value)
            elif isinstance(coat, RedPaint):
                print(coat.red, shade)
        await client.paint.create(from_=7)  # type: ignore[arg-type]
        await client.paint.create()  # type: ignore[call-arg]
        return paint
"""


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def includes(whole: Any, part: Any) -> bool:
    """Whether all of one value stands in another one, which may have more members."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and includes(whole[name], part[name]) for name in part)
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(includes, whole, part))
    return bool(whole == part)


def tool(*command: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_written_as_it_would_be_formatted(generated_folder: Path) -> None:
    tool("ruff", "format", "--check", "--quiet", *RUFF, ".", folder=generated_folder)
    tool("ruff", "check", "--select", "E,F,I", "--ignore", "E501", "--quiet", *RUFF, ".", folder=generated_folder)


def test_what_is_written_from_a_small_schema_is_typed(tmp_path: Path) -> None:
    write_folder(tmp_path / "client", write_package(read_contract(as_file(small_schema()))))
    (tmp_path / "client" / "use.py").write_text(TYPED, encoding="utf-8")
    tool("ruff", "format", "--check", "--quiet", *RUFF, "orchd_client", folder=tmp_path / "client")
    tool("mypy", "--strict", "--warn-unused-ignores", "--cache-dir", str(tmp_path), ".", folder=tmp_path / "client")


def test_the_same_schema_gives_the_same_files() -> None:
    contract = read_contract(as_file(small_schema()))
    assert write_package(contract) == write_package(contract)


def test_the_version_is_the_protocols(generated_folder: Path) -> None:
    major = PROTOCOL.rpartition("v")[2]
    assert f'version = "{major}.0.0"' in (generated_folder / "pyproject.toml").read_text(encoding="utf-8")


def test_the_one_inside_of_orchd_is_that_of_this_schema(generated_folder: Path) -> None:
    package = generated_folder / PACKAGE
    written = sorted(path.relative_to(package) for path in package.rglob("*.py"))
    assert len(written) > 30, "it is all there"
    for path in written:
        text = (package / path).read_text(encoding="utf-8")
        assert (INSIDE / path).read_text(encoding="utf-8") == text, f"{path}: run `make schema`"


@pytest.mark.parametrize("kind", CLIENT_TYPES)
def test_whatever_a_client_may_send_is_written_as_the_daemon_reads_it(kind: str) -> None:
    for frame in instances("ClientFrame", kind, count=2):
        told = frame.get("data") or {}
        text = write_request(kind, "1", msgspec.convert(told, requests.REQUESTS[kind]))
        assert without_nulls(json.loads(text)["data"]) == without_nulls(told)
        assert CODEC.decode(text).type == kind


@pytest.mark.parametrize("kind", SERVER_TYPES)
def test_whatever_the_daemon_may_send_is_read(kind: str) -> None:
    for frame in instances("ServerFrame", kind, count=2):
        read = FrameReader(types.PAYLOADS).read(json.dumps(frame).encode())
        assert (read.type, read.id, read.plain) == (kind, frame.get("id"), frame["data"])
        assert includes(json.loads(msgspec.json.encode(read.data)), without_nulls(frame["data"]))


def test_null_clears_where_it_means_so_and_nowhere_else() -> None:
    cleared = json.loads(write_request("task:update", "1", requests.TaskUpdate(task_id=1, due_at=None, title=None)))
    assert cleared["data"] == {"taskId": 1, "dueAt": None}


def test_what_later_daemons_add_is_passed_over() -> None:
    reader = FrameReader(types.PAYLOADS)
    unknown = reader.read(b'{"type": "weather:told", "data": {"degrees": 20}, "id": "7"}')
    assert (unknown.type, unknown.data, unknown.id) == ("weather:told", {"degrees": 20}, "7")
    workflow = next(instances("ServerFrame", "workflow:get"))
    workflow["data"]["steps"].insert(0, {"type": "dance", "id": "a", "tempo": 3})
    workflow["data"]["steps"].append({"type": ["dance"]})
    workflow["data"]["colour"] = "red"
    first, *_, last = reader.read(json.dumps(workflow).encode()).data.steps
    assert isinstance(first, types.UnknownWorkflowStep)
    assert first.value == {"type": "dance", "id": "a", "tempo": 3}
    assert isinstance(last, types.UnknownWorkflowStep)
    state = reader.read(
        b'{"type": "chat:streaming", "data": {"conversationId": 1, "messageId": 2, "seq": 3, '
        b'"channel": "thoughts", "chunk": "x", "done": false}}'
    )
    assert state.data.channel == "thoughts"


def additions(value: Any) -> Iterator[Any]:
    """Yield a value of a frame with one more member in each place that may have one, of a type that also maps take."""
    if isinstance(value, dict) and value:
        yield value | {"laterMember": next(iter(value.values()))}
        for name, member in value.items():
            yield from (value | {name: changed} for changed in additions(member))
    if isinstance(value, list) and value:
        yield from ([changed, *value[1:]] for changed in additions(value[0]))


def test_golden_frames_with_a_member_more_are_read() -> None:
    reader, count = FrameReader(types.PAYLOADS), 0
    for path in sorted((ROOT / "tests" / "golden").glob("*.json")):
        for kind, frames in json.loads(path.read_bytes())["server"].items():
            for frame in (frame for told in frames.values() for frame in additions(told)):
                assert reader.read(json.dumps(frame).encode()).type == kind
                count += 1
    assert count > len(SERVER_TYPES)


DEEP = b'{"type": "weather:told", "data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    "text", [b"", b"[]", b'{"data": {}}', b'{"type": "pong"}', b'{"type": "pong", "data": 7}', b"\xff", DEEP]
)
def test_what_is_no_frame_is_told_so(text: bytes) -> None:
    with pytest.raises(NotADaemonError):
        FrameReader(types.PAYLOADS).read(text)


def test_names_that_the_language_has_get_a_mark() -> None:
    assert callable(AccessRequests.break_)
    assert callable(TemplateRequests.import_)
    assert callable(ChatRequests.continue_)


def test_members_that_become_one_name_are_refused() -> None:
    schema = small_schema()
    schema["$defs"]["Pong"] = members(taskId=TEXT, task_id=TEXT)
    with pytest.raises(SchemaError, match=r"'taskId' and 'task_id' would both be called 'task_id', at .*Pong"):
        write_package(read_contract(as_file(schema)))


def test_requests_that_become_one_name_are_refused() -> None:
    schema = small_schema()
    schema["$defs"]["AgainFrame"] = client_frame("paint:CREATE", "Ping", "PongFrame")
    schema["$defs"]["ClientFrame"]["oneOf"].append(refer("AgainFrame"))
    with pytest.raises(SchemaError, match="'paint:create' and 'paint:CREATE' would both be called '_PAINT_CREATE'"):
        write_package(read_contract(as_file(schema)))
