"""What becomes of open connections when somebody's rights change: in this run at once, in others at their next look."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pytest
import trio
import trio.testing
from msgspec import Struct

from orchd.errors import Conflict, Unauthorized, Unavailable
from orchd.features.audit import COMMAND_LINE
from orchd.features.people import watching
from orchd.features.people.store.change_queries import (
    forget_changes,
    look_for_changes,
    newest_change,
    note_change,
)
from orchd.features.people.store.queries import USERS, UserDraft, UserRow
from orchd.features.people.store.session_queries import SESSIONS
from orchd.features.people.store.token_queries import TOKENS
from orchd.features.people.store.user_changes import give_and_remove_user, revoke_and_tell, set_password, update_user
from orchd.features.people.watching import LONG_AWAY_MS
from orchd.guard import Supervisor
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, UserRole
from orchd.storage import Database, Statement, Steps
from tests.features.people.household import PASSWORD, VISITOR, Counting, Household, households

P = ParamSpec("P")
T = TypeVar("T")


class Shut(Struct, frozen=True):
    disabled: bool


class Change(Struct, frozen=True):
    role: UserRole


async def test_the_first_user_ends_the_local_owners_connections_in_all_runs(store: Database) -> None:
    here, there = households(store, 2)
    await here.watch.look()
    await there.watch.look()
    mine, others, far = here.connect(LOCAL), here.connect(LOCAL), there.connect(LOCAL)
    result = await here.people.create(UserDraft("maria", "admin"), COMMAND_LINE, mine.peer)
    assert (mine.became, mine.ended) == ([NOBODY], False)  # its reply comes first
    assert (others.became, others.ended) == ([NOBODY], True)
    result.end_own()
    assert mine.ended
    assert await here.people.by_nothing() == NOBODY
    assert not far.ended
    await there.watch.look()
    assert (far.became, far.ended) == ([NOBODY], True)
    late = there.connect(LOCAL)
    assert late.ended


class SlowWrites(Counting):
    """A database of which somebody else reads what was written before the one who wrote it goes on."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.written, self.reading = trio.Event(), trio.Event()

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        found = await super().read(steps, *args, **kwargs)
        if self.written.is_set():
            self.reading.set()
        return found

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        stored = await super().write(steps, *args, **kwargs)
        self.written.set()
        await self.reading.wait()
        await trio.testing.wait_all_tasks_blocked()
        return stored


@pytest.mark.parametrize("look", ["the watch", "a stranger"])
async def test_whoever_makes_the_first_user_has_the_reply_before_others_see_it(store: Database, look: str) -> None:
    slow = SlowWrites(store)
    house = Household(slow)
    await house.watch.look()
    mine = house.connect(LOCAL)
    if look == "a stranger":
        house.people.lose_sight()
    async with trio.open_nursery() as nursery:

        @nursery.start_soon
        async def create() -> None:
            await house.people.create(UserDraft("maria", "admin"), COMMAND_LINE, mine.peer)
            assert not mine.ended

        await slow.written.wait()
        await (house.watch.look() if look == "the watch" else house.people.by_nothing())
    assert not mine.ended


async def test_who_was_undecided_is_told_once_it_is_known(store: Database) -> None:
    house = Household(store)
    early = house.connect(UNDECIDED)
    await house.watch.look()
    assert (early.became, early.ended) == ([LOCAL], False)
    await house.add("maria", "admin")
    await house.watch.look()
    assert early.ended
    other = Household(store)
    early = other.connect(UNDECIDED)
    await other.watch.look()
    assert (early.became, early.ended) == ([NOBODY], False)
    late = other.connect(UNDECIDED)
    assert late.became == [NOBODY]


