"""People: users, API tokens, and the web sessions of browsers; who somebody is, and what becomes of that.

Frames: `user:*`, `token:*`, `login:*`. Tables: `user`, `api_token`, `web_session`, `access_change`. The server is given
`People` as its `Authenticator`; the command line runs the steps that are imported here on the database.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import trio

from orchd.errors import Unavailable
from orchd.features.feature import OpenFeatures, Services
from orchd.features.people.service import People
from orchd.features.people.store.auditing import audited_change, audited_creation, audited_revocation, audited_token
from orchd.features.people.store.queries import USERS, UserDraft, UserRow, find_by_name, is_there_any, user_called
from orchd.features.people.store.token_queries import TOKENS, TokenDraft, TokenRow, add_token, token_called
from orchd.features.people.store.user_changes import (
    create_user,
    delete_some_and_tell,
    disable_to_delete,
    give_and_remove_user,
    link_user,
    revoke_and_tell,
    set_password,
    update_user,
)
from orchd.features.people.watching import AccessWatch
from orchd.features.people.wire import login_handlers, token_handlers, user_handlers
from orchd.features.people.wire.login_handlers import LoginHandlers
from orchd.features.people.wire.token_handlers import TokenHandlers
from orchd.features.people.wire.user_handlers import UserHandlers
from orchd.guard import Supervisor
from orchd.settings.people import PeopleSettings

COMMANDS = (*user_handlers.COMMANDS, *token_handlers.COMMANDS, *login_handlers.COMMANDS)

__all__ = [
    "COMMANDS",
    "TOKENS",
    "USERS",
    "OpenPeople",
    "People",
    "TokenDraft",
    "TokenRow",
    "UserDraft",
    "UserRow",
    "add_token",
    "audited_change",
    "audited_creation",
    "audited_revocation",
    "audited_token",
    "create_user",
    "delete_some_and_tell",
    "disable_to_delete",
    "find_by_name",
    "give_and_remove_user",
    "is_there_any",
    "link_user",
    "open_people",
    "revoke_and_tell",
    "set_password",
    "token_called",
    "update_user",
    "user_called",
]


class OpenPeople(NamedTuple):
    """People, once they are known."""

    authenticator: People
    learn: Callable[[], Awaitable[None]]
    """Awaited once the database is there: finds out whether there is a user."""


@asynccontextmanager
async def open_people(
    services: Services, key: Callable[[], Awaitable[bytes]], settings: PeopleSettings
) -> AsyncIterator[OpenFeatures[OpenPeople]]:
    """Know people while the block lasts. `key` gives the key under which tokens are hashed."""
    people = People(services.database, key, settings)
    watch = AccessWatch(people)
    serves = {
        **user_handlers.COMMANDS.bind(UserHandlers(people)),
        **token_handlers.COMMANDS.bind(TokenHandlers(people)),
        **login_handlers.COMMANDS.bind(LoginHandlers(people)),
    }
    async with trio.open_nursery() as nursery:
        watch.serve(Supervisor(nursery, services.troubles))
        yield OpenFeatures(OpenPeople(people, watch.look), serves)
        nursery.cancel_scope.cancel()
    with suppress(Unavailable):
        await watch.store()
