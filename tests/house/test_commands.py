"""All commands, as they are declared: what shows something can be read by programs, and options say what they do."""

from collections.abc import Iterator, Mapping

import click
import pytest

from orchd.cli import orchd

_DOES = "it does something: whether it was done, the exit code says"
_ONE = "it prints what a program wants, and nothing else"
_STAYS = "it stays, and its one line says where it listens"
NO_JSON: Mapping[str, str] = {
    "account passwd": _DOES,
    "ask": "it prints frames, which are JSON",
    "audit export": "it prints JSON, a row a line",
    "client": _DOES,
    "completion": _ONE,
    "db reindex": _DOES,
    "debug": "it writes a file for people who mend orchd",
    "db vacuum": _DOES,
    "export": "it prints JSON, or the Markdown that is asked for",
    "file download": _DOES,
    "file upload": "it prints the number of each file, a line each",
    "help": "it is for people; each command's options are in the manual",
    "keys init": _DOES,
    "keys prune": _DOES,
    "keys rotate": _DOES,
    "schema": "it prints JSON",
    "serve": _STAYS,
    "simulate": _STAYS,
    "token create": _ONE,
    "token revoke": _DOES,
    **{f"user {verb}": _DOES for verb in ("add", "disable", "enable", "link", "passwd", "remove", "role", "unlink")},
}
"""Commands without `--json`, each with its reason."""


def commands(group: click.Group, context: click.Context, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield all commands that do something, by what is typed."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        typed = f"{above} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, click.Context(command, parent=context, info_name=name), typed)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield typed, command


ALL = dict(commands(orchd, click.Context(orchd)))


def options(command: click.Command) -> list[click.Option]:
    return [each for each in command.params if isinstance(each, click.Option)]


def test_programs_can_read_what_is_shown() -> None:
    without = {name for name, command in ALL.items() if not any("--json" in each.opts for each in options(command))}
    assert without - set(NO_JSON) == set(), "give them --json, or say in NO_JSON why not"
    assert set(NO_JSON) - without == set(), "strike these from NO_JSON"


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_says_what_it_does(name: str) -> None:
    command = ALL[name]
    assert command.help, name
    silent = [each.opts[0] for each in options(command) if not each.help and not each.hidden]
    assert not silent


def test_no_two_options_of_a_command_mean_the_same() -> None:
    for name, command in ALL.items():
        flags = [flag for each in options(command) for flag in (*each.opts, *each.secondary_opts)]
        assert len(flags) == len(set(flags)), name
