"""New lines of the log, as live lists tell them: in the order in which they were stored, those of other daemons too."""

from typing import Any

from orchd.entity import Belonging, Owner, owner_of
from orchd.features.task.log.messages import CHANGED, ExecutionLogChanged, ExecutionLogItem
from orchd.features.task.log.queries import find_line
from orchd.features.task.store.saving_queries import LOG_KIND
from orchd.protocol.identity import Identity
from orchd.storage import Steps


class LiveLog:
    """Lines as those see them who follow them. Satisfies `orchd.entity.wire.LiveKind`."""

    kind = LOG_KIND

    def owner_of(self, who: Identity) -> Owner:
        """Return whose tasks somebody sees: their own, and those of their projects."""
        return owner_of(who)

    def find_present(self, row_id: int) -> Steps[tuple[ExecutionLogItem | None, Belonging | None]]:
        """Return a line, and whom its task belongs to now."""
        return (yield from find_line(row_id))

    def change_frame(self, number: int, happening: Any, row_id: int | None, item: ExecutionLogItem | None) -> bytes:
        """Encode what has become of a line of the log."""
        return CHANGED.frame(ExecutionLogChanged(number, happening, row_id, item))
