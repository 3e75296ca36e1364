"""The command line: read flags, load the settings, start what was asked for, end with an exit code.

Exit codes: 0 ended as asked, 1 failed while running, 2 wrong usage or configuration, 130 ended by a second signal.
Errors are lines on stderr that start with `orchd: `; stdout holds what was asked for and nothing else.

Imports inside the commands are on purpose: Trio, httpx and the rooms cost about 0.2 s, which `orchd version`, a wrong
flag or a shell's completion should not have to wait for. So are commands that are imported when they are asked for: a
daemon would keep those of all others, with their flags, in memory.
"""

import importlib
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from orchd import __version__
from orchd.assembly.allocation import share_arena
from orchd.assembly.imports import quick_imports
from orchd.cli import output
from orchd.cli.options import load_settings, settings_options
from orchd.config import Settings
from orchd.config.load import LoadedSettings
from orchd.errors import ConfigurationError, OrchdError, StartError
from orchd.masking import mask_words

FAILED = 1
USAGE = 2
INTERRUPTED = 130

CLOSE = 0.8
"""How much of two commands' letters is the same where one is taken for the other misspelt."""

ELSEWHERE = {
    "account": "asking.account:account",
    "ask": "asking.ask:ask",
    "audit": "audit:audit",
    "backup": "backup:backup",
    "chat": "clients:chat",
    "client": "codegen:client",
    "completion": "about.completion:completion",
    "conversations": "clients:conversations",
    "db": "database:db",
    "debug": "debugging:debug",
    "export": "moving.giving:export",
    "file": "asking.files:file",
    "health": "about.health:health",
    "import": "moving.taking:take",
    "keys": "keys:keys",
    "models": "clients:models",
    "project": "asking.project:project",
    "queue": "clients:queue",
    "quota": "asking.quota:quota",
    "restore": "backup:restore",
    "schema": "schema:schema",
    "search": "clients:search",
    "simulate": "simulate:simulate",
    "status": "clients:status",
    "tasks": "clients:tasks",
    "team": "asking.team:team",
    "token": "users:token",
    "top": "top:top",
    "usage": "asking.quota:usage",
    "user": "users:user",
    "version": "about.version:version",
}
"""The commands that are imported when they are asked for: the module, below this one, and the command's name in it."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Blocks until it has ended; prints errors, raises none of its own."""
    output.prepare()
    try:
        return _run(arguments)
    except click.ClickException as error:
        return _refuse(error)
    except ConfigurationError as error:
        return _complain(error, USAGE)
    except output.OutputError as error:
        output.abandon()
        return FAILED if error.quiet else _complain(error, FAILED)
    except BrokenPipeError:
        output.abandon()
        return FAILED
    except OSError as error:
        return _complain(output.after(error), FAILED)
    except OrchdError as error:
        from orchd.cli.showing import reason_of

        return _complain(reason_of(error), FAILED)
    except StartError as error:
        return _complain(error, FAILED)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED


def _run(arguments: Sequence[str]) -> int:
    """Nurseries wrap what fails in groups; a group of one failure is that failure."""
    try:
        code = orchd.main(args=list(arguments), prog_name="orchd", standalone_mode=False)
        output.flush()
    except BaseExceptionGroup as group:
        failure: BaseException = group
        while isinstance(failure, BaseExceptionGroup) and len(failure.exceptions) == 1:
            failure = failure.exceptions[0]
        raise failure from None
    return code if isinstance(code, int) else 0


