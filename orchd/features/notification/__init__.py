"""Notifications: what the daemon tells people of by itself.

Frames: `notification:get`, `list`, `delete`, `restore`, `read`, `unread`; `notification:subscribe` and `unsubscribe`
with `notification:changed`. Table: `notification`. What happens to tasks and quotas comes by the doors of these
features; model servers are watched.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import trio

from orchd.entity.wire import EntityRooms
from orchd.features.feature import OpenFeatures, Services
from orchd.features.notification.handlers import COMMANDS, OWN_COMMANDS, ROW_COMMANDS, NotificationHandlers
from orchd.features.notification.preferences import SETTINGS
from orchd.features.notification.queries import NOTIFICATION
from orchd.features.notification.service import Notifier
from orchd.features.task import OpenTasks
from orchd.features.usage import UsageAccounts
from orchd.guard import Supervisor

__all__ = ["COMMANDS", "SETTINGS", "open_notifications"]


@asynccontextmanager
async def open_notifications(
    services: Services, rooms: EntityRooms, tasks: OpenTasks, usage: UsageAccounts
) -> AsyncIterator[OpenFeatures[None]]:
    """Tell people what happens while the block lasts."""
    notifier = Notifier(services.database, rooms.feed)
    tasks.tell_changes(notifier.look_at_task)
    usage.tell_refusals(notifier.note_refusal)
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        supervisor.keep("notifications", notifier.keep_telling)
        supervisor.keep("model servers that are away", partial(notifier.keep_watching, services.backends.health))
        handlers = NotificationHandlers(NOTIFICATION, rooms)
        yield OpenFeatures(None, {**ROW_COMMANDS.bind(handlers), **OWN_COMMANDS.bind(handlers)})
        nursery.cancel_scope.cancel()
