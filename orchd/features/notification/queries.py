"""SQL of the table `notification`."""

from collections.abc import Sequence
from typing import NamedTuple

from orchd.entity import LOCAL_OWNER, Belonging, Owner
from orchd.entity.wire import Entity, Happening, RowChange, note
from orchd.errors import Conflict, NotFound
from orchd.features.notification.messages import Notification, NotificationChannel, NotificationDraft
from orchd.features.notification.preferences import CHANNELS, CONFIRMED_ADDRESS, EMAIL, KINDS, Recipient
from orchd.features.setting import store_value, value_among, value_for, values_for
from orchd.features.task import TaskNews, task_news
from orchd.protocol.types import timestamp
from orchd.storage import Statement, Steps

NOTIFICATION = Entity("notification", Notification, filters=("kind", "read"), orders=("id",), long=("text",))
MAX_KEPT = 1_000
"""Notifications that one user has; the oldest make room."""
AT_ONCE = 200
"""Notifications that are noted as read in one transaction."""
_ASKING = "is_read = 0 AND deleted_at IS NULL AND kind IN ('approval', 'task_waiting')"
"""What asks for an act of somebody, and was not read yet."""


class Occasion(NamedTuple):
    """Something that a user is to be told, or all admins where `user_id` is None. `again_ms`: for how long nobody is
    told of the same source again; None: never again."""

    user_id: int | None
    draft: NotificationDraft
    again_ms: int | None = None


class TaskMatters(NamedTuple):
    """What is to be told of some tasks, and what they asked before that is settled by now."""

    news: list[TaskNews]
    settled: list[int]
    """Ids of notifications that nobody has read."""


def task_matters(task_ids: Sequence[int]) -> Steps[TaskMatters]:
    """Return what is to be told of some tasks, and what of them needs no act any more, at one moment."""
    news = yield from task_news(task_ids)
    open_questions = {each.approval_id for each in news}
    waiting = {each.task_id for each in news if each.question is None and each.status not in ("completed", "failed")}
    marks = ", ".join("?" * len(task_ids))
    asking = yield Statement(
        f"SELECT id, kind, task_id, approval_id FROM notification WHERE task_id IN ({marks}) AND {_ASKING}",
        tuple(task_ids),
    )
    settled = [
        row_id
        for row_id, kind, task_id, approval_id in asking.rows
        if (approval_id not in open_questions if kind == "approval" else task_id not in waiting)
    ]
    return TaskMatters(news, settled)


def asking_tasks() -> Steps[list[int]]:
    """Return the tasks of which an unread notification asks something."""
    found = yield Statement(f"SELECT DISTINCT task_id FROM notification WHERE task_id IS NOT NULL AND {_ASKING}")
    return [row[0] for row in found.rows]


def mark_settled(ids: Sequence[int], now: int) -> Steps[None]:
    """Note notifications as read, whosever they are, where they are still there."""
    for row_id in ids:
        row = yield from NOTIFICATION.rows.everybodys.find(row_id)
        if row is not None and row.deleted_at is None and not row.read:
            yield from _note_read(Owner(row.user_id), row, now)


def raise_all(occasions: Sequence[Occasion], now: int) -> Steps[list[Notification]]:
    """Store what people are to be told and don't know yet; return that."""
    told: list[Notification] = []
    for occasion in occasions:
        users = [occasion.user_id] if occasion.user_id is not None else (yield from _admins())
        for user_id in users:
            told += yield from _tell(user_id, occasion, now)
    return told


def mark_read(owner: Owner, ids: Sequence[int], now: int) -> Steps[int]:
    """Note that notifications were read; return how many were not before. Raises `NotFound`."""
    changed = 0
    for place, row_id in enumerate(ids):
        row = yield from NOTIFICATION.rows.seen_by(owner).find(row_id)
        if row is None:
            field = "notificationIds"
            raise NotFound("there is no such notification", field=field, path=f"$.data.{field}[{place}]")
        if not row.read:
            changed += 1
            yield from _note_read(owner, row, now)
    return changed


