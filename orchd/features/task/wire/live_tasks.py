"""The live list of tasks: what becomes of all that somebody sees, each change once and in order, by other daemons too.

`task:subscribe` is another thing: it tells what a task is like now, whole, and leaves out what was only for a moment.
"""

from typing import Any

from orchd.entity import Belonging, Owner, owner_of
from orchd.entity.wire import Following, follow_commands_of
from orchd.features.task.store.listing_queries import find_summary
from orchd.features.task.store.saving_queries import TASK_KIND
from orchd.features.task.wire.messages import TaskListItem
from orchd.features.task.wire.views import list_item
from orchd.protocol.identity import Identity
from orchd.storage import Steps

FOLLOWING = Following(TASK_KIND, TaskListItem, right="read", scope="tasks", asked="task:list")


class LiveTasks:
    """Tasks as those see them who follow the list. Satisfies `orchd.entity.wire.LiveKind`."""

    kind = TASK_KIND

    def owner_of(self, who: Identity) -> Owner:
        """Return whose tasks somebody sees: their own, and those of their projects."""
        return owner_of(who)

    def find_present(self, row_id: int) -> Steps[tuple[TaskListItem | None, Belonging | None]]:
        """Return a task as lists show it now, and whom it belongs to."""
        found = yield from find_summary(row_id)
        return (None, None) if found is None else (list_item(found), found.task.whose)

    def change_frame(self, number: int, happening: Any, row_id: int | None, item: TaskListItem | None) -> bytes:
        """Encode what has become of a task."""
        return FOLLOWING.change_frame(number, happening, row_id, item)


COMMANDS = follow_commands_of(FOLLOWING)
