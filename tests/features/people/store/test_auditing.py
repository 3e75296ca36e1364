"""Who changed users, tokens and logins stands in the audit log, with what was before, and without a secret."""

from typing import Any

import pytest

from orchd.errors import Conflict
from orchd.features.audit import AuditFilter, find_entries
from orchd.features.people.wire.login_handlers import LoginHandlers
from orchd.features.people.wire.messages import (
    LoginRevoke,
    TokenCreate,
    TokenRevoke,
    UserCreate,
    UserDelete,
    UserPasswd,
    UserUpdate,
)
from orchd.features.people.wire.token_handlers import TokenHandlers
from orchd.features.people.wire.user_handlers import UserHandlers
from orchd.storage import Database
from tests.features.people.household import PASSWORD, VISITOR, Asking, Household
from tests.features.people.store.test_user_changes import add_conversation


async def rows(store: Database) -> list[Any]:
    return (await store.read(find_entries, AuditFilter(), 1 << 40, 100))[::-1]


async def test_each_change_is_kept_with_who_made_it(store: Database) -> None:
    house = Household(store)
    users, tokens, logins = UserHandlers(house.people), TokenHandlers(house.people), LoginHandlers(house.people)
    maria = await house.add("maria", "admin")
    asking = Asking(await house.people.by_name("maria"))
    joao = await users.create(asking, UserCreate("joão", "member", PASSWORD))
    await users.update(asking, UserUpdate(joao.id, role="viewer"))
    await users.passwd(asking, UserPasswd("eleven green bottles", user_id=joao.id))
    made = await tokens.create(asking, TokenCreate("bot", ("chat",)))
    await tokens.revoke(asking, TokenRevoke(made.item.id))
    begun = await house.people.log_in("joão", "eleven green bottles", VISITOR)
    await logins.revoke(asking, LoginRevoke(begun.identity.web_session_id or 0))
    await store.write(add_conversation, joao.id)
    await users.delete(asking, UserDelete(joao.id, "give", maria.id))
    found = await rows(store)
    assert [(row.action, row.user_id, row.target_id) for row in found] == [
        ("user:create", maria.id, str(joao.id)),
        ("user:update", maria.id, str(joao.id)),
        ("user:passwd", maria.id, str(joao.id)),
        ("token:create", maria.id, str(made.item.id)),
        ("token:revoke", maria.id, str(made.item.id)),
        ("login:revoke", maria.id, str(begun.identity.web_session_id)),
        ("user:delete", maria.id, str(joao.id)),
    ]
    assert (found[1].before["role"], found[1].after["role"]) == ("member", "viewer")
    assert (found[4].before["revoked_at"], found[4].after["revoked_at"] is not None) == (None, True)
    assert found[6].after == {"rows": "give", "to": maria.id}
    for secret in (PASSWORD, "eleven green bottles", made.token, begun.cookie, "$argon2id"):
        assert secret not in str(found)


async def test_what_is_refused_is_not_kept_as_done(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    asking = Asking(await house.people.by_name("maria"))
    with pytest.raises(Conflict):
        await UserHandlers(house.people).update(asking, UserUpdate(maria.id, role="member"))
    assert await rows(store) == []
