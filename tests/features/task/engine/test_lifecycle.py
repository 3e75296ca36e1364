"""What people ask of a task reaches the runner; what it refuses changes nothing and tells nobody."""

import pytest

from orchd.entity import LOCAL_OWNER
from orchd.errors import Conflict, Invalid
from orchd.features.task.core.results import PlannedSubtask
from orchd.features.task.store import lifecycle_queries, queries
from orchd.features.task.store.lifecycle_queries import Decision
from orchd.storage import Database
from tests.features.task.hands import Hands, create, failing, working

ONE = [PlannedSubtask("only", "Do it")]


async def test_a_task_is_planned_approved_run_and_begun_anew(store: Database) -> None:
    task_id = await store.write(create, auto_run=False, ready=False)
    hands = Hands(ONE, script=failing(Invalid("no"), "execute only 1"))
    async with working(store, hands) as works:
        await works.lifecycle.ask(lifecycle_queries.plan, LOCAL_OWNER, task_id)
        await works.until(task_id, lambda task: task.status == "waiting")
        (asked,) = await store.read(queries.approvals, task_id)
        with pytest.raises(Conflict, match="can't become executing"):
            await works.lifecycle.ask(lifecycle_queries.run, LOCAL_OWNER, task_id)
        await works.lifecycle.ask(lifecycle_queries.plan, LOCAL_OWNER, task_id)
        await works.until(task_id, lambda task: task.status == "waiting" and hands.done["plan"] == 2)
        (asked,) = await store.read(queries.approvals, task_id)
        decided = await works.lifecycle.decide(LOCAL_OWNER, Decision(asked.id, asked.hash, approve=True, note=""))
        assert decided.status == "approved"
        assert (await works.until(task_id)).status == "failed"
        before = works.ears.changes[task_id]
        with pytest.raises(Conflict):
            await works.lifecycle.ask(lifecycle_queries.resume, LOCAL_OWNER, task_id)
        assert works.ears.changes[task_id] == before
        await works.lifecycle.ask(lifecycle_queries.retry, LOCAL_OWNER, task_id)
        assert (await works.until(task_id)).status == "completed"
    assert hands.done == {"plan": 2, "execute only 1": 1, "execute only 2": 1, "check only 2": 1, "consolidate": 1}
