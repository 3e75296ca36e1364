"""`orchd user` and `orchd token`: who may come in, changed in the database; a running daemon notices within seconds."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from orchd.cli.options import database_options, load_settings, token_options
from orchd.cli.reaching.passwords import password_option, read_password

if TYPE_CHECKING:
    from orchd.cli.user_actions import Actions
    from orchd.protocol.identity import UserRole

F = TypeVar("F", bound=Callable[..., Any])
json_option = click.option("--json", "as_json", is_flag=True, help="As one JSON object, with all of them in `items`.")
ROLES = ("admin", "member", "viewer")


@click.group(
    help="Make, list and change the users who may log in.\n"
    "\n"
    "While there is no user, nobody needs to log in. The first one must be an admin, and takes over all that was "
    "stored before. Works on the database itself: a daemon need not run, and one that runs notices."
)
def user() -> None:
    pass


@click.group(
    help="Make, list and revoke the API tokens of programs.\n"
    "\n"
    "Works on the database itself, for the operator; users make tokens of their own by `orchd account token`."
)
def token() -> None:
    pass


@user.command(help="Make a user NAME.")
@click.argument("name")
@click.option("--admin", is_flag=True, help="The same as --role admin.")
@click.option("--role", type=click.Choice(ROLES), help="What they may do.  [default: member]")
@click.option("--no-password", is_flag=True, help="Who comes in by tokens, or another login service, only.")
@password_option
@database_options
def add(
    name: str, *, admin: bool, role: str | None, no_password: bool, password_file: Path | None, **flags: Any
) -> None:
    if admin and role not in (None, "admin"):
        raise click.UsageError("--admin and --role say different things.")
    if no_password and password_file is not None:
        raise click.UsageError("--no-password and --password-file can't go together.")
    password = None if no_password else read_password(password_file, twice=True)
    chosen = cast("UserRole", "admin" if admin else role or "member")
    _act(flags, lambda actions: actions.add(name, chosen, password))


@user.command("list", help="List the users.")
@json_option
@database_options
def list_users(*, as_json: bool, **flags: Any) -> None:
    _act(flags, lambda actions: actions.list_users(as_json=as_json))


@user.command(help="Set the password of the user NAME, and log their browsers out.")
@click.argument("name")
@password_option
@database_options
def passwd(name: str, *, password_file: Path | None, **flags: Any) -> None:
    password = read_password(password_file, twice=True)
    _act(flags, lambda actions: actions.passwd(name, password))


@user.command(help="Say what the user NAME may do.")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@database_options
def role(name: str, role: str, **flags: Any) -> None:
    _act(flags, lambda actions: actions.role(name, cast("UserRole", role)))


@user.command(
    help="Let the user NAME log in by the provider of `[oidc]`, which knows them as SUBJECT; their browsers are "
    "logged out."
)
@click.argument("name")
@click.argument("subject")
@database_options
def link(name: str, subject: str, **flags: Any) -> None:
    _act(flags, lambda actions: actions.link(name, subject))


@user.command(help="Let the user NAME log in by a provider no longer; their browsers are logged out.")
@click.argument("name")
@database_options
def unlink(name: str, **flags: Any) -> None:
    _act(flags, lambda actions: actions.unlink(name))


@user.command(help="Keep the user NAME out: tokens and logins are worth nothing until `enable`.")
@click.argument("name")
@database_options
def disable(name: str, **flags: Any) -> None:
    _act(flags, lambda actions: actions.disable(name, disabled=True))


@user.command(help="Let the user NAME in again.")
@click.argument("name")
@database_options
def enable(name: str, **flags: Any) -> None:
    _act(flags, lambda actions: actions.disable(name, disabled=False))


@user.command(help="Delete the user NAME. Where they have chats, tasks and the like, say what becomes of those.")
@click.argument("name")
@click.option("--delete-rows", is_flag=True, help="Delete all that they have, for ever.")
@click.option("--give-to", metavar="NAME", help="Give all that they have to another user.")
@database_options
def remove(name: str, *, delete_rows: bool, give_to: str | None, **flags: Any) -> None:
    if delete_rows and give_to is not None:
        raise click.UsageError("--delete-rows and --give-to can't go together.")
    _act(flags, lambda actions: actions.remove(name, delete_rows=delete_rows, give_to=give_to))


@token.command(help="Make a token for the user NAME, and print it: it is shown this once.")
@click.argument("name")
@token_options
@database_options
def create(
    name: str,
    *,
    label: str,
    scopes: tuple[str, ...],
    models: tuple[str, ...],
    background: bool,
    days: int | None,
    **flags: Any,
) -> None:
    _act(flags, lambda actions: actions.create_token(name, label, scopes, models, background=background, days=days))


@token.command("list", help="List the tokens of all users, or of the user NAME.")
@click.argument("name", required=False)
@json_option
@database_options
def list_tokens(name: str | None, *, as_json: bool, **flags: Any) -> None:
    _act(flags, lambda actions: actions.list_tokens(name, as_json=as_json))


@token.command(help="Revoke token N of the list: its connections end.")
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@database_options
def revoke(number: int, **flags: Any) -> None:
    _act(flags, lambda actions: actions.revoke_token(number))


def _act(flags: dict[str, Any], act: "Callable[[Actions], Any]") -> None:
    """Run an action on the configured database, and print its lines."""
    settings = load_settings(flags).settings
    from orchd.cli.on_database import run_on_database
    from orchd.cli.user_actions import Actions

    for line in run_on_database(settings, lambda database: act(Actions(settings, database))):
        click.echo(line)
