"""Write a manual page of each command: manual.py PLACE VERSION DATE"""

import copy
import re
import sys

import click

from orchd.cli import orchd


def whole(command: click.Command) -> click.Command:
    """Return a copy of a command with all commands below it in place, imported or not, each with its first sentence.

    click-man looks into `commands`, where those that are imported when they are asked for never are, and cuts what a
    command does after some characters.
    """
    found = copy.copy(command)
    told = " ".join((command.help or "").partition("\n\n")[0].split())
    found.short_help = re.split(r"(?<!\.)\.(?= |$)", told)[0]
    if isinstance(found, click.Group) and isinstance(command, click.Group):
        context = click.Context(command)
        below = ((name, command.get_command(context, name)) for name in command.list_commands(context))
        found.commands = {name: whole(each) for name, each in below if each is not None}
    return found


def main(place: str, version: str, date: str) -> None:
    from click_man.core import write_man_pages

    write_man_pages("orchd", whole(orchd), version=version, target_dir=place, date=date)


if __name__ == "__main__":
    main(*sys.argv[1:])
