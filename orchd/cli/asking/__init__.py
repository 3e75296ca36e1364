"""The commands that ask a running daemon for something other than chats: projects, teams, quotas, one's account,
files, any request."""

import click

from orchd.cli.asking.account import account
from orchd.cli.asking.ask import ask
from orchd.cli.asking.files import file
from orchd.cli.asking.project import project
from orchd.cli.asking.quota import quota, usage
from orchd.cli.asking.team import team

__all__ = ["COMMANDS"]

COMMANDS: tuple[click.Command, ...] = (project, team, quota, usage, account, file, ask)
