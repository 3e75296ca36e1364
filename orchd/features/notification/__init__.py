"""Notifications: what the daemon tells people of by itself.

Frames: `notification:get`, `list`, `delete`, `restore`, `read`, `unread`; `notification:subscribe` and `unsubscribe`
with `notification:changed`. Table: `notification`. What happens to tasks and quotas comes by the doors of these
features; model servers are watched.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial

import trio

from orchd.clock import unix_now
from orchd.entity.wire import ChangeFeed, EntityRooms
from orchd.features.feature import OpenFeatures, Services
from orchd.features.notification import queries
from orchd.features.notification.channels.delivery import Delivery
from orchd.features.notification.channels.web import WebPoster
from orchd.features.notification.handlers import COMMANDS, OWN_COMMANDS, ROW_COMMANDS, NotificationHandlers
from orchd.features.notification.messages import Notification, NotificationChannel
from orchd.features.notification.preferences import SETTINGS, Recipient
from orchd.features.notification.queries import NOTIFICATION
from orchd.features.notification.service import Notifier
from orchd.features.task import OpenTasks
from orchd.features.usage import UsageAccounts
from orchd.guard import Supervisor
from orchd.settings.notification import NotificationSettings
from orchd.storage import Database

__all__ = ["COMMANDS", "SETTINGS", "open_notifications"]


@asynccontextmanager
async def open_notifications(
    services: Services, settings: NotificationSettings, rooms: EntityRooms, tasks: OpenTasks, usage: UsageAccounts
) -> AsyncIterator[OpenFeatures[None]]:
    """Tell people what happens while the block lasts."""
    async with trio.open_nursery() as nursery, _sending(services.database, settings, rooms.feed) as delivery:
        notifier = Notifier(services.database, rooms.feed, _send_nothing if delivery is None else delivery.send)
        tasks.tell_changes(notifier.look_at_task)
        usage.tell_refusals(notifier.note_refusal)
        supervisor = Supervisor(nursery, services.troubles)
        supervisor.keep("notifications", notifier.keep_telling)
        supervisor.keep("model servers that are away", partial(notifier.keep_watching, services.backends.health))
        if delivery is not None:
            supervisor.keep("sending notifications", delivery.keep_sending)
        handlers = NotificationHandlers(NOTIFICATION, rooms)
        yield OpenFeatures(None, {**ROW_COMMANDS.bind(handlers), **OWN_COMMANDS.bind(handlers)})
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def _sending(
    database: Database, settings: NotificationSettings, feed: ChangeFeed
) -> AsyncIterator[Delivery | None]:
    """Give what sends notifications out, None unless an operator allows it."""
    if not settings.web:
        yield None
        return

    async def note_failure(told: Notification, failed: Sequence[NotificationChannel]) -> None:
        await database.write(queries.note_failure, told, failed, unix_now())
        feed.look()

    async def find_recipients(told: Notification) -> Sequence[Recipient]:
        return await database.read(queries.recipients_of, told)

    async with aclosing(WebPoster(private=settings.private_addresses)) as poster:
        yield Delivery(poster.post, find_recipients, note_failure)


def _send_nothing(told: Sequence[Notification]) -> None:
    """They are only stored, and told live."""
