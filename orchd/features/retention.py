"""What is kept for how long, of all features: what daemons delete by themselves, and `orchd db prune` when it is asked.

Besides, daemons forget within days what is of no use to anybody: sessions and tokens that have ended, uploads that
nobody goes on with, texts that were worked on.
"""

from collections.abc import Sequence
from typing import Any

from orchd.clock import unix_now
from orchd.entity.wire import Entity, forget_changes
from orchd.features import models, workspace
from orchd.features.account import ACCOUNTS, forget_usage
from orchd.features.audit import forget_some
from orchd.features.chat import purge_messages
from orchd.features.conversation import CONVERSATIONS
from orchd.features.file import FILE
from orchd.features.notification import NOTIFICATION
from orchd.features.provider import PROVIDER
from orchd.features.task import purge_tasks
from orchd.features.transfer import IMPORT
from orchd.features.workspace import Retention, count_old, delete_old
from orchd.settings.audit import AuditSettings
from orchd.settings.kept.workspace import WorkspaceSettings
from orchd.storage import Database, Steps

DAY_MS = 86_400_000
ROWS_AT_ONCE = 20
"""What is below a row goes with it in the same transaction: all messages of a conversation."""
MESSAGES_AT_ONCE = 100
ENTRIES_AT_ONCE = 500
"""Of logs, whose rows are short and have nothing below them."""

ENTITIES: tuple[Entity[Any], ...] = (*models.ENTITIES, *workspace.ENTITIES, NOTIFICATION, PROVIDER, FILE, IMPORT)
"""Whose rows can be removed and restored; besides conversations and accounts, of which others know the tables only."""


def removed_kinds(settings: WorkspaceSettings) -> tuple[Retention, ...]:
    """Return what was removed and can be restored for some days, and the changes of which lists are told."""
    days = settings.deleted_days
    purges = {entity.kind: entity.rows for entity in ENTITIES} | {"conversation": CONVERSATIONS, "account": ACCOUNTS}
    return (
        *(Retention(f"{kind}, removed", days, rows.everybodys.purge, ROWS_AT_ONCE) for kind, rows in purges.items()),
        Retention("task, removed", days, purge_tasks, ROWS_AT_ONCE),
        Retention("message, removed", days, purge_messages, MESSAGES_AT_ONCE),
        Retention("change of a list", days, forget_changes, ENTRIES_AT_ONCE),
    )


def kept_kinds(workspace: WorkspaceSettings, audit: AuditSettings) -> tuple[Retention, ...]:
    """Return all that has its time."""
    return (
        *removed_kinds(workspace),
        Retention("audit log", audit.days, forget_some, ENTRIES_AT_ONCE),
        Retention("usage of accounts", workspace.account_usage_days, _forget_usage, ENTRIES_AT_ONCE),
    )


async def prune(database: Database, kinds: Sequence[Retention], *, dry_run: bool) -> list[tuple[Retention, int]]:
    """Delete what is too old, or only count it; return how many rows of each kind. Raises `Unavailable`."""
    now, work = unix_now(), count_old if dry_run else delete_old
    return [(kind, await work(database, kind, now)) for kind in kinds]


def _forget_usage(before: int, limit: int) -> Steps[int]:
    return (yield from forget_usage(before // DAY_MS, limit))
