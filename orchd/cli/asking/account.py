"""`orchd account`: one's own password, tokens and browsers, at a running daemon."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchd.cli.asking.exchange import Exchange, asks, every, one, say
from orchd.cli.options import token_options
from orchd.cli.reaching.options import daemon_option, reaching
from orchd.cli.reaching.passwords import read_password
from orchd.cli.reply import JsonObject

if TYPE_CHECKING:
    from orchd.client import Client


@click.group(
    help="Your own account at a running daemon: password, tokens, browsers.\n"
    "\n"
    "Log in by --user NAME; a token is enough only if it has the scope admin. What admins do for others are `orchd "
    "user` and `orchd token`."
)
def account() -> None:
    pass


@account.command(help="Say who you are there, and what you may do.")
@asks
def show() -> Exchange:
    from orchd.cli.asking import account_tables

    return one("user:me", {}, account_tables.identity)


@account.command(help="Change your password; your other browsers are logged out.")
@click.option(
    "--new-password-file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="File whose first line is the new password; `-` is stdin.  [default: ask for it]",
)
@daemon_option
def passwd(new_password_file: Path | None, url: str | None, config: Path | None) -> int:
    import trio

    from orchd.cli import listing

    with reaching(url, config) as reached:
        present = reached.password or read_password(None, asking="Present password", twice=False)
        flag = "--new-password-file"
        password = read_password(new_password_file, flag, "New password", twice=True)

        async def fetch(client: "Client") -> JsonObject:
            return await client.request("user:passwd", {"password": password, "present": present})

        async def change() -> int:
            said = say(lambda reply: f"the password of {reply['name']} is changed")
            return await listing.show(reached.url, reached.trust, fetch, said, as_json=False)

        return trio.run(change)


@account.group(help="The tokens of your programs.")
def token() -> None:
    pass


@token.command(help="Make a token, and print it: it is shown this once.")
@token_options
@asks
def create(
    label: str, scopes: tuple[str, ...], models: tuple[str, ...], *, background: bool, days: int | None
) -> Exchange:
    data: JsonObject = {"name": label, "scopes": list(dict.fromkeys(scopes)), "background": background}
    if models:
        data["models"] = list(dict.fromkeys(models))
    if days is not None:
        data["expiresAt"] = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="milliseconds")
    return one("token:create", data, say(lambda reply: str(reply["token"])))


@token.command("list", help="List your tokens.")
@asks
def list_tokens() -> Exchange:
    from orchd.cli.asking import account_tables

    return every("token:list", {}, account_tables.tokens)


@token.command("revoke", help="Revoke token N of the list: its connections end.")
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@asks
def revoke_token(number: int) -> Exchange:
    said = say(lambda reply: f"token {reply['id']} ({reply['name']}) is revoked")
    return one("token:revoke", {"tokenId": number}, said)


@account.group(help="The browsers in which you are logged in.")
def login() -> None:
    pass


@login.command("list", help="List the browsers in which you are logged in.")
@asks
def list_logins() -> Exchange:
    from orchd.cli.asking import account_tables

    return every("login:list", {}, account_tables.logins)


@login.command("revoke", help="Log browser N of the list out.")
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@asks
def revoke_login(number: int) -> Exchange:
    return one("login:revoke", {"loginId": number}, say(lambda reply: f"browser {reply['loginId']} is logged out"))
