"""Notifications: what the daemon tells people of by itself.

Frames: `notification:get`, `list`, `delete`, `restore`, `read`, `unread`, `code`, `confirm`; `notification:subscribe`
and `unsubscribe` with `notification:changed`. Table: `notification`. What happens to tasks and quotas comes by the
doors of these features, what admins are let at by its own; model servers are watched.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import partial
from typing import NamedTuple, TypeAlias

import trio

from orchd.clock import unix_now
from orchd.entity.wire import ChangeFeed, EntityRooms
from orchd.features.account import AccountBook
from orchd.features.feature import OpenFeatures, Services
from orchd.features.notification import queries
from orchd.features.notification.channels.delivery import Delivery, SendTo
from orchd.features.notification.channels.smtp import Mailer, server_of
from orchd.features.notification.channels.web import WebPoster
from orchd.features.notification.handlers import COMMANDS, OWN_COMMANDS, ROW_COMMANDS, NotificationHandlers
from orchd.features.notification.mail_handlers import MAIL_COMMANDS, MailHandlers
from orchd.features.notification.mail_service import MailService
from orchd.features.notification.messages import Notification, NotificationChannel
from orchd.features.notification.preferences import SETTINGS, Recipient, idle_settings
from orchd.features.notification.queries import NOTIFICATION
from orchd.features.notification.service import AccessNews, Notifier
from orchd.features.task import OpenTasks
from orchd.features.usage import UsageAccounts
from orchd.guard import Supervisor
from orchd.sealing import ServerKeys
from orchd.settings.notification import NotificationSettings
from orchd.storage import Database

__all__ = [
    "COMMANDS",
    "NOTIFICATION",
    "SETTINGS",
    "AccessListener",
    "AccessNews",
    "NewsDesk",
    "NewsSources",
    "idle_settings",
    "open_notifications",
]

AccessListener: TypeAlias = Callable[[int, AccessNews], None]
"""Is told whose row an admin was let at. Never waits."""


class NewsDesk(NamedTuple):
    """Who is told what others are then told. Neither waits."""

    access: AccessListener
    backup_failure: Callable[[], None]


class NewsSources(NamedTuple):
    """Where what people are told comes from."""

    tasks: OpenTasks
    usage: UsageAccounts
    accounts: AccountBook


@asynccontextmanager
async def open_notifications(
    services: Services,
    settings: NotificationSettings,
    rooms: EntityRooms,
    sources: NewsSources,
    keys: ServerKeys,
) -> AsyncIterator[OpenFeatures[NewsDesk]]:
    """Tell people what happens while the block lasts."""
    server = server_of(settings)
    mailer, key = None if server is None else Mailer(server), partial(keys.get, "mail")
    mail = MailService(services.database, mailer, key, settings.mails_per_hour)
    async with trio.open_nursery() as nursery, _sending(services.database, settings, rooms.feed, mail) as delivery:
        notifier = Notifier(services.database, rooms.feed, delivery.send)
        sources.tasks.tell_changes(notifier.look_at_task)
        sources.usage.tell_refusals(notifier.note_refusal)
        sources.accounts.tell_threshold(notifier.note_threshold)
        supervisor = Supervisor(nursery, services.troubles)
        supervisor.keep("notifications", notifier.keep_telling)
        supervisor.keep("model servers that are away", partial(notifier.keep_watching, services.backends.health))
        supervisor.keep("sending notifications", delivery.keep_sending)
        handlers = NotificationHandlers(NOTIFICATION, rooms)
        of_mail = MAIL_COMMANDS.bind(MailHandlers(mail))
        yield OpenFeatures(
            NewsDesk(notifier.note_access, notifier.note_backup_failure),
            {**ROW_COMMANDS.bind(handlers), **OWN_COMMANDS.bind(handlers), **of_mail},
        )
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def _sending(
    database: Database, settings: NotificationSettings, feed: ChangeFeed, mail: MailService
) -> AsyncIterator[Delivery]:
    """Give what sends notifications out, by the ways that an operator allows."""

    async def note_failure(told: Notification, failed: Sequence[NotificationChannel]) -> None:
        await database.write(queries.note_failure, told, failed, unix_now())
        feed.look()

    async def find_recipients(told: Notification) -> Sequence[Recipient]:
        return await database.read(queries.recipients_of, told)

    ways: dict[NotificationChannel, SendTo] = {"email": mail.send}
    async with AsyncExitStack() as stack:
        if settings.web:
            poster = await stack.enter_async_context(aclosing(WebPoster(private=settings.private_addresses)))
            ways |= {"webhook": poster.send_to_webhook, "ntfy": poster.send_to_ntfy}
        yield Delivery(ways, find_recipients, note_failure)
