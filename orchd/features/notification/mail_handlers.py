"""Answers to the frames that show whose an e-mail address is."""

from orchd.errors import Conflict
from orchd.features.notification.mail_service import MailService
from orchd.features.notification.messages import (
    NotificationCode,
    NotificationCodeSent,
    NotificationConfirm,
    NotificationConfirmed,
)
from orchd.protocol.command import Command, Commands
from orchd.protocol.router import Context


class MailHandlers:
    """One method a frame."""

    def __init__(self, mail: MailService) -> None:
        self._mail = mail

    async def code(self, context: Context, data: NotificationCode) -> NotificationCodeSent:
        del data
        return NotificationCodeSent(await self._mail.send_code(context.identity.user_id))

    async def confirm(self, context: Context, data: NotificationConfirm) -> NotificationConfirmed:
        return NotificationConfirmed(await self._mail.confirm(context.identity.user_id, data.code))


MAIL_COMMANDS = Commands(
    Command("notification:code", NotificationCode, NotificationCodeSent, right="change", scope="workspace").by(
        MailHandlers.code
    ),
    Command(
        "notification:confirm",
        NotificationConfirm,
        NotificationConfirmed,
        right="change",
        scope="workspace",
        errors=(Conflict,),
    ).by(MailHandlers.confirm),
)
