"""E-mails to people: to addresses only that are theirs, as a code has shown that was sent there.

A code is made of user, address and day under a key of the daemon's: nothing is stored until it comes back.
"""

import hmac
from base64 import b32encode
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import TypeAlias

import trio

from orchd.clock import unix_now
from orchd.errors import Forbidden, Invalid
from orchd.features.notification import queries
from orchd.features.notification.channels.mail import code_mail, mail_of
from orchd.features.notification.channels.mail_rate import MailRate
from orchd.features.notification.channels.smtp import Mailer
from orchd.features.notification.messages import Notification
from orchd.features.notification.preferences import EMAIL, NO_MAIL
from orchd.features.setting import value_for
from orchd.storage import Database

CodeKey: TypeAlias = Callable[[], Awaitable[bytes]]
"""Gives the key under which codes are made. Raises `Unavailable`."""

CODE_SIGNS = 8
CODES_PER_HOUR, GUESSES_PER_HOUR = 5, 20
DAY_MS = 86_400_000


class MailService:
    """`mailer` None: no mail server is set."""

    def __init__(
        self,
        database: Database,
        mailer: Mailer | None,
        key: CodeKey,
        mails_per_hour: int,
        now: Callable[[], int] = unix_now,
    ) -> None:
        self._database, self._mailer, self._key, self._now = database, mailer, key, now
        self._mails = MailRate(mails_per_hour, "e-mails", "mail_rate")
        self._codes = MailRate(CODES_PER_HOUR, "codes", "mail_rate")
        self._guesses = MailRate(GUESSES_PER_HOUR, "tries", "wrong_tries")

    async def send(self, told: Notification, address: str) -> None:
        """Send a notification. Raises `Unavailable`, `Forbidden`, `RateLimited`."""
        mailer = self._there()
        self._mails.take(told.user_id, trio.current_time())
        await mailer.send(mail_of(told, address, mailer.server))

    async def send_code(self, user_id: int) -> str:
        """Send a code to the address that a user has set, and return that. Raises `Invalid` where none is set, and as
        `send` does."""
        mailer, address = self._there(), await self._address(user_id)
        self._codes.take(user_id, trio.current_time())
        code = await self._code(user_id, address, self._now() // DAY_MS)
        await mailer.send(code_mail(f"{code[:4]}-{code[4:]}", address, mailer.server))
        return address

    async def confirm(self, user_id: int, code: str) -> str:
        """Note that a user's address is theirs, and return it. Raises `Invalid` for another code, `Conflict` where the
        address has changed, `RateLimited`, `Unavailable`."""
        address = await self._address(user_id)
        self._guesses.take(user_id, trio.current_time())
        said = "".join(code.split()).replace("-", "").upper().encode()
        today = self._now() // DAY_MS
        right = [(await self._code(user_id, address, day)).encode() for day in (today, today - 1)]
        if not any(hmac.compare_digest(said, each) for each in right):
            raise Invalid(
                "that is not the code that was sent to this address",
                reason="wrong_code",
                field="code",
                path="$.data.code",
            )
        await self._database.write(queries.confirm_address, user_id, address, self._now())
        return address

    def _there(self) -> Mailer:
        if self._mailer is None:
            raise Forbidden(NO_MAIL.message, reason=NO_MAIL.reason)
        return self._mailer

    async def _address(self, user_id: int) -> str:
        address = await self._database.read(value_for, EMAIL.address, user_id)
        if address is None:
            raise Invalid(
                "no e-mail address is set: `setting:set` the one at `notifications.email.address`", reason="no_address"
            )
        return address

    async def _code(self, user_id: int, address: str, day: int) -> str:
        made = hmac.digest(await self._key(), f"{user_id}\0{day}\0{address}".encode(), sha256)
        return b32encode(made).decode()[:CODE_SIGNS]
