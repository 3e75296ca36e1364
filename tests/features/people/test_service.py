"""Who is let in, by what, and until when; on both databases."""

import pytest
import trio
from argon2 import PasswordHasher
from msgspec import Struct

from orchd.access.passwords import hash_password
from orchd.access.tokens import cookie_hash, new_cookie, new_token
from orchd.errors import Busy, Conflict, Invalid, Unauthorized, Unavailable
from orchd.features.people.first_user import FRESH_SECONDS
from orchd.features.people.store.queries import USERS, UserDraft
from orchd.features.people.store.session_queries import MAX_SESSIONS, SESSIONS
from orchd.features.people.store.token_queries import TOKENS, revoke_token
from orchd.features.people.store.user_changes import create_user, set_password, update_user
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED
from orchd.storage import Database
from tests.features.people.household import KEY, PASSWORD, VISITOR, Counting, Household

HOUR_MS = 3_600_000


class Shut(Struct, frozen=True):
    disabled: bool


async def test_who_shows_nothing_is_the_local_owner_only_while_there_is_surely_no_user(store: Database) -> None:
    house = Household(store)
    assert await house.people.by_nothing() == UNDECIDED
    await house.watch.look()
    assert await house.people.by_nothing() == LOCAL
    await house.add("maria", "admin")
    await house.watch.look()
    assert await house.people.by_nothing() == NOBODY


