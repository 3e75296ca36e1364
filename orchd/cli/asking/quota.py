"""`orchd quota` and `orchd usage`: how much may be asked of models, and how much was."""

from typing import TYPE_CHECKING

import click

from orchd.cli.asking.exchange import Exchange, all_pages, asks, every, find, one, say
from orchd.cli.reply import JsonObject

if TYPE_CHECKING:
    from orchd.client import Client

PERIODS = ("minute", "day", "week", "month")
USER_ROLES = ("admin", "member", "viewer")


@click.group(
    help="Say how much users may ask of models, as an admin.\n"
    "\n"
    "A quota is for a period in UTC: a minute, a day, a week from Monday, a month. A user's own goes before the role's."
)
def quota() -> None:
    pass


@quota.command("list", help="List the quotas that are set.")
@asks
def list_quotas() -> Exchange:
    from orchd.cli.asking import tables

    return every("quota:list", {}, tables.quotas)


@quota.command(
    "set",
    help="Say how many requests, or tokens read and generated, may be asked in a PERIOD; replaces the one before.",
)
@click.argument("period", type=click.Choice(PERIODS), metavar="PERIOD")
@click.option("--for-user", metavar="NAME", help="By this user.")
@click.option("--for-role", type=click.Choice(USER_ROLES), help="By each one who has this role.")
@click.option(
    "--for-token", metavar="N", type=click.IntRange(min=1), help="By this token, as `orchd token list` shows it."
)
@click.option("--requests", type=click.IntRange(min=0), help="How many requests.")
@click.option("--tokens", type=click.IntRange(min=0), help="How many tokens.")
@asks
def set_quota(
    period: str,
    for_user: str | None,
    for_role: str | None,
    for_token: int | None,
    requests: int | None,
    tokens: int | None,
) -> Exchange:
    if sum(value is not None for value in (for_user, for_role, for_token)) != 1:
        raise click.UsageError("Say whose it is: one of --for-user, --for-role and --for-token.")
    if requests is None and tokens is None:
        raise click.UsageError("Say how much: --requests, --tokens or both.")
    from orchd.cli.asking import tables

    said = {"userName": for_user, "role": for_role, "tokenId": for_token, "requests": requests, "tokens": tokens}
    data = {"period": period, **{name: value for name, value in said.items() if value is not None}}
    return one("quota:set", data, lambda reply, columns: tables.quotas({"items": [reply]}, columns))


@quota.command(help="Take quota N of the list away.")
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@asks
def remove(number: int) -> Exchange:
    return one("quota:delete", {"quotaId": number}, say(lambda reply: f"quota {reply['quotaId']} is gone"))


@click.command(help="Say what you asked of models, by days and models, and what of your quotas is used.")
@click.option("--days", type=click.IntRange(1, 366), default=31, show_default=True, help="How many, today included.")
@click.option("--of", "name", metavar="NAME", help="Of another user, for admins.")
@asks
def usage(days: int, name: str | None) -> Exchange:
    from orchd.cli.asking import tables

    async def fetch(client: "Client") -> JsonObject:
        whose = {} if name is None else {"userId": await find(client, "user:list", "user", name)}
        return await all_pages(client, "usage:get", {"days": days, **whose})

    return Exchange(fetch, tables.usage)
