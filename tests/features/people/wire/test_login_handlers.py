"""Answers to `login:*`: the browsers in which somebody is logged in, and logging them out."""

import pytest

from orchd.errors import Forbidden, NotFound, Unauthorized
from orchd.features.people.watching import FORGET_SESSIONS_MS
from orchd.features.people.wire.login_handlers import LoginHandlers
from orchd.features.people.wire.messages import LoginList, LoginRevoke
from orchd.protocol.identity import Identity
from orchd.storage import Database
from tests.features.people.household import PASSWORD, VISITOR, Asking, Household


async def test_one_sees_ones_browsers_and_logs_them_out(store: Database) -> None:
    house = Household(store)
    logins = LoginHandlers(house.people)
    maria = await house.add("maria", "admin")
    await house.add("joão")
    first, second = [await house.people.log_in("maria", PASSWORD, VISITOR) for _ in range(2)]
    live = house.connect(first.identity)
    page = await logins.list(Asking(second.identity), LoginList())
    assert [(item.current, item.address, item.agent) for item in page.items] == [(True, *VISITOR), (False, *VISITOR)]
    assert first.cookie not in str(page)
    stranger = await house.people.by_name("joão")
    with pytest.raises(Forbidden):
        await logins.list(Asking(stranger), LoginList(maria.id))
    login_id = first.identity.web_session_id or 0
    assert await refusal_of(logins, stranger, login_id) == await refusal_of(logins, stranger, 999)
    assert not live.ended
    await logins.revoke(Asking(second.identity), LoginRevoke(login_id))
    assert live.ended
    with pytest.raises(Unauthorized) as refused:
        await house.people.by_cookie(first.cookie)
    assert refused.value.reason == "session_ended"
    assert (await house.people.by_cookie(second.cookie)).user_id == maria.id


async def refusal_of(logins: LoginHandlers, who: Identity, login_id: int) -> tuple[str, str]:
    with pytest.raises(NotFound) as refused:
        await logins.revoke(Asking(who), LoginRevoke(login_id))
    return refused.value.message, str(refused.value.details)


async def test_an_admin_logs_anybody_out_and_oneself_after_the_reply(store: Database) -> None:
    house = Household(store)
    logins = LoginHandlers(house.people)
    await house.add("maria", "admin")
    joao = await house.add("joão")
    own, others = (
        await house.people.log_in("maria", PASSWORD, VISITOR),
        await house.people.log_in("joão", PASSWORD, VISITOR),
    )
    mine, live = house.connect(own.identity), house.connect(others.identity)
    page = await logins.list(Asking(own.identity), LoginList(joao.id, limit=1))
    assert page.next_cursor is None
    await logins.revoke(Asking(own.identity, mine), LoginRevoke(page.items[0].id))
    assert (live.ended, mine.ended) == (True, False)
    asking = Asking(own.identity, mine)
    await logins.revoke(asking, LoginRevoke(own.identity.web_session_id or 0))
    assert not mine.ended
    asking.reply()
    assert mine.ended


async def test_what_has_ended_by_time_is_told_apart_from_what_somebody_has_ended(store: Database) -> None:
    house = Household(store)
    logins = LoginHandlers(house.people)
    await house.add("maria", "admin")
    old = await house.people.log_in("maria", PASSWORD, VISITOR)
    for passed, reason in ((house.people.idle_ms, "session_expired"), (FORGET_SESSIONS_MS, "session_ended")):
        house.wall.ms += passed
        new = await house.people.log_in("maria", PASSWORD, VISITOR)
        await house.watch.store()
        await house.watch.forget()
        with pytest.raises(Unauthorized) as refused:
            await house.people.by_cookie(old.cookie)
        assert refused.value.reason == reason
        page = await logins.list(Asking(new.identity), LoginList())
        assert [item.current for item in page.items] == [True], "what is over is not shown"