def recipients_of(told: Notification) -> Steps[list[Recipient]]:
    """Return where a notification is sent, by what its user has set."""
    stored = yield from values_for(told.user_id)
    found: list[Recipient] = []
    for channel in CHANNELS:
        address = value_among(stored, channel.address)
        if address is None or told.kind not in value_among(stored, channel.kinds):
            continue
        if channel is EMAIL and address != value_among(stored, CONFIRMED_ADDRESS):
            continue
        found.append(Recipient(channel.name, address))
    return found


def confirm_address(user_id: int, address: str, now: int) -> Steps[None]:
    """Note that a user has shown whose an address is. Raises `Conflict` where they have set another one by now."""
    if (yield from value_for(EMAIL.address, user_id)) != address:
        raise Conflict("another address has been set by now", reason="changed", field="code", path="$.data.code")
    yield from store_value(user_id, CONFIRMED_ADDRESS, address, now)


def note_failure(told: Notification, failed: Sequence[NotificationChannel], now: int) -> Steps[None]:
    """Store by which channels a notification could not be sent, if it is still there."""
    rows = NOTIFICATION.rows.owned_by(Owner(told.user_id))
    if (yield from rows.find(told.id)) is not None:
        yield from rows.set(told.id, now, failed_channels=tuple(failed))
        yield from _log(told, "updated", now)


def first_unread(owner: Owner) -> Steps[list[int]]:
    """Return the ids of some notifications that were not read yet."""
    rows = yield from NOTIFICATION.rows.seen_by(owner).page(AT_ONCE, read=False)
    return [row.id for row in rows]


def count_unread(owner: Owner) -> Steps[int]:
    """Return how many notifications are left to be read."""
    return (yield from NOTIFICATION.rows.seen_by(owner).count(read=False))


def _note_read(owner: Owner, row: Notification, now: int) -> Steps[None]:
    yield from NOTIFICATION.rows.changed_by(owner).set(row.id, now, read=True, read_at=timestamp(now))
    yield from _log(row, "updated", now)


def _tell(user_id: int, occasion: Occasion, now: int) -> Steps[list[Notification]]:
    if not (yield from _is_wanted(user_id, occasion)) or (yield from _is_known(user_id, occasion, now)):
        return []
    return [(yield from _add(Owner(user_id), occasion.draft, now))]


def _is_wanted(user_id: int, occasion: Occasion) -> Steps[bool]:
    """Tell whether somebody wants to be told of such a thing. That an admin was let at what is theirs only they may
    leave out: admins decide for everybody."""
    stored = yield from values_for(user_id)
    chosen = stored.get(KINDS.name)
    if occasion.draft.kind == "access" and (chosen is None or chosen.everybody):
        return True
    return occasion.draft.kind in value_among(stored, KINDS)


def _add(owner: Owner, draft: NotificationDraft, now: int) -> Steps[Notification]:
    row = yield from NOTIFICATION.rows.owned_by(owner).add(draft, now)
    old = yield Statement(
        "SELECT id FROM notification WHERE user_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?", (owner.user_id, MAX_KEPT)
    )
    if old.rows:
        yield Statement("DELETE FROM notification WHERE user_id = ? AND id <= ?", (owner.user_id, old.rows[0][0]))
    yield from _log(row, "created", now)
    return row


def _log(row: Notification, happening: Happening, now: int) -> Steps[None]:
    yield from note(RowChange(NOTIFICATION.kind, row.id, happening, Belonging(row.user_id)), now)


def _is_known(user_id: int, occasion: Occasion, now: int) -> Steps[bool]:
    since = 0 if occasion.again_ms is None else now - occasion.again_ms
    found = yield Statement(
        "SELECT id FROM notification WHERE user_id = ? AND source = ? AND created_at >= ? LIMIT 1",
        (user_id, occasion.draft.source, since),
    )
    return bool(found.rows)


def _admins() -> Steps[list[int]]:
    """Return who decides for everybody: the local owner while there is no user."""
    admins = yield Statement("SELECT id FROM user WHERE role = 'admin' AND disabled = 0 ORDER BY id")
    if admins.rows:
        return [row[0] for row in admins.rows]
    anybody = yield Statement("SELECT id FROM user LIMIT 1")
    return [] if anybody.rows else [LOCAL_OWNER.user_id]
