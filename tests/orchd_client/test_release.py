"""A client that was written from the schema of the last release: it reads what is sent today, and is understood.

Today's client reads what the daemon of that release sends."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from orchd.codegen.python.objects import PACKAGE
from orchd.codegen.python.package import write_package
from orchd.codegen.reading.frames import read_contract
from orchd.features import make_codec
from orchd.features.reference import example_values
from orchd.orchd_client.facts import FACTS
from orchd.orchd_client.runtime.messages import FrameReader, write_request
from orchd.protocol.schema.example import ExampleMaker
from tests.fix_scripted import golden_frames

RELEASED = Path(__file__).parents[2] / "packaging" / "protocol"
CODEC = make_codec()


@pytest.fixture(scope="module", params=sorted(RELEASED.glob("*.schema.json")), ids=lambda path: str(path.name))
def schema(request: pytest.FixtureRequest) -> bytes:
    """The schema of a release."""
    path: Path = request.param
    return path.read_bytes()


@pytest.fixture(scope="module")
def released(schema: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The client of that release, under a name of its own, with today's runtime."""
    folder = tmp_path_factory.mktemp("released")
    for path, text in write_package(read_contract(schema)).items():
        place = folder / path.replace(f"{PACKAGE}/", "released_client/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield importlib.import_module("released_client.facts")
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "released_client"]:
        del sys.modules[name]


def test_it_reads_all_that_is_sent_today(released: ModuleType) -> None:
    payloads = released.FACTS.payloads
    reader = FrameReader(payloads)
    read = 0
    for kind, told in golden_frames().items():
        for frame in told.values():
            found = reader.read(json.dumps(frame).encode())
            assert found.type == kind
            assert type(found.data) is payloads.get(kind, type(frame["data"]))
            read += kind in payloads
    assert read > 200
    assert payloads.keys() <= golden_frames().keys(), "nothing that it knows is gone"


def test_todays_client_reads_all_that_was_sent_then(schema: bytes) -> None:
    reader = FrameReader(FACTS.payloads)
    frames = dict(ExampleMaker(json.loads(schema), example_values()).frames("ServerFrame"))
    for kind, told in frames.items():
        for frame in told.values():
            assert type(reader.read(json.dumps(frame).encode()).data) is FACTS.payloads[kind]
    assert len(frames) > 200


def test_what_it_sends_is_taken_and_answered_as_it_waits_for_it(released: ModuleType, schema: bytes) -> None:
    requests: dict[str, Any] = importlib.import_module("released_client.requests").REQUESTS
    frames = dict(ExampleMaker(json.loads(schema), example_values()).frames("ClientFrame"))
    assert requests.keys() == frames.keys()
    for kind, told in frames.items():
        for frame in told.values():
            text = write_request(kind, "1", msgspec.convert(frame.get("data") or {}, requests[kind]))
            assert CODEC.decode(text).type == kind
        then, now = released.FACTS.call_of(kind), FACTS.call_of(kind)
        assert (then.reply, then.reply_data) == (now.reply, now.reply_data)


def test_what_it_knows_of_connections_still_holds(released: ModuleType) -> None:
    then = released.FACTS
    for name in ("protocol", "ready", "closing", "error", "ping", "cancel", "authenticate"):
        assert getattr(then, name) == getattr(FACTS, name)
    assert then.no_reconnect <= FACTS.no_reconnect
    assert then.errors.keys() <= FACTS.errors.keys()
