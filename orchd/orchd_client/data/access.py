"""The data of frames that `access` has."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import ChatHistory, TaskFound

AccessKind: TypeAlias = Literal["conversation", "task"]
"""What kind of row an admin is let at. Later daemons may send others."""


class AccessBreak(RequestData, kw_only=True):
    """`access:break`: be let at one row of another user, to read it for an hour. Its owner is told who, why and
    until when (`audit:mine`).
    """

    kind: AccessKind
    """What kind of thing it is."""
    id: int
    """Which one: what its owner calls `conversationId` or `taskId`."""
    reason: str
    """Why, for its owner. 10 to 1000 characters."""


class AccessRead(RequestData, kw_only=True):
    """`access:read`: read what `access:break` has let you at, as its owner would by `chat:history` or `task:get`.
    Each reading is in the audit log, too.
    """

    kind: AccessKind
    """What kind of thing it is."""
    id: int
    """Which one."""
    cursor: str | None = None
    """Of a conversation: the `nextCursor` of the page before; without one, the latest messages. 1 to 20 characters."""


class AccessTold(ServerData, kw_only=True):
    """`access:told`: an admin was just let at a row of yours, or reads it; pushed to all your connections at that
    daemon that may read. `audit:mine` says so at any time.
    """

    kind: AccessKind | str
    """What kind of thing it is."""
    id: int
    """Which one: its `conversationId` or `taskId`."""
    name: str
    """What the admin is called."""
    reading: bool
    """Whether it is read just now; false where the admin is let at it."""
    reason: str | None = None
    """Why; null for a reading, whose reason was told before."""
    expires_at: str
    """Until when it may be read."""


class AccessGrant(ServerData, kw_only=True):
    """The reply to `access:break`."""

    kind: AccessKind | str
    """What kind of thing it is."""
    id: int
    """Its id."""
    owner_id: int
    """The user whose it is, who is told."""
    expires_at: str
    """Until when it may be read."""


class AccessView(ServerData, kw_only=True):
    """The reply to `access:read`."""

    kind: AccessKind | str
    """What kind of thing it is."""
    id: int
    """Its id."""
    expires_at: str
    """Until when it may be read."""
    conversation: ChatHistory | None = None
    """The messages, if it is a conversation."""
    task: TaskFound | None = None
    """The task with its subtasks, if it is one."""
    next_cursor: str | None = None
    """What to send as `cursor` for the messages before these; null when there are none."""
