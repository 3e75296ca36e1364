"""Frames by which an admin reads what is another user's."""

from typing import Annotated

from msgspec import Meta

from orchd.features.breakglass.queries import AccessKind
from orchd.features.chat import ChatHistory
from orchd.features.task import TaskFound
from orchd.protocol.frame_type import FrameType
from orchd.protocol.types import MAX_INTEGER, ClientPayload, RowId, ServerPayload, Timestamp

MIN_REASON_CHARACTERS, MAX_REASON_CHARACTERS = 10, 1_000


class AccessBreak(ClientPayload, frozen=True):
    """`access:break`: be let at one row of another user, to read it for an hour. Its owner is told who, why and until
    when (`audit:mine`)."""

    kind: AccessKind
    id: RowId
    """Which one: what its owner calls `conversationId` or `taskId`."""
    reason: Annotated[str, Meta(min_length=MIN_REASON_CHARACTERS, max_length=MAX_REASON_CHARACTERS)]
    """Why, for its owner."""


class AccessGrant(ServerPayload, frozen=True):
    """The reply to `access:break`."""

    kind: AccessKind
    id: RowId
    owner_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    """The user whose it is, who is told."""
    expires_at: Timestamp
    """Until when it may be read."""


class AccessRead(ClientPayload, frozen=True):
    """`access:read`: read what `access:break` has let you at, as its owner would by `chat:history` or `task:get`. Each
    reading is in the audit log, too."""

    kind: AccessKind
    id: RowId
    """Which one."""
    cursor: Annotated[str, Meta(min_length=1, max_length=20)] | None = None
    """Of a conversation: the `nextCursor` of the page before; without one, the latest messages."""


class AccessView(ServerPayload, frozen=True):
    """The reply to `access:read`."""

    kind: AccessKind
    id: RowId
    expires_at: Timestamp
    """Until when it may be read."""
    conversation: ChatHistory | None
    """The messages, if it is a conversation."""
    task: TaskFound | None
    """The task with its subtasks, if it is one."""
    next_cursor: str | None
    """What to send as `cursor` for the messages before these; null when there are none."""


class AccessTold(ServerPayload, frozen=True):
    """`access:told`: an admin was just let at a row of yours, or reads it; pushed to all your connections at that
    daemon that may read. `audit:mine` says so at any time."""

    kind: AccessKind
    id: RowId
    """Which one: its `conversationId` or `taskId`."""
    name: str
    """What the admin is called."""
    reading: bool
    """Whether it is read just now; false where the admin is let at it."""
    reason: str | None
    """Why; null for a reading, whose reason was told before."""
    expires_at: Timestamp
    """Until when it may be read."""


TOLD = FrameType("access:told", AccessTold)
