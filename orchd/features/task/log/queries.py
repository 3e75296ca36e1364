"""SQL that reads the table `task_log` over all tasks that somebody sees."""

from typing import NamedTuple, get_args

from orchd.entity import Belonging, OwnedTable, Owner, Table
from orchd.features.task.core.rows import LogLevel
from orchd.features.task.log.messages import ExecutionLogItem
from orchd.features.task.store.queries import TASKS, find_seen, find_subtask
from orchd.protocol.types import MAX_INTEGER
from orchd.storage import SqlValue, Statement, Steps

LINES = OwnedTable(Table("task_log", ExecutionLogItem, "line", key="execution_log_id"), TASKS, "task_id")
LEVELS: tuple[LogLevel, ...] = get_args(get_args(LogLevel)[0])
"""What matters least first."""


class LogFilter(NamedTuple):
    """Which lines are wanted; None: any. `since` and `until` (not included) are Unix milliseconds."""

    task_id: int | None = None
    subtask_id: int | None = None
    level: LogLevel | None = None
    since: int | None = None
    until: int | None = None

    def fits(self, line: ExecutionLogItem) -> bool:
        """Whether a line is wanted, as far as it isn't a matter of time."""
        return (
            self.task_id in (None, line.task_id)
            and self.subtask_id in (None, line.subtask_id)
            and line.level in self.levels
        )

    @property
    def levels(self) -> tuple[LogLevel, ...]:
        """The levels of lines that are wanted."""
        return LEVELS if self.level is None else LEVELS[LEVELS.index(self.level) :]


class LogPage(NamedTuple):
    """Lines, the latest first, and how many there are altogether, if that was wanted."""

    lines: list[ExecutionLogItem]
    total: int | None


def page(owner: Owner, wanted: LogFilter, limit: int, before: int, *, total: bool) -> Steps[LogPage]:
    """Return up to `limit` lines from before the line `before`. Raises as `check_seen` does."""
    yield from check_seen(owner, wanted)
    columns = LINES.columns_as("task_log")
    visible, seen, _ = TASKS.visible(owner)
    narrower, given = _narrowing(wanted)
    where, values = (
        f"task_id IN (SELECT id FROM task WHERE deleted_at IS NULL AND {visible}){narrower}",
        (*seen, *given),
    )
    lines = yield Statement(
        f"SELECT {columns} FROM task_log WHERE id < ? AND {where} ORDER BY id DESC LIMIT ?",
        (before, *values, limit),
    )
    found = [LINES.read(row) for row in lines.rows]
    if not total:
        return LogPage(found, None)
    counted = yield Statement(f"SELECT COUNT(*) FROM task_log WHERE id < ? AND {where}", (MAX_INTEGER, *values))
    return LogPage(found, int(counted.rows[0][0]))


def check_seen(owner: Owner, wanted: LogFilter) -> Steps[None]:
    """Raise `NotFound` for a task or a subtask that somebody doesn't see."""
    if wanted.task_id is not None:
        yield from find_seen(owner, wanted.task_id)
    if wanted.subtask_id is not None:
        yield from find_subtask(owner, wanted.subtask_id)


def find_line(line_id: int) -> Steps[tuple[ExecutionLogItem | None, Belonging | None]]:
    """Return a line, and whom its task belongs to now; for the daemon, which tells only those who see it."""
    line = yield from LINES.everybodys.find(line_id)
    task = None if line is None else (yield from TASKS.everybodys.find(line.task_id))
    return (None, None) if task is None else (line, task.whose)


def _narrowing(wanted: LogFilter) -> tuple[str, list[SqlValue]]:
    """Return conditions, to follow another one, and their values."""
    conditions, values = "", list[SqlValue]()
    for condition, value in (
        ("task_id = ?", wanted.task_id),
        ("subtask_id = ?", wanted.subtask_id),
        ("created_at >= ?", wanted.since),
        ("created_at < ?", wanted.until),
    ):
        if value is not None:
            conditions += f" AND {condition}"
            values.append(value)
    if wanted.level is not None:
        conditions += f" AND level IN ({', '.join('?' * len(wanted.levels))})"
        values += wanted.levels
    return conditions, values