class _Commands(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = ELSEWHERE[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(f".{module}", __name__), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Raises `NoSuchCommand`, which names what is spelt alike."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:  # click knows of what is imported only
            raise _no_such(error.command_name, self.list_commands(ctx), ctx) from None


def _no_such(name: str, known: Sequence[str], context: click.Context) -> click.exceptions.NoSuchCommand:
    """Return the error that names what is spelt much like it; where nothing is, what is spelt somewhat like it."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, cutoff=CLOSE)
    return click.exceptions.NoSuchCommand(name, possibilities=close or known, ctx=context)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="A self-hosted daemon that orchestrates AI models: chat over one WebSocket, stored and watched.\n"
    "\n"
    "`orchd help COMMAND` says more of a command.",
)
@click.version_option(__version__, message="orchd %(version)s")
def orchd() -> None:
    pass


@orchd.command("help", help="Say what there is, or what a command does.")
@click.argument("names", nargs=-1, metavar="[COMMAND]")
@click.pass_context
def show_help(context: click.Context, names: tuple[str, ...]) -> None:
    shown: click.Command = orchd
    above = click.Context(orchd, info_name="orchd")
    for name in names:
        found = shown.get_command(above, name) if isinstance(shown, click.Group) else None
        if found is None:
            known = shown.list_commands(above) if isinstance(shown, click.Group) else ()
            raise _no_such(name, known, above)
        shown, above = found, click.Context(found, info_name=name, parent=above)
    click.echo(shown.get_help(above))


@orchd.command(help="Run the daemon; prints `listening on URL` when it is ready. Logs go to stderr.")
@click.option(
    "--setup", "set_up", is_flag=True, help="While there is no user, print a link by which the first is made."
)
@settings_options
def serve(set_up: bool, **flags: Any) -> int:
    loaded = load_settings(flags)
    share_arena()
    with quick_imports():
        import structlog

        from orchd import log
        from orchd.app import run as run_daemon

    output = log.configure(loaded.settings.log.level, loaded.settings.log.format)
    for warning in loaded.warnings:
        structlog.get_logger().warning("configuration", reason=warning)

    def reread() -> Settings:
        return load_settings(flags).settings

    try:
        if sys.stdout is not None:
            return run_daemon(loaded.settings, listen_line=sys.stdout, set_up=set_up, reread=reread)
        with Path(os.devnull).open("w") as nowhere:  # started with stdout closed
            return run_daemon(loaded.settings, listen_line=nowhere, set_up=set_up, reread=reread)
    finally:
        if output is not None:
            output.close()


@orchd.command(
    help="Say whether the configuration is valid and the database and model servers answer.\n"
    "\n"
    "Exits 0 when all is well, 1 when something does not answer, 2 when the configuration is wrong."
)
@click.option("--deep", is_flag=True, help="Have a model of each server answer, too: it is loaded, and takes its time.")
@click.option("--json", "as_json", is_flag=True, help="Say what was found as one JSON object.")
@settings_options
def check(deep: bool, as_json: bool, **flags: Any) -> int:
    import trio

    from orchd import log
    from orchd.cli import checks
    from orchd.cli.about.progress import FindingsOnScreen
    from orchd.cli.findings import Findings, findings_json

    loaded = load_settings(flags)
    output = log.configure("error", "text")  # what there is to say is said below
    try:
        with FindingsOnScreen() as screen:
            shown: Findings = Findings() if as_json else screen
            findings = trio.run(partial(checks.check, loaded, deep=deep, report=shown))
    finally:
        if output is not None:
            output.close()
    if as_json:
        click.echo(findings_json(findings))
    return FAILED if any(finding.failed for finding in findings) else 0


@orchd.command("config", help="Print the effective configuration and where each value comes from; secrets are masked.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object: each setting by its name.")
@settings_options
def show_config(as_json: bool, **flags: Any) -> None:
    from orchd.config.show import render, render_json

    loaded = load_settings(flags)
    _warn(loaded)
    show = render_json if as_json else render
    click.echo(show(loaded.settings, loaded.origins, loaded.file), nl=False)


@orchd.command(
    help="Bring the database up to date (`serve` does so by itself); a SQLite file is copied first.\n"
    "\n"
    "With --plan say only what would be done, and change nothing."
)
@click.option("--plan", is_flag=True, help="Say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="The plan as one JSON object.")
@settings_options
def migrate(plan: bool, as_json: bool, **flags: Any) -> None:
    import trio

    from orchd import log
    from orchd.cli import checks

    loaded = load_settings(flags)
    _warn(loaded)
    if plan or as_json:
        found = trio.run(checks.plan_of, loaded.settings)
        click.echo(json.dumps(found) if as_json else "\n".join(checks.plan_lines(found)))
        return
    output = log.configure("info", "text")  # says where the copy is
    try:
        lines = trio.run(checks.migrate, loaded.settings)
    finally:
        if output is not None:
            output.close()
    for line in lines:
        click.echo(line)


@orchd.command(
    help="Say which claims of an answer the sources support, by their words alone: no model is asked.\n"
    "\n"
    "Each claim gets one of four words. supported: the sources say so. CONTRADICTED: they say something else. "
    "NOT FOUND: they say nothing of it, or have its number or date nowhere and no other one in its place. "
    "unclear: their words alone don't tell, so read the place that is shown. "
    "The figure is how likely the sources bear the claim out, 0 to 1. Words are compared, so none of it is a proof.\n"
    "\n"
    "It exits with 0 whatever it found; --json is for programs."
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    required=True,
    metavar="FILE...",
    help="Text that the answer must rest on; repeatable.",
)
@click.option("--answer", required=True, metavar="FILE", help="The answer; `-` is stdin.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each claim.")
@click.argument("more", nargs=-1, metavar="")
def verify(sources: tuple[str, ...], answer: str, as_json: bool, more: tuple[str, ...]) -> None:
    from orchd.cli.verify import verify as run_verify

    for line in run_verify((*sources, *more), answer, as_json=as_json, warn=_warn_of):
        click.echo(line)


def _warn(loaded: LoadedSettings) -> None:
    for warning in loaded.warnings:
        _warn_of(warning)


def _warn_of(what: str) -> None:
    click.echo(f"orchd: warning: {what}", err=True)


def _refuse(error: click.ClickException) -> int:
    """What click says about the arguments, without a password that stands in one of them."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):  # its message is the help itself: no line before it
        error.show()
        return error.exit_code
    told = " ".join(mask_words(error.format_message()).split()).rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = (
        "" if context is None else f"{' ' if told.endswith(('?', '?)')) else '. '}See `{context.command_path} --help`"
    )
    return _complain(f"{told[:1].lower()}{told[1:]}{hint}", error.exit_code)


def _complain(error: object, code: int) -> int:
    for line in str(error).splitlines():
        click.echo(f"orchd: {line}", err=True)
    return code
