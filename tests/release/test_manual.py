"""The manual pages, before they are written: one for each command, however it is imported."""

import importlib.util
from collections.abc import Iterator

import click

from orchd.cli import ELSEWHERE, orchd
from tests.house.source import ROOT

SPEC = importlib.util.spec_from_file_location("manual", ROOT / "packaging" / "manual.py")
assert SPEC is not None
assert SPEC.loader is not None
MANUAL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MANUAL)


def below(command: click.Command, path: str = "orchd") -> Iterator[tuple[str, click.Command]]:
    """Each command with its path, as click-man walks over them."""
    yield path, command
    for name, each in getattr(command, "commands", {}).items():
        yield from below(each, f"{path} {name}")


def test_each_command_has_a_page_whose_first_line_is_a_sentence() -> None:
    pages = dict(below(MANUAL.whole(orchd)))
    assert {f"orchd {name}" for name in ELSEWHERE} <= pages.keys()
    assert {"orchd", "orchd serve", "orchd backup keygen", "orchd db copy", "orchd user add"} <= pages.keys()
    for path, command in pages.items():
        assert command.help, path
        assert command.short_help, path
        assert " ".join(command.help.split()).startswith(command.short_help), "nothing is cut"
    assert not ELSEWHERE.keys() & orchd.commands.keys(), "what runs is left as it was"
