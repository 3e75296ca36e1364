"""The audit log: who did what to which row, from where; log-ins, refusals, and every change of rights or by an admin.

Frames: `audit:list`, `audit:mine`, `audit:subscribe` and `unsubscribe` with `audit:changed`. Table: `audit_log`.
Whoever changes something stores what it was in the same transaction (`yield from audit.entry(...)`); what has no
transaction of its own is noted (`Audit.note`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.entity.wire import ChangeFeed
from orchd.features.audit.entries import COMMAND_LINE, Actor, AuditAction, actor_of
from orchd.features.audit.handlers import COMMANDS, AuditHandlers
from orchd.features.audit.live import LiveAudit
from orchd.features.audit.queries import AuditFilter, entry, find_entries, find_later, forget_some, with_names
from orchd.features.audit.service import Audit
from orchd.features.audit.views import audit_item
from orchd.features.audit.watching import WatchedAuthenticator, WatchedEntry
from orchd.features.feature import OpenFeatures, Services
from orchd.guard import Supervisor
from orchd.settings.audit import AuditSettings

__all__ = [
    "COMMANDS",
    "COMMAND_LINE",
    "Actor",
    "Audit",
    "AuditAction",
    "AuditFilter",
    "WatchedAuthenticator",
    "WatchedEntry",
    "actor_of",
    "audit_item",
    "entry",
    "find_entries",
    "find_later",
    "forget_some",
    "open_audit",
    "with_names",
]


@asynccontextmanager
async def open_audit(
    services: Services, settings: AuditSettings, feed: ChangeFeed
) -> AsyncIterator[OpenFeatures[Audit]]:
    """Keep the log while the block lasts; what is noted by then is stored at its end, if the database is there."""
    audit = Audit(services.database, settings.days)
    feed.register(LiveAudit())
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        supervisor.keep("audit log", audit.keep_storing)
        supervisor.keep("old rows of the audit log", audit.keep_pruning)
        yield OpenFeatures(audit, COMMANDS.bind(AuditHandlers(services.database, feed)))
        nursery.cancel_scope.cancel()
    await audit.store_rest()
