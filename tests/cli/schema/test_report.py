"""`orchd schema diff` as a person and a program see it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchd.cli.schema import schema
from orchd.cli.schema.report import HINT, as_text
from orchd.compatibility.difference import Difference
from tests.fix_command import RunCommand
from tests.small_wire import Json, small


@pytest.fixture
def old(tmp_path: Path) -> str:
    return write(tmp_path / "old.json", small())


def write(path: Path, wire: Json) -> str:
    path.write_text(json.dumps(wire), encoding="utf-8")
    return str(path)


def edited(path: Path) -> str:
    wire = small()
    wire["$defs"]["NoteItem"]["properties"].pop("size")
    wire["$defs"]["NoteCreate"]["properties"]["more"] = {"type": "string"}
    wire["$defs"]["NoteCreate"]["properties"]["share"]["default"] = 1
    return write(path, wire)


def test_lines_for_people(run_command: RunCommand, old: str, tmp_path: Path) -> None:
    done = run_command("schema", "diff", old, edited(tmp_path / "new.json"))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "BREAKING   server note:create $.data.size: the member `size` is gone"
    assert lines[1] == "           also in note:told"
    assert lines[2].startswith("undecided  client note:create $.data.share: ")
    assert "accept it by its id: " in lines[3]
    assert lines[4] == "ok         client note:create $.data.more: the optional member `more` is new"
    assert lines[5:] == ["3 differences: 1 breaking, 1 undecided, 1 compatible"]
    quiet = run_command("schema", "diff", "--quiet", old, str(tmp_path / "new.json"))
    assert "`more`" not in quiet.stdout
    assert quiet.returncode == 1


def test_without_the_extra_it_is_named(old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = edited(tmp_path / "new.json")
    assert HINT not in CliRunner().invoke(schema, ["diff", old, new]).stderr
    monkeypatch.setattr("orchd.compatibility.INSTALLED", False)
    assert HINT in CliRunner().invoke(schema, ["diff", old, new]).stderr
    assert HINT not in CliRunner().invoke(schema, ["diff", old, old]).stderr, "nothing is undecided"


def test_json_for_programs(run_command: RunCommand, old: str, tmp_path: Path) -> None:
    done = run_command("schema", "diff", "--json", old, edited(tmp_path / "new.json"))
    told = json.loads(done.stdout)
    assert (told["old"], told["new"], told["breaking"]) == ("orchd.v1", "orchd.v1", True)
    (gone,) = (each for each in told["differences"] if each["kind"] == "member-removed")
    assert gone["path"] == "$.data.size"
    assert gone["schemaPath"] == "#/$defs/NoteItem/properties/size"
    assert gone["frames"] == ["note:create", "note:told"]
    assert {each["breaking"] for each in told["differences"]} == {True, False}


def test_what_was_accepted_passes(run_command: RunCommand, old: str, tmp_path: Path) -> None:
    wire = small()
    wire["$defs"]["NoteCreate"]["properties"]["share"]["default"] = 1
    new = write(tmp_path / "new.json", wire)
    (found,) = json.loads(run_command("schema", "diff", "--json", old, new).stdout)["differences"]
    accepted = tmp_path / "accepted.toml"
    accepted.write_text(f'[[accepted]]\nid = "{found["id"]}"\nwhy = "it meant that"\n', encoding="utf-8")
    done = run_command("schema", "diff", old, new, "--accepted", str(accepted))
    assert done.returncode == 0, done.stdout
    assert "accepted: it meant that" in done.stdout
    assert run_command("schema", "diff", old, old, "--accepted", str(accepted)).returncode == 2


def test_no_difference(run_command: RunCommand, old: str) -> None:
    done = run_command("schema", "diff", old, "-", stdin=json.dumps(small()))
    assert (done.returncode, done.stdout) == (0, "nothing that differs\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nowhere.json",), "nowhere.json: No such file"),
        (("README.md",), "it is not JSON"),
        (("pyproject.toml", "README.md"), "it is not JSON"),
        (("orchd",), "Is a directory"),
        (("-", "-"), "only one of the two"),
        ((), "missing argument"),
    ],
)
def test_bad_input_exits_2(run_command: RunCommand, arguments: tuple[str, ...], reason: str) -> None:
    done = run_command("schema", "diff", *arguments)
    assert done.returncode == 2
    assert reason in done.stderr
    assert not done.stdout


def test_the_schema_is_printed_in_its_forms(run_command: RunCommand) -> None:
    assert json.loads(run_command("schema").stdout)["title"] == "orchd.v1"
    assert json.loads(run_command("schema", "--asyncapi").stdout)["asyncapi"] == "3.0.0"
    assert run_command("schema", "--asyncapi", "--open").returncode == 2
    assert "\n#### `chat:send`\n" in run_command("schema", "--markdown").stdout
    assert run_command("schema", "--open", "diff", "a").returncode == 2


def test_names_from_a_file_do_not_reach_the_terminal_as_they_are() -> None:
    assert "\x1b" not in as_text([Difference("x", "breaking", "\x1b[31mred", "#")])
