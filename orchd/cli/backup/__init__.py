"""`orchd backup` and `orchd restore`: all of a database and its files in one file, and back."""

import json
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from orchd.cli.options import database_options, load_settings

FAILED = 1
_NO_TERMINAL = "there is no terminal to ask for the passphrase; give it by --passphrase-file"


class _BackupGroup(click.Group):
    """Makes a backup unless the first word is one of its commands: `orchd backup FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            if args[0].isalpha() and get_close_matches(args[0], self.commands):  # `./verfy` is a file
                raise click.exceptions.NoSuchCommand(args[0], possibilities=self.commands, ctx=ctx)
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_BackupGroup,
    name="backup",
    subcommand_metavar="FILE | COMMAND ...",
    help="Write all that the database holds, and the files of users, into one file; a daemon may run meanwhile.\n"
    "\n"
    "`orchd backup FILE` makes one, `-` is standard output; `orchd backup make --help` has its options. "
    "The master keys are not in it: stored secrets stay sealed, so keep a copy of the key file elsewhere.",
)
def backup() -> None:
    pass


@backup.command(help="Make a backup; FILE is replaced once the new one is whole, `-` is standard output.")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    metavar="KEY",
    help="Encrypt for this public key of age's or SSH's; repeatable.",
)
@click.option("--recipients-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="One key a line.")
@click.option("--without-files", is_flag=True, help="Leave the files of users out.")
@click.option("--json", "as_json", is_flag=True, help="Say what was backed up as one JSON object.")
@database_options
def make(
    file: Path,
    recipients: tuple[str, ...],
    recipients_file: Path | None,
    without_files: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    from orchd.cli.backup.running import make_one

    streamed = str(file) == "-"
    if streamed and (as_json or sys.stdout is None or sys.stdout.isatty()):
        raise click.UsageError("a backup is not for a terminal, nor may anything else stand in it: send it somewhere.")
    settings = load_settings(flags).settings
    keys = [*recipients, *_lines(recipients_file)]
    report = make_one(settings, None if streamed else file, keys, with_files=not without_files)
    _tell(report.facts(), report.lines(), as_json=as_json, to_stderr=streamed)


@backup.command(help="Read a backup from beginning to end, and say whether all of it is as it was written.")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="What decrypts it.")
@click.option("--json", "as_json", is_flag=True, help="Say what is in it as one JSON object.")
def verify(file: Path, identity: Path | None, as_json: bool) -> None:
    from orchd.cli.backup.running import verify_one

    report = verify_one(file, identity)
    _tell(report.facts(), ["the backup is whole", *report.lines()], as_json=as_json, to_stderr=False)


@backup.command("list", help="Say of which databases and when backups are: of FILE, or of all in a directory.")
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.option("--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="What decrypts them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def show(place: Path, identity: Path | None, as_json: bool) -> None:
    from orchd.cli.backup.running import list_all

    for line in list_all(place, identity, as_json=as_json):
        click.echo(line)


@backup.command(
    help="Make a key pair for encrypted backups: FILE, which must not be there yet, gets what decrypts them "
    "(`--identity`), and the public key is printed, for which they are encrypted (`--recipient`). age reads both. "
    "Keep FILE elsewhere: without it such backups can't be opened by anybody."
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase", "locked", is_flag=True, help="Ask for a passphrase, without which FILE is of no use.")
@click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="File whose first line is that passphrase; `-` is stdin.  [default: ask for it]",
)
@click.option("--json", "as_json", is_flag=True, help="Say the public key as one JSON object.")
def keygen(file: Path, locked: bool, passphrase_file: Path | None, as_json: bool) -> None:
    from orchd.cli.backup.running import make_key
    from orchd.cli.reaching.passwords import ask_secret, read_password

    if passphrase_file is not None:
        passphrase: str | None = read_password(passphrase_file, "--passphrase-file", twice=True)
    else:
        passphrase = ask_secret("passphrase of the new identity file", _NO_TERMINAL, twice=True) if locked else None
    try:
        recipient = make_key(file, passphrase)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already; backups that it opens would be lost with it") from None
    click.echo(json.dumps({"recipient": recipient}) if as_json else recipient)
    click.echo(f"keep {file} elsewhere: without it backups for this key can't be opened", err=True)


@click.command(
    help="Make the database what it was when a backup was made, on whatever kind of database that was; `-` is standard "
    "input.\n"
    "\n"
    "No daemon may run on it. All of the backup is read and compared first: until that is done nothing changes, and "
    "whenever this is broken off, the database is as it was. A backup of an older version is brought up to date."
)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--replace", is_flag=True, help="The database may have rows, which are lost.")
@click.option("--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="What decrypts it.")
@click.option("--without-files", is_flag=True, help="Leave the files of users as they are.")
@click.option("--json", "as_json", is_flag=True, help="Say what was restored as one JSON object.")
@database_options
def restore(file: Path, replace: bool, identity: Path | None, without_files: bool, as_json: bool, **flags: Any) -> None:
    from orchd.cli.backup.running import restore_one

    settings = load_settings(flags).settings
    report = restore_one(settings, file, identity, replace=replace, with_files=not without_files)
    _tell(report.facts(), ["restored", *report.lines()], as_json=as_json, to_stderr=False)


def _lines(path: Path | None) -> list[str]:
    text = "" if path is None else path.read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _tell(facts: dict[str, object], lines: list[str], *, as_json: bool, to_stderr: bool) -> None:
    for line in [json.dumps(facts, ensure_ascii=False)] if as_json else lines:
        click.echo(line, err=to_stderr)
