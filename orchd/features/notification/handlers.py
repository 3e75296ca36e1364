"""Answers to `notification:*`."""

import trio

from orchd.clock import unix_now
from orchd.entity import owner_of
from orchd.entity.wire import EntityHandlers, daemon_commands_of
from orchd.errors import Invalid
from orchd.features.notification import queries
from orchd.features.notification.mail_handlers import MAIL_COMMANDS
from orchd.features.notification.messages import (
    Notification,
    NotificationRead,
    NotificationReadDone,
    NotificationUnread,
    NotificationUnreadCount,
)
from orchd.protocol.command import LOOKUP, AnyCommand, Command, Commands
from orchd.protocol.router import Context


class NotificationHandlers(EntityHandlers[Notification]):
    """They are read, and removed; nobody but the daemon makes any."""

    async def read(self, context: Context, data: NotificationRead) -> NotificationReadDone:
        """Note that some were read; of all there are, some at once."""
        owner = owner_of(context.identity)
        if not (data.notification_ids or data.all):
            raise Invalid("say which ones", reason="malformed", field="notificationIds", path="$.data.notificationIds")
        changed = await self._write(queries.mark_read, owner, data.notification_ids, unix_now())
        while data.all and (ids := await self._database.read(queries.first_unread, owner)):
            changed += await self._write(queries.mark_read, owner, ids, unix_now())
            await trio.lowlevel.checkpoint()
        return NotificationReadDone(changed, await self._database.read(queries.count_unread, owner))

    async def unread(self, context: Context, data: NotificationUnread) -> NotificationUnreadCount:
        """Count those that were not read yet."""
        del data
        return NotificationUnreadCount(await self._database.read(queries.count_unread, owner_of(context.identity)))


ROW_COMMANDS = daemon_commands_of(queries.NOTIFICATION)
OWN_COMMANDS = Commands(
    Command(
        "notification:read", NotificationRead, NotificationReadDone, right="own", scope="workspace", errors=LOOKUP
    ).by(NotificationHandlers.read),
    Command("notification:unread", NotificationUnread, NotificationUnreadCount, right="read", scope="workspace").by(
        NotificationHandlers.unread
    ),
)
COMMANDS: tuple[AnyCommand, ...] = (*ROW_COMMANDS, *OWN_COMMANDS, *MAIL_COMMANDS)
