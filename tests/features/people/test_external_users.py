"""Who a login provider knows, and which user that is; on both databases."""

import pytest
from msgspec import Struct

from orchd.access.authenticator import ExternalUser
from orchd.errors import Conflict, Forbidden, Invalid, Unauthorized
from orchd.features.people.store.user_changes import link_user, update_user
from orchd.protocol.identity import UserRole
from orchd.storage import Database
from tests.features.people.household import VISITOR, Household


class Shut(Struct, frozen=True):
    disabled: bool


def known(
    subject: str = "s-1", name: str = "Ann", role: UserRole | None = "member", decides: bool = False
) -> ExternalUser:
    return ExternalUser("https://login.example", subject, name, role, decides)


async def test_who_a_provider_knows_is_one_user_by_the_subject(store: Database) -> None:
    house = Household(store)
    await house.add("root", "admin")
    first = await house.people.enter(known(), VISITOR, create=True)
    again = await house.people.enter(known(name="somebody else", role="viewer"), VISITOR, create=False)
    assert (first.identity.name, first.identity.role) == ("ann", "member")
    assert again.identity.user_id == first.identity.user_id
    assert again.identity.role == "member", "the role is given here, as long as no claim decides it"
    assert (await house.people.by_cookie(again.cookie)).user_id == first.identity.user_id
    other = await house.people.enter(known("s-2", name="bo"), VISITOR, create=True)
    assert other.identity.user_id != first.identity.user_id


async def test_who_a_provider_knows_and_nobody_wants_stays_out(store: Database) -> None:
    house = Household(store)
    await house.add("root", "admin")
    with pytest.raises(Forbidden):
        await house.people.enter(known(), VISITOR, create=False)
    with pytest.raises(Forbidden):
        await house.people.enter(known(role=None), VISITOR, create=True)
    with pytest.raises(Conflict):
        await house.people.enter(known(name="ROOT"), VISITOR, create=True)
    for name in ("", "no name!", "x" * 200):
        with pytest.raises(Invalid):
            await house.people.enter(known(name=name), VISITOR, create=True)
    ann = await house.people.enter(known(), VISITOR, create=True)
    await store.write(update_user, ann.identity.user_id, Shut(disabled=True), 1)
    with pytest.raises(Unauthorized):
        await house.people.enter(known(role="admin", decides=True), VISITOR, create=True)


async def test_the_first_user_of_all_is_an_admin_wherever_they_come_from(store: Database) -> None:
    house = Household(store)
    with pytest.raises(Invalid):
        await house.people.enter(known(), VISITOR, create=True)
    await house.people.enter(known(role="admin"), VISITOR, create=True)
    assert house.people.users_exist


async def test_a_role_that_a_claim_decides_follows_it_but_for_the_last_admin(store: Database) -> None:
    house = Household(store)
    await house.people.enter(known(role="admin", decides=True), VISITOR, create=True)
    last = await house.people.enter(known(role="viewer", decides=True), VISITOR, create=True)
    assert last.identity.role == "admin"
    await house.add("root", "admin")
    lowered = await house.people.enter(known(role="viewer", decides=True), VISITOR, create=True)
    assert lowered.identity.role == "viewer"
    with pytest.raises(Forbidden):
        await house.people.enter(known(role=None, decides=True), VISITOR, create=True)


async def test_a_subject_is_linked_to_one_user(store: Database) -> None:
    house = Household(store)
    root, ann = await house.add("root", "admin"), await house.add("ann", "member")
    await store.write(link_user, root.id, "https://login.example", "s-1", 1)
    assert (await house.people.enter(known(), VISITOR, create=False)).identity.user_id == root.id
    with pytest.raises(Conflict):
        await store.write(link_user, ann.id, "https://login.example", "s-1", 2)
    await store.write(link_user, root.id, None, None, 3)
    await store.write(link_user, ann.id, "https://login.example", "s-1", 4)
    assert (await house.people.enter(known(), VISITOR, create=False)).identity.user_id == ann.id