async def test_a_token_lets_its_user_in_as_far_as_it_says(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    token = await house.token(maria)
    who = await house.people.by_token(token)
    assert (who.user_id, who.name, who.role, who.scopes, who.models) == (
        maria.id,
        "maria",
        "admin",
        frozenset({"chat"}),
        None,
    )
    assert who.token_id is not None
    almost = token[:-1] + ("y" if token.endswith("x") else "x")
    for wrong in (new_token(), almost, "", "orchd_pat_"):
        with pytest.raises(Unauthorized) as refused:
            await house.people.by_token(wrong)
        assert token not in refused.value.message


async def test_a_token_ends_by_time_and_no_clock_that_is_set_back_helps(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    token = await house.token(maria, expires_at=house.wall.ms + HOUR_MS)
    await house.people.by_token(token)
    house.wall.pass_by(3600)
    with pytest.raises(Unauthorized) as refused:
        await house.people.by_token(token)
    assert refused.value.reason == "session_expired"
    house.wall.ms -= 100 * HOUR_MS
    with pytest.raises(Unauthorized):
        await house.people.by_token(token)


async def test_a_known_token_is_read_once_while_changes_are_heard_of(store: Database) -> None:
    house, reads = Household(Counting(store)), 0
    maria = await house.add("maria", "admin")
    token = await house.token(maria)
    await house.watch.look()
    await house.people.by_token(token)
    counting = house.people.database
    assert isinstance(counting, Counting)
    reads = counting.reads
    for _ in range(50):
        await house.people.by_token(token)
    assert counting.reads == reads
    house.people.looked_at = trio.current_time() - FRESH_SECONDS - 1
    await house.people.by_token(token)
    assert counting.reads == reads + 1


async def test_a_revoked_token_is_worth_nothing_even_if_the_change_was_not_heard_of(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    token = await house.token(maria)
    who = await house.people.by_token(token)
    assert who.token_id is not None
    await store.write(revoke_token, who.token_id, None, 1)
    with pytest.raises(Unauthorized):  # nothing that is kept counts: there was no look yet
        await house.people.by_token(token)


async def test_a_user_logs_in_and_out(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    begun = await house.people.log_in(" Maria ", PASSWORD, VISITOR)
    assert begun.identity.web_session_id is not None
    assert begun.identity.scopes is None
    assert await house.people.by_cookie(begun.cookie) == begun.identity
    row = await store.read(SESSIONS.get, begun.identity.web_session_id)
    assert (row.hash, row.address, row.agent) == (cookie_hash(KEY, begun.cookie), *VISITOR)
    assert (await store.read(USERS.get, maria.id)).seen_at is not None
    await house.people.log_out(begun.cookie, VISITOR)
    for cookie in (begun.cookie, new_cookie(), "short", ""):
        with pytest.raises(Unauthorized):
            await house.people.by_cookie(cookie)
        await house.people.log_out(cookie, VISITOR)


async def test_what_is_wrong_with_a_log_in_is_not_told(store: Database) -> None:
    house = Household(store)
    await house.add("maria", "admin")
    joao = await house.add("joão")
    await store.write(update_user, joao.id, Shut(True), house.wall.ms)
    await store.write(create_user, UserDraft("ana", "member"), house.wall.ms)
    told = set()
    for name, password in (
        ("maria", "another one entirely"),
        ("nobody", PASSWORD),
        ("a b c", PASSWORD),
        ("joão", PASSWORD),
        ("ana", ""),
        ("maria", ""),
        ("maria", PASSWORD + "\ud800"),
    ):
        with pytest.raises(Unauthorized) as refused:
            await house.people.log_in(name, password, VISITOR)
        told.add((refused.value.message, str(refused.value.details)))
    assert len(told) == 1


async def test_who_logs_in_while_there_is_nobody_is_told_so(store: Database) -> None:
    house = Household(store)
    with pytest.raises(Unauthorized, match="there is no user yet"):
        await house.people.log_in("maria", PASSWORD, VISITOR)


async def test_a_browser_is_logged_out_after_a_while_used_or_not(store: Database) -> None:
    house = Household(store)
    await house.add("maria", "admin")
    idle, used = [await house.people.log_in("maria", PASSWORD, VISITOR) for _ in range(2)]
    assert used.seconds == 720 * 3600
    for _ in range(5):
        house.wall.pass_by(144 * 3600 - 1)
        await house.watch.look()
        assert await house.people.by_cookie(used.cookie) == used.identity
        await house.watch.store()
    with pytest.raises(Unauthorized):
        await house.people.by_cookie(idle.cookie)
    house.wall.pass_by(5)
    with pytest.raises(Unauthorized):
        await house.people.by_cookie(used.cookie)


async def test_a_session_is_not_stored_for_a_password_that_was_changed_meanwhile(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    await house.people.hashing.hash("warm")

    async def change_meanwhile() -> bytes:
        await store.write(set_password, maria.id, hash_password("another good one"), house.wall.ms)
        return KEY

    house.people.key = change_meanwhile
    with pytest.raises(Unauthorized):
        await house.people.log_in("maria", PASSWORD, VISITOR)
    assert await store.read(SESSIONS.page, 10) == []


async def test_an_old_hash_is_made_anew_at_the_next_log_in(store: Database) -> None:
    house = Household(store)
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    maria = await store.write(create_user, UserDraft("maria", "admin", weak), house.wall.ms)
    await house.people.log_in("maria", PASSWORD, VISITOR)
    stored = (await store.read(USERS.get, maria.id)).password_hash
    assert stored is not None
    assert "m=19456,t=2,p=1" in stored
    await house.people.log_in("maria", PASSWORD, VISITOR)


async def test_the_oldest_login_makes_room(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    first = await house.people.log_in_as(maria.id, VISITOR)
    for _ in range(MAX_SESSIONS):
        last = await house.people.log_in_as(maria.id, VISITOR)
    assert await house.people.by_cookie(last.cookie) == last.identity
    house.people.admissions.drop([maria.id])
    with pytest.raises(Unauthorized):
        await house.people.by_cookie(first.cookie)


async def test_a_name_that_a_trusted_proxy_says(store: Database) -> None:
    house = Household(store)
    await house.add("maria", "admin")
    joao = await house.add("joão")
    assert (await house.people.by_name("JOÃO")).user_id == joao.id
    await store.write(update_user, joao.id, Shut(True), house.wall.ms)
    for name in ("joão", "nobody", "a b", ""):
        with pytest.raises(Unauthorized):
            await house.people.by_name(name)


async def test_the_setup_token_makes_one_admin_once(store: Database) -> None:
    house = Household(store)
    await house.watch.look()
    with pytest.raises(Unauthorized):
        await house.people.set_up("", "maria", PASSWORD, VISITOR)
    token = house.people.offer_set_up(None)
    with pytest.raises(Unauthorized):
        await house.people.set_up(token + "x", "maria", PASSWORD, VISITOR)
    for name, password, path in (("a b", PASSWORD, "$.name"), ("maria", "short", "$.password")):
        with pytest.raises(Invalid) as refused:
            await house.people.set_up(token, name, password, VISITOR)
        assert refused.value.path == path
    await house.people.set_up(token, "maria", PASSWORD, VISITOR)
    assert house.people.users_exist
    with pytest.raises(Unauthorized):
        await house.people.set_up(token, "second", PASSWORD, VISITOR)
    assert (await house.people.log_in("maria", PASSWORD, VISITOR)).identity.role == "admin"


async def test_a_setup_token_is_of_no_use_once_there_is_a_user_or_an_hour_is_over(store: Database) -> None:
    house = Household(store)
    token = house.people.offer_set_up("chosen by the operator")
    house.wall.pass_by(3600)
    with pytest.raises(Unauthorized):
        await house.people.set_up(token, "maria", PASSWORD, VISITOR)
    house.people.offer_set_up(token)
    await house.add("maria", "admin")
    with pytest.raises(Conflict):
        await house.people.set_up(token, "joão", PASSWORD, VISITOR)


async def test_while_the_database_is_away_nobody_is_let_in(store: Database) -> None:
    counting = Counting(store)
    house = Household(counting)
    maria = await house.add("maria", "admin")
    token = await house.token(maria)
    await house.watch.look()
    begun = await house.people.log_in("maria", PASSWORD, VISITOR)
    await house.people.by_token(token)
    counting.away = True
    house.people.looked_at -= FRESH_SECONDS + 1
    for attempt in (
        lambda: house.people.by_token(token),
        lambda: house.people.by_cookie(begun.cookie),
        lambda: house.people.by_name("maria"),
        lambda: house.people.log_in("maria", PASSWORD, VISITOR),
        lambda: house.people.log_out(begun.cookie, VISITOR),
    ):
        with pytest.raises(Unavailable):
            await attempt()
    assert await house.people.by_nothing() == NOBODY
    fresh = Household(counting)
    with pytest.raises(Unavailable):
        await fresh.watch.look()
    assert await fresh.people.by_nothing() == UNDECIDED


async def test_many_log_ins_at_once_are_refused_beyond_the_line(store: Database) -> None:
    house = Household(store)
    await house.add("maria", "admin")
    ended: list[str] = []

    async def guess() -> None:
        try:
            await house.people.log_in("maria", "a wrong password", VISITOR)
        except (Unauthorized, Busy) as error:
            ended.append(error.code)

    async with trio.open_nursery() as nursery:
        for _ in range(130):
            nursery.start_soon(guess)
    assert len(ended) == 130
    assert ended.count("busy") >= 20


async def test_last_uses_are_stored_now_and_then(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    token = await house.token(maria)
    who = await house.people.by_token(token)
    begun = await house.people.log_in("maria", PASSWORD, VISITOR)
    house.connect(begun.identity)
    house.wall.pass_by(300)
    assert who.token_id is not None
    assert begun.identity.web_session_id is not None
    assert (await store.read(TOKENS.get, who.token_id)).used_at is None
    await house.watch.store()
    assert (await store.read(TOKENS.get, who.token_id)).used_at == house.wall.ms - 300_000
    assert (await store.read(SESSIONS.get, begun.identity.web_session_id)).seen_at == house.wall.ms
