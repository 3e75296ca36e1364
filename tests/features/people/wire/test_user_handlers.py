"""Answers to `user:*`: who may do what with users, and what is told of it."""

import pytest

from orchd.access.names import MAX_NAME
from orchd.access.passwords import MIN_CHARACTERS
from orchd.entity.owned_rows import count_rows_of
from orchd.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited, Unavailable
from orchd.features.people.wire.messages import (
    UserCreate,
    UserDelete,
    UserGet,
    UserList,
    UserMe,
    UserPasswd,
    UserUpdate,
)
from orchd.features.people.wire.user_handlers import WRONG_AT_MOST, WRONG_SECONDS, UserHandlers
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from orchd.storage import Database
from tests.features.people.household import PASSWORD, VISITOR, Asking, Household
from tests.features.people.store.test_user_changes import add_conversation

OTHER = "eleven green bottles"


def admin(user_id: int) -> Identity:
    return Identity(user_id, "maria", "admin")


async def test_the_local_owner_makes_the_first_user_and_is_nobody_then(store: Database) -> None:
    house = Household(store)
    await house.watch.look()
    users, live = UserHandlers(house.people), house.connect(LOCAL)
    asking = Asking(LOCAL, live)
    for wrong, path, reason in (
        (UserCreate("maria", "admin"), "$.data.password", "first_user"),
        (UserCreate("maria", "member", PASSWORD), "$.data.role", "first_user"),
        (UserCreate("a b", "admin", PASSWORD), "$.data.name", "user_name"),
        (UserCreate("x" * (MAX_NAME + 1), "admin", PASSWORD), "$.data.name", "user_name"),
        (UserCreate("maria", "admin", "short"), "$.data.password", "password_short"),
        (UserCreate("maria", "admin", "maria-maria-1"), "$.data.password", "password_name"),
    ):
        with pytest.raises(Invalid) as refused:
            await users.create(asking, wrong)
        assert (refused.value.path, refused.value.reason) == (path, reason)
        assert refused.value.details.get("minLength") == (MIN_CHARACTERS if reason == "password_short" else None)
    made = await users.create(asking, UserCreate("Maria", "admin", PASSWORD))
    assert (made.name, made.role, made.has_password, made.disabled) == ("maria", "admin", True, False)
    assert (live.became, live.ended) == ([NOBODY], False)
    asking.reply()
    assert live.ended


async def test_the_local_owner_of_a_run_that_has_not_heard_of_the_first_user_changes_no_user(store: Database) -> None:
    house, other = Household(store), Household(store)
    await house.watch.look()
    maria = await other.add("maria", "admin")
    users, asking = UserHandlers(house.people), Asking(LOCAL, house.connect(LOCAL))
    assert house.people.users_exist is False, "not heard yet"
    for refused in (
        users.create(asking, UserCreate("eve", "admin", PASSWORD)),
        users.update(asking, UserUpdate(maria.id, role="member")),
        users.passwd(asking, UserPasswd(OTHER, user_id=maria.id)),
        users.delete(asking, UserDelete(maria.id, "delete")),
    ):
        with pytest.raises(Conflict):
            await refused
    assert (await other.people.log_in("maria", PASSWORD, VISITOR)).identity.role == "admin"
    assert [item.name for item in (await users.list(Asking(admin(maria.id)), UserList())).items] == ["maria"]


