"""Answers to `access:*`."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

from orchd.clock import unix_now
from orchd.entity import Owner
from orchd.errors import Conflict, Forbidden, Invalid, NotFound
from orchd.features.audit import Actor, AuditAction, actor_of, entry
from orchd.features.breakglass.messages import (
    MIN_REASON_CHARACTERS,
    TOLD,
    AccessBreak,
    AccessGrant,
    AccessRead,
    AccessTold,
    AccessView,
)
from orchd.features.breakglass.queries import AccessKind, GrantDraft, GrantRow, find_grant, grant
from orchd.features.chat import ChatHistory, ChatHistoryRequest
from orchd.features.conversation import whose
from orchd.features.notification import AccessListener, AccessNews
from orchd.features.task import TaskFound, task_owner
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, timestamp
from orchd.storage import Database, Steps

GRANT_MS = 3_600_000
"""For how long a row may be read, in milliseconds."""


OwnerListener: TypeAlias = Callable[[int, bytes], None]
"""Sends a frame to all connections of a user that may read; never waits."""


class OwnersView(NamedTuple):
    """What owners see of what is theirs. Both raise `NotFound`."""

    conversation: Callable[[Owner, ChatHistoryRequest], Awaitable[ChatHistory]]
    task: Callable[[Owner, int], Awaitable[TaskFound]]


class AccessHandlers:
    """One method a frame."""

    def __init__(
        self, database: Database, view: OwnersView, tell: OwnerListener, note: AccessListener, *, allowed: bool
    ) -> None:
        self._database = database
        self._view = view
        self._tell, self._note = tell, note
        self._allowed = allowed

    async def open(self, context: Context, data: AccessBreak) -> AccessGrant:
        self._check_allowed()
        if len(data.reason.strip()) < MIN_REASON_CHARACTERS:
            raise Invalid("say why, for whose it is", reason="blank", field="reason", path="$.data.reason")
        row = await self._database.write(_break_glass, context.identity.user_id, actor_of(context), data, unix_now())
        self._tell_owner(context, row, data.reason)
        return AccessGrant(row.kind, row.target_id, row.owner_id, timestamp(row.expires_at))

    async def read(self, context: Context, data: AccessRead) -> AccessView:
        self._check_allowed()
        before = _before(data)
        row = await self._database.write(_note_reading, context.identity.user_id, actor_of(context), data, unix_now())
        self._tell_owner(context, row, None)
        owner, until = Owner(row.owner_id), timestamp(row.expires_at)
        try:
            if data.kind == "task":
                return AccessView(data.kind, data.id, until, None, await self._view.task(owner, data.id), None)
            shown = await self._view.conversation(owner, ChatHistoryRequest(data.id, before=before))
        except NotFound:
            raise _missing_error(data.kind) from None
        more = str(shown.messages[0].id) if shown.has_more else None
        return AccessView(data.kind, data.id, until, shown, None, more)

    def _tell_owner(self, context: Context, row: GrantRow, reason: str | None) -> None:
        """Tell whose row it is: at once where they are connected here, and by a notification wherever they are."""
        until, name = timestamp(row.expires_at), context.identity.name
        told = AccessTold(row.kind, row.target_id, name, reason is None, reason, until)
        self._tell(row.owner_id, TOLD.frame(told))
        self._note(row.owner_id, AccessNews(row.id, row.kind, row.target_id, name, until, reason))

    def _check_allowed(self) -> None:
        if not self._allowed:
            raise Forbidden(
                "nobody reads what is another user's here (`people.breakGlass` is off)",
                reason="break_glass_off",
                setting="people.breakGlass",
            )


COMMANDS = Commands(
    Command("access:break", AccessBreak, AccessGrant, right="admin", scope="admin", errors=CHANGE).by(
        AccessHandlers.open
    ),
    Command("access:read", AccessRead, AccessView, right="admin", scope="admin", errors=LOOKUP).by(AccessHandlers.read),
)


def _break_glass(admin_id: int, by: Actor, data: AccessBreak, now: int) -> Steps[GrantRow]:
    """Let an admin at a row, and tell its owner. Raises `NotFound`; `Conflict` for one's own."""
    owner_id = yield from _owner_of(data.kind, data.id)
    if owner_id is None:
        raise _missing_error(data.kind)
    if owner_id == admin_id:
        raise Conflict(f"this {data.kind} is your own", reason="own", field="id", path="$.data.id")
    row = yield from grant(GrantDraft(admin_id, data.kind, data.id, owner_id, now + GRANT_MS), now)
    told = {"reason": data.reason, "until": timestamp(row.expires_at)}
    yield from entry(by, AuditAction("access:break", data.kind, data.id, owner_id, after=told), now)
    return row


def _note_reading(admin_id: int, by: Actor, data: AccessRead, now: int) -> Steps[GrantRow]:
    """Return the grant by which an admin reads a row, and tell its owner. Raises `NotFound`, the same for rows that
    there aren't."""
    row = yield from find_grant(admin_id, data.kind, data.id, now)
    if row is None:
        raise NotFound("nothing lets you at it, or not any more: access:break does", field="id", path="$.data.id")
    told = {"before": data.cursor} if data.cursor else None
    yield from entry(by, AuditAction("access:read", data.kind, data.id, row.owner_id, after=told), now)
    return row


def _owner_of(kind: AccessKind, row_id: int) -> Steps[int | None]:
    """Return the user whose a row is, None where there is no such row."""
    if kind == "task":
        return (yield from task_owner(row_id))
    found = (yield from whose([row_id])).get(row_id)
    return None if found is None else found.user_id


def _before(data: AccessRead) -> int | None:
    """Read the cursor: the message before which a page ends."""
    if data.cursor is None:
        return None
    if data.kind == "task" or (before := one_number(data.cursor, MAX_INTEGER)) < 1:
        raise Invalid("not a cursor of this list", reason="malformed", field="cursor", path="$.data.cursor")
    return before


def _missing_error(kind: AccessKind) -> NotFound:
    return NotFound(f"there is no such {kind}", field="id", path="$.data.id")