ENDINGS: dict[str, Callable[[UserRow, int, int], Steps[object]]] = {
    "the token is revoked": lambda user, token_id, now: revoke_and_tell(token_id, user.id, now),
    "the user is disabled": lambda user, token_id, now: update_user(user.id, Shut(True), now),
    "the user is deleted": lambda user, token_id, now: give_and_remove_user(user.id, None, now),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_what_ends_an_admission_ends_its_connections(store: Database, ending: str) -> None:
    here, there = households(store, 2)
    await here.add("maria", "admin")
    joao = await here.add("joão")
    token = await here.token(joao)
    for house in (here, there):
        await house.watch.look()
    who = await here.people.by_token(token)
    near, far = here.connect(who), there.connect(await there.people.by_token(token))
    assert who.token_id is not None
    token_id = who.token_id
    await here.people.change(joao.id, None, lambda: ENDINGS[ending](joao, token_id, here.wall.ms))
    assert (near.became, near.ended) == ([NOBODY], True)
    await there.watch.look()
    assert (far.became, far.ended) == ([NOBODY], True)
    for house in (here, there):
        with pytest.raises(Unauthorized):
            await house.people.by_token(token)


async def test_a_lowered_role_replaces_the_identity_and_leaves_the_connection(store: Database) -> None:
    here, there = households(store, 2)
    await here.add("maria", "admin")
    joao = await here.add("joão", "admin")
    begun = await here.people.log_in("joão", PASSWORD, VISITOR)
    near, far = here.connect(begun.identity), there.connect(await there.people.by_cookie(begun.cookie))
    await here.people.change(joao.id, None, lambda: update_user(joao.id, Change("viewer"), here.wall.ms))
    assert [who.role for who in near.became] == ["viewer"]
    assert not near.ended
    assert (await here.people.by_cookie(begun.cookie)).role == "viewer"
    await there.watch.look()
    await there.watch.look()
    assert [who.role for who in far.became] == ["viewer"]
    assert not far.ended


async def test_a_new_password_logs_the_other_browsers_out(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    own, other = [await house.people.log_in("maria", PASSWORD, VISITOR) for _ in range(2)]
    mine, others = house.connect(own.identity), house.connect(other.identity)
    keep = own.identity.web_session_id
    await house.people.change(maria.id, mine.peer, lambda: set_password(maria.id, "hash", house.wall.ms, keep))
    assert (mine.ended, others.ended) == (False, True)
    assert [row.id for row in await store.read(SESSIONS.page, 10)] == [keep]


async def test_a_logout_ends_the_connections_of_that_browser_alone(store: Database) -> None:
    house = Household(store)
    await house.add("maria", "admin")
    first, second = [await house.people.log_in("maria", PASSWORD, VISITOR) for _ in range(2)]
    one, two = house.connect(first.identity), house.connect(second.identity)
    await house.people.log_out(first.cookie, VISITOR)
    assert (one.ended, two.ended) == (True, False)


async def test_memberships_are_known_at_once_and_in_other_runs_at_their_next_look(
    store: Database,
) -> None:
    here, there = households(store, 2)
    maria = await here.add("maria", "admin")
    joao = await here.add("joão")
    for house in (here, there):
        await house.watch.look()
    near, far = [house.connect(await house.people.by_name("joão")) for house in (here, there)]
    other = here.connect(await here.people.by_name("maria"))

    def share() -> Steps[tuple[int, set[int]]]:
        made = yield Statement(
            "INSERT INTO project (user_id, name, description, version, created_at, updated_at)"
            " VALUES (?, 'p', '', 1, 1, 1)",
            (maria.id,),
        )
        yield Statement(
            "INSERT INTO project_member (project_id, user_id, role, created_at) VALUES (?, ?, 'viewer', 1)",
            (made.last_id, joao.id),
        )
        return made.last_id, {joao.id, 999}

    project = await here.people.change_memberships(share)
    assert [(who.reads, who.changes) for who in near.became] == [((project,), ())]
    assert (other.became, far.became) == ([], [])
    await there.watch.look()
    assert [(who.reads, who.changes) for who in far.became] == [((project,), ())]


async def test_who_was_let_in_while_something_changed_is_looked_up_again(store: Database) -> None:
    """The token is read, then revoked by another run, and only then its connection is followed."""
    here, there = households(store, 2)
    maria = await here.add("maria", "admin")
    token = await here.token(maria)
    await here.watch.look()
    who = await here.people.by_token(token)
    assert who.token_id is not None
    await there.people.change(maria.id, None, lambda: revoke_and_tell(who.token_id or 0, maria.id, here.wall.ms))
    await here.watch.look()
    late = here.connect(who)
    assert not late.ended
    assert here.people.unsure == {maria.id}
    await here.watch.look()
    assert late.ended
    assert here.people.unsure == set()


async def test_a_connection_ends_when_its_time_is_over_even_without_a_database(store: Database) -> None:
    counting = Counting(store)
    house = Household(counting)
    maria = await house.add("maria", "admin")
    token = await house.token(maria, expires_at=house.wall.ms + 10_000)
    live, other = house.connect(await house.people.by_token(token)), house.connect(await house.people.by_name("maria"))
    counting.away = True
    house.wall.pass_by(9)
    house.people.lives.end_expired(house.people.clock.now())
    assert not live.ended
    house.wall.ms -= 3_600_000
    house.wall.pass_by(1)
    house.people.lives.end_expired(house.people.clock.now())
    assert (live.ended, other.ended) == (True, False)


async def test_connections_go_on_while_the_database_is_away_and_hear_of_changes_later(store: Database) -> None:
    counting = Counting(store)
    here, there = Household(counting), Household(store)
    maria = await here.add("maria", "admin")
    token = await here.token(maria)
    await here.watch.look()
    live = here.connect(await here.people.by_token(token))
    counting.away = True
    token_id = (await store.read(TOKENS.page, 1))[0].id
    await there.people.change(maria.id, None, lambda: revoke_and_tell(token_id, maria.id, here.wall.ms))
    with pytest.raises(Unavailable):
        await here.watch.look()
    assert not live.ended
    counting.away = False
    await here.watch.look()
    assert live.ended


async def test_after_a_long_absence_everybody_is_looked_up(store: Database) -> None:
    here, there = households(store, 2)
    maria = await here.add("maria", "admin")
    token = await here.token(maria)
    await here.watch.look()
    live = here.connect(await here.people.by_token(token))
    token_id = (await store.read(TOKENS.page, 1))[0].id
    await there.people.change(maria.id, None, lambda: revoke_and_tell(token_id, maria.id, here.wall.ms))
    await store.write(note_change, None, here.wall.ms)
    await store.write(forget_changes, await store.read(newest_change))
    here.wall.pass_by((LONG_AWAY_MS + 1) / 1000)
    await here.watch.look()
    assert live.ended


async def test_the_newest_change_is_kept_so_that_its_id_is_not_given_out_again(store: Database) -> None:
    for now in (1, 2, 3):
        await store.write(note_change, 1, now)
    newest = await store.read(newest_change)
    await store.write(forget_changes, 100)
    assert await store.read(newest_change) == newest
    await store.write(note_change, 1, 4)
    assert await store.read(newest_change) == newest + 1


async def test_a_clock_that_jumps_forward_loses_no_change_that_others_have_not_seen(store: Database) -> None:
    here, there = households(store, 2)
    await here.add("maria", "admin")
    joao = await here.add("joão")
    token = await here.token(joao)
    for house in (here, there):
        await house.watch.look()
    live = there.connect(await there.people.by_token(token))
    await here.people.change(joao.id, None, lambda: update_user(joao.id, Shut(True), here.wall.ms))
    await store.write(note_change, None, here.wall.ms)  # which is the newest then, and would stay in any case
    here.wall.ms += 400 * 24 * 3_600_000
    await here.watch.look()
    await here.watch.forget()
    await there.watch.look()
    assert live.ended


async def test_changes_are_forgotten_that_were_seen_long_ago(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "FORGET_CHANGES_SECONDS", 0.0)
    house = Household(store)
    for _ in range(3):
        await store.write(note_change, 1, house.wall.ms)
    await house.watch.look()
    await store.write(note_change, 1, house.wall.ms)  # has not been seen
    await house.watch.forget()
    left = (await store.read(look_for_changes, 0, users_exist=True)).changes
    newest = await store.read(newest_change)
    assert [change.id for change in left] == [newest - 1, newest]


async def test_a_forgotten_connection_is_told_nothing(store: Database) -> None:
    house = Household(store)
    await house.watch.look()
    gone, other = house.connect(LOCAL), house.connect(LOCAL)
    house.people.forget(gone)
    house.people.forget(gone)
    await house.people.create(UserDraft("maria", "admin"), COMMAND_LINE, None)
    assert (gone.ended, other.ended) == (False, True)


async def test_the_services_hear_of_others_by_themselves(store: Database) -> None:
    here, there = households(store, 2)
    async with trio.open_nursery() as nursery:
        there.watch.serve(Supervisor(nursery))
        early = there.connect(UNDECIDED)
        with trio.fail_after(30):
            await early.told.wait()
            far = there.connect(LOCAL)
            await here.people.create(UserDraft("maria", "admin"), COMMAND_LINE, None)
            await far.over.wait()
        nursery.cancel_scope.cancel()


async def test_no_changes_of_users_at_once_leave_them_without_an_admin(store: Database) -> None:
    """Each of three admins lowers the two others, all at the same time, by three runs."""
    houses = list(households(store, 3))
    users = [await houses[0].add(name, "admin") for name in ("maria", "joão", "ana")]
    ended: list[str] = []

    async def lower(house: Household, user: UserRow) -> None:
        try:
            await house.people.change(user.id, None, lambda: update_user(user.id, Change("member"), house.wall.ms))
            ended.append("lowered")
        except Conflict:
            ended.append("refused")

    async with trio.open_nursery() as nursery:
        for house, own in zip(houses, users, strict=True):
            for user in users:
                if user != own:
                    nursery.start_soon(lower, house, user)
    admins = [user for user in await store.read(USERS.page, 10) if user.role == "admin"]
    assert len(admins) >= 1
    assert len(ended) == 6
