"""The schema that is served is the file that was committed."""

import json
from pathlib import Path

import jsonschema
import pytest

from orchd.protocol.schema import published


def test_it_is_the_committed_file() -> None:
    committed = Path(__file__).parents[3] / published.NAME
    assert published.schema_text() == committed.read_text(encoding="utf-8")


def test_the_open_form_takes_values_that_are_not_known_yet() -> None:
    frame = {"type": "error", "data": {"code": "tired", "message": "later", "retryable": True}}
    for text, valid in ((published.schema_text(), False), (published.open_schema_text(), True)):
        schema = {"$ref": "#/$defs/ServerFrame", "$defs": json.loads(text)["$defs"]}
        assert jsonschema.Draft202012Validator(schema).is_valid(frame) is valid
    opened = json.loads(published.open_schema_text())
    jsonschema.Draft202012Validator.check_schema(opened)
    code = opened["$defs"]["Error"]["properties"]["code"]
    assert code == {"description": "What went wrong, for programs.", "type": "string"}, "a plain text for generators"
    closed = {"$ref": "#/$defs/ChatSend", "$defs": opened["$defs"]}
    assert not jsonschema.Draft202012Validator(closed).is_valid({"message": "x", "onDisconnect": "stay"})


def test_it_stands_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "files", lambda package: tmp_path)
    (tmp_path / published.NAME).write_text("{}", encoding="utf-8")
    assert published.schema_text() == "{}"


def test_a_broken_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "files", lambda package: tmp_path / "orchd")
    with pytest.raises(FileNotFoundError):
        published.schema_text()
