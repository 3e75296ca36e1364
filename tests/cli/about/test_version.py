"""`orchd version --json`."""

import json
from importlib.metadata import version

from orchd.cli.about.version import BUILD
from orchd.storage import schema_number
from tests.fix_command import RunCommand
from tests.house.source import ROOT


def test_it_tells_what_it_is_made_of(run_command: RunCommand) -> None:
    told = json.loads(run_command("version", "--json").stdout)
    assert told["protocol"] == "orchd.v1"
    assert told["schema"] == schema_number() == len(list((ROOT / "migrations" / "mysql").glob("*.sql")))
    assert told["frozen"] is False
    assert told["libraries"]["trio"] == version("trio")
    assert "hatchling" not in told["libraries"]
    assert "xllamacpp" not in told["libraries"]


def test_the_commit_is_what_the_build_has_noted(run_command: RunCommand) -> None:
    assert not (ROOT / "orchd" / BUILD).exists()
    assert json.loads(run_command("version", "--json").stdout)["commit"] is None
