"""Last uses are kept until they are stored, and a use meanwhile is not lost."""

import pytest

from orchd.errors import Unavailable
from orchd.features.people.store.token_queries import TOKENS
from orchd.features.people.uses import Uses
from orchd.protocol.identity import LOCAL, Identity
from orchd.storage import Database
from tests.features.people.household import Counting, Household


async def test_what_can_not_be_stored_is_kept(store: Database) -> None:
    house, counting = Household(store), Counting(store)
    token_id = (await house.people.by_token(await house.token(await house.add("maria", "admin")))).token_id
    assert token_id is not None
    uses, who = Uses(), Identity(1, "maria", "admin", token_id=token_id)
    uses.note(who, 5)
    uses.note(who, 7)
    uses.note(LOCAL, 9)
    counting.away = True
    with pytest.raises(Unavailable):
        await uses.store(counting)
    counting.away = False
    await uses.store(counting)
    assert (await store.read(TOKENS.get, token_id)).used_at == 7


async def test_nothing_to_store_writes_nothing() -> None:
    class Untouched(Counting):
        async def write_relaxed(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise AssertionError("there is nothing to write")

    uses = Uses()
    uses.note(LOCAL, 1)
    await uses.store(Untouched(None))  # type: ignore[arg-type]


def test_the_last_use_of_a_session_is_known_before_it_is_stored() -> None:
    uses, who = Uses(), Identity(1, "maria", "admin", web_session_id=3)
    assert uses.last_of(who) == 0
    uses.note(who, 7)
    assert (uses.last_of(who), uses.last_of(LOCAL)) == (7, 0)
