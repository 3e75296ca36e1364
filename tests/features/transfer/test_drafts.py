"""Conversations that never got whole: who deletes them, and when."""

from collections.abc import Collection

import trio

from orchd.entity import Belonging
from orchd.features.conversation import begin_draft
from orchd.features.presence import Presence
from orchd.features.transfer import drafts
from orchd.features.transfer.drafts import Drafts
from orchd.guard import Supervisor
from orchd.storage import Database, Statement, Steps
from tests.features.transfer.trees import BEGAN, conversation


class Alone(Presence):
    """The only run that lives."""

    async def dead(self, epochs: Collection[str]) -> set[str]:
        """All others."""
        return set(epochs) - {self.epoch}


def titles() -> Steps[list[str]]:
    found = yield Statement("SELECT title FROM conversation WHERE user_id = -1 ORDER BY title")
    return [row[0] for row in found.rows]


def forget(title: str) -> Steps[None]:
    """As when all that a user has is deleted."""
    found = yield Statement("SELECT id FROM conversation WHERE title = ? AND user_id = -1", (title,))
    yield Statement("DELETE FROM conversation_draft WHERE row_id = ? AND user_id = 1", found.rows[0])


async def test_what_dead_runs_left_and_what_nobody_would_own_goes(store: Database) -> None:
    for title, epoch in (("ours", "me"), ("theirs", "gone"), ("nobody's", "me"), *((f"old {n}", "g") for n in "abc")):
        await store.write(begin_draft, conversation(title), Belonging(1), epoch, BEGAN)
    await store.write(forget, "nobody's")
    async with trio.open_nursery() as nursery:
        made = Drafts(store, Alone(store, "me"), Supervisor(nursery))
        old, drafts.AT_ONCE = drafts.AT_ONCE, 2
        try:
            await made.sweep()
        finally:
            drafts.AT_ONCE = old
        assert await store.read(titles) == ["ours"]


async def test_a_draft_goes_unless_it_is_whole(store: Database) -> None:
    async with trio.open_nursery() as nursery:
        made = Drafts(store, Alone(store, "me"), Supervisor(nursery))
        for title in ("left", "whole"):
            async with made.making() as draft:
                draft.row_id = await store.write(begin_draft, conversation(title), Belonging(1), "me", BEGAN)
                draft.whole = title == "whole"
    assert await store.read(titles) == ["whole"]