async def test_users_are_listed_by_name_page_by_page(store: Database) -> None:
    house = Household(store)
    users = UserHandlers(house.people)
    for name in ("ana", "zoe", "joão", "maria"):
        await house.add(name, "admin")
    seen, cursor = [], None
    while True:
        page = await users.list(Asking(admin(1)), UserList(2, cursor))
        seen += [item.name for item in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == ["ana", "joão", "maria", "zoe"]
    with pytest.raises(NotFound):
        await users.get(Asking(admin(1)), UserGet(99))


async def test_a_change_says_what_it_was_of(store: Database) -> None:
    house = Household(store)
    users = UserHandlers(house.people)
    maria, joao = await house.add("maria", "admin"), await house.add("joão")
    asking = Asking(admin(maria.id))
    item = await users.update(asking, UserUpdate(joao.id, name=" Johnny ", role="viewer"))
    assert (item.name, item.role, item.version) == ("johnny", "viewer", joao.version + 1)
    with pytest.raises(Conflict) as stale:
        await users.update(asking, UserUpdate(joao.id, role="member", version=joao.version))
    assert stale.value.path == "$.data.version"
    with pytest.raises(Conflict) as taken:
        await users.update(asking, UserUpdate(joao.id, name="MARIA"))
    assert taken.value.path == "$.data.name"
    with pytest.raises(Conflict) as last:
        await users.update(asking, UserUpdate(maria.id, disabled=True))
    assert last.value.path == "$.data.userId"
    assert (await users.get(asking, UserGet(maria.id))).disabled is False


async def test_who_keeps_oneself_out_gets_the_reply_first(store: Database) -> None:
    house = Household(store)
    users = UserHandlers(house.people)
    maria = await house.add("maria", "admin")
    await house.add("ana", "admin")
    begun = await house.people.log_in("maria", PASSWORD, VISITOR)
    own, other = house.connect(begun.identity), house.connect(await house.people.by_name("maria"))
    asking = Asking(begun.identity, own)
    await users.update(asking, UserUpdate(maria.id, disabled=True))
    assert (own.ended, own.became, other.ended) == (False, [NOBODY], True)
    asking.reply()
    assert own.ended


async def test_what_a_deleted_user_has_is_given_or_deleted_only_if_somebody_says_so(store: Database) -> None:
    house = Household(store)
    users = UserHandlers(house.people)
    maria, joao, ana = [await house.add(name, "admin") for name in ("maria", "joão", "ana")]
    for user in (joao, ana):
        await store.write(add_conversation, user.id)
    asking = Asking(admin(maria.id))
    for wrong in (UserDelete(joao.id, "give"), UserDelete(joao.id, "delete", maria.id), UserDelete(joao.id, None, 1)):
        with pytest.raises(Invalid) as refused:
            await users.delete(asking, wrong)
        assert refused.value.path == "$.data.to"
    with pytest.raises(Conflict) as rows:
        await users.delete(asking, UserDelete(joao.id))
    assert (rows.value.path, rows.value.details["rows"]) == ("$.data.rows", {"conversation": 1})
    await users.delete(asking, UserDelete(joao.id, "give", maria.id))
    await users.delete(asking, UserDelete(ana.id, "delete"))
    assert await store.read(count_rows_of, maria.id) == {"conversation": 1}
    assert await store.read(count_rows_of, ana.id) == {}
    with pytest.raises(NotFound):
        await users.delete(asking, UserDelete(ana.id, "delete"))


async def test_ones_own_password_needs_the_present_one(store: Database) -> None:
    house = Household(store)
    users = UserHandlers(house.people)
    await house.add("maria", "admin")
    joao = await house.add("joão", "viewer")
    begun = await house.people.log_in("joão", PASSWORD, VISITOR)
    other = house.connect((await house.people.log_in("joão", PASSWORD, VISITOR)).identity)
    own = house.connect(begun.identity)
    asking = Asking(begun.identity, own)
    for present in (None, "", "a wrong one here"):
        with pytest.raises(Invalid) as refused:
            await users.passwd(asking, UserPasswd(OTHER, present))
        assert refused.value.path == "$.data.present"
    with pytest.raises(Forbidden):
        await users.passwd(asking, UserPasswd(OTHER, PASSWORD, user_id=1))
    item = await users.passwd(asking, UserPasswd(OTHER, PASSWORD, user_id=joao.id))
    assert item.id == joao.id
    assert (own.ended, other.ended) == (False, True)
    assert (await house.people.log_in("joão", OTHER, VISITOR)).identity.user_id == joao.id


async def test_present_passwords_are_not_guessed_at_for_long(store: Database) -> None:
    house = Household(store)
    users = UserHandlers(house.people)
    maria = await house.add("maria", "admin")
    asking = Asking(admin(maria.id))
    for _ in range(WRONG_AT_MOST):
        with pytest.raises(Invalid):
            await users.passwd(asking, UserPasswd(OTHER, "a wrong one here"))
    with pytest.raises(RateLimited) as limited:
        await users.passwd(asking, UserPasswd(OTHER, PASSWORD))
    assert limited.value.retry_after_ms is not None
    assert 0 < limited.value.retry_after_ms <= WRONG_SECONDS * 1000


async def test_an_admin_sets_another_users_password(store: Database) -> None:
    house = Household(store)
    users = UserHandlers(house.people)
    maria, joao = await house.add("maria", "admin"), await house.add("joão")
    live = house.connect((await house.people.log_in("joão", PASSWORD, VISITOR)).identity)
    await users.passwd(Asking(admin(maria.id)), UserPasswd(OTHER, user_id=joao.id))
    assert live.ended
    assert (await house.people.log_in("joão", OTHER, VISITOR)).identity.user_id == joao.id
    with pytest.raises(Conflict):
        await users.passwd(Asking(LOCAL), UserPasswd(OTHER))


async def test_who_am_i(store: Database) -> None:
    users = UserHandlers(Household(store).people)
    me = await users.me(Asking(LOCAL), UserMe())
    assert (me.user_id, me.name, me.role, me.scopes, me.token_id) == (0, "local", "admin", None, None)
    token = Identity(7, "bot", "member", frozenset({"read", "chat"}), frozenset({"tiny"}), token_id=3)
    me = await users.me(Asking(token), UserMe())
    assert (me.scopes, me.models, me.token_id) == (["chat", "read"], ["tiny"], 3)
    with pytest.raises(Unavailable):
        await users.me(Asking(UNDECIDED), UserMe())
