"""Whose rows a query reaches, on both databases: against a plain model of who made what and shares it with whom."""

from itertools import product

import pytest

from orchd.entity import DAEMON_OWNER, LOCAL_OWNER, Owner, SortOrder, daemon_owner_of, owner_of
from orchd.errors import Conflict, Forbidden, NotFound
from orchd.features.models.queries import ASSISTANT, ASSISTANTS
from orchd.features.provider.provider import PROVIDER
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from orchd.protocol.types import ClientPayload
from orchd.storage import Database
from tests.fix_models import assistant_draft

NOW = 1_900_000_000_000
BY_NAME = SortOrder(("name",))
ROWS = [(user, project) for user in (0, 1, 2) for project in (None, 7, 8)]
OWNERS = [
    Owner(user, reads, changes)
    for user, (reads, changes) in product((0, 1, 2, 3), (((), ()), ((7,), ()), ((7, 8), (8,)), ((7, 8), (7, 8))))
]


def patch(row_id: int, **members: object) -> ClientPayload:
    return ASSISTANT.payloads.update(assistant_id=row_id, **members)


async def made(store: Database) -> dict[int, tuple[int, int | None]]:
    rows = {}
    for number, (user, project) in enumerate(ROWS):
        own = ASSISTANTS.owned_by(Owner(user))
        added = await store.write(own.add, assistant_draft(f"a{number}", "Be brief."), NOW, project_id=project)
        rows[added.id] = (user, project)
    return rows


async def test_all_that_is_reached_is_ones_own_or_shared(store: Database) -> None:
    rows = await made(store)
    for owner in OWNERS:
        visible = {n for n, (user, project) in rows.items() if user == owner.user_id or project in owner.reads}
        changeable = {n for n, (user, project) in rows.items() if user == owner.user_id or project in owner.changes}
        assert {row.id for row in await store.read(ASSISTANTS.seen_by(owner).page, 99, None, BY_NAME)} == visible
        assert {row.id for row in await store.read(ASSISTANTS.changed_by(owner).page, 99)} == changeable
        for row_id in rows:
            found = await store.read(ASSISTANTS.seen_by(owner).find, row_id)
            assert (found is not None) == (row_id in visible)
            wanted = None if row_id in changeable else Forbidden if row_id in visible else NotFound
            assert await refusal(store, owner, row_id) == wanted


async def refusal(store: Database, owner: Owner, row_id: int) -> type[Exception] | None:
    """Return how a change is refused."""
    try:
        await store.write(ASSISTANTS.changed_by(owner).change, row_id, patch(row_id, active=False), NOW)
    except (Forbidden, NotFound) as refused:
        return type(refused)
    return None


async def test_what_may_not_be_changed_is_not_removed(store: Database) -> None:
    rows = await made(store)
    for row_id, (user, project) in rows.items():
        stranger, reader = Owner(user + 1), Owner(user + 1, (7, 8))
        with pytest.raises(NotFound):
            await store.write(ASSISTANTS.changed_by(stranger).remove, row_id)
        with pytest.raises(NotFound if project is None else Forbidden):
            await store.write(ASSISTANTS.changed_by(reader).remove, row_id)
        await store.write(ASSISTANTS.changed_by(Owner(user)).remove, row_id, NOW)


async def test_a_foreign_row_is_refused_in_the_words_for_one_that_is_not_there(store: Database) -> None:
    row_id = min(await made(store))
    refused = []
    for wanted in (row_id, 10**6):
        with pytest.raises(NotFound) as caught:
            await store.read(ASSISTANTS.seen_by(Owner(3)).get, wanted)
        refused.append((caught.value.message, caught.value.details))
    assert refused[0] == refused[1]


async def test_names_are_taken_among_the_rows_of_one_user(store: Database) -> None:
    def owned(user: int) -> ClientPayload:
        return assistant_draft("Ada", f"for {user}")

    first = [await store.write(ASSISTANTS.owned_by(Owner(user)).add, owned(user), NOW) for user in (1, 2)]
    assert [row.user_id for row in first] == [1, 2]
    with pytest.raises(Conflict):
        await store.write(ASSISTANTS.owned_by(Owner(1)).add, owned(1), NOW)
    other = await store.write(ASSISTANTS.owned_by(Owner(2)).add, assistant_draft("Bob", ""), NOW, project_id=7)
    editor = ASSISTANTS.changed_by(Owner(1, (7,), (7,)))
    with pytest.raises(Conflict):  # the row is 2's, who has an Ada; that 1 has one too is no matter
        await store.write(editor.change, other.id, patch(other.id, name="Ada"), NOW)
    await store.write(editor.change, first[0].id, patch(first[0].id, name="Bob"), NOW)


def test_whose_rows_somebody_asks_for() -> None:
    assert owner_of(LOCAL) == LOCAL_OWNER
    assert owner_of(Identity(4, "ann", "viewer", reads=(1, 2), changes=(2,))) == Owner(4, (1, 2), (2,))
    assert owner_of(NOBODY).user_id == owner_of(UNDECIDED).user_id < 0


async def test_pages_go_through_own_and_shared_rows_without_a_gap_or_a_repeat(store: Database) -> None:
    rows = await made(store)
    for owner in OWNERS:
        for down, order in ((False, SortOrder(("name",))), (True, SortOrder(("updated_at", "id"), down=True))):
            wanted = [n for n, (user, project) in rows.items() if user == owner.user_id or project in owner.reads]
            found: list[int] = []
            after: tuple[str | int, ...] | None = None
            while page := await store.read(ASSISTANTS.seen_by(owner).page, 2, after, order):
                found += [row.id for row in page]
                after = (NOW, page[-1].id) if down else (page[-1].name,)
            assert found == sorted(wanted, reverse=down)


async def test_what_a_page_needs_of_a_row_holds_for_own_and_shared_ones(store: Database) -> None:
    rows, owner = await made(store), Owner(1, (7, 8), (7, 8))
    hidden = [row_id for row_id, (user, project) in rows.items() if user != 1 and project == 7]
    for row_id in hidden:
        await store.write(ASSISTANTS.changed_by(owner).change, row_id, patch(row_id, active=False), NOW)
    found = await store.read(ASSISTANTS.seen_by(owner).page, 99, None, BY_NAME, 10**6, active=False)
    assert [row.id for row in found] == hidden


async def test_what_belongs_to_nobody_is_reached_by_admins_alone(store: Database) -> None:
    draft = PROVIDER.payloads.create(name="late", url="http://127.0.0.1:9")
    row = await store.write(PROVIDER.rows.owned_by(DAEMON_OWNER).add, draft, NOW)
    for owner in (*OWNERS, LOCAL_OWNER, *(daemon_owner_of(who) for who in (NOBODY, UNDECIDED, MEMBER))):
        for reached in (PROVIDER.rows.seen_by(owner), PROVIDER.rows.changed_by(owner)):
            assert await store.read(reached.find, row.id) is None
            assert await store.read(reached.page, 9) == []
    for who in (LOCAL, MEMBER._replace(role="admin")):
        assert await store.read(PROVIDER.rows.changed_by(daemon_owner_of(who)).find, row.id) == row


MEMBER = Identity(5, "eve", "member")
