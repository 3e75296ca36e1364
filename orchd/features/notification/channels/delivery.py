"""Sends notifications on: one after the other, tried again a few times, and never in anybody's way."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

import structlog
import trio

from orchd.errors import Forbidden, OrchdError, Unavailable
from orchd.features.notification.messages import Notification, NotificationChannel
from orchd.features.notification.preferences import Recipient

MAX_WAITING = 1_000
"""Notifications that wait to be sent; what comes then is not sent."""
AT_ONCE = 4
PAUSES_SECONDS = (2.0, 20.0)
"""Before what failed is tried again; after the last of them it has failed."""

SendTo: TypeAlias = Callable[[Notification, str], Awaitable[None]]
"""Sends a notification to an address. Raises `Unavailable` where it is to be tried again, or another `OrchdError`."""
FindRecipients: TypeAlias = Callable[[Notification], Awaitable[Sequence[Recipient]]]
"""Return where a notification is sent, by what its user has set."""
NoteFailure: TypeAlias = Callable[[Notification, Sequence[NotificationChannel]], Awaitable[None]]
"""Store by which channels a notification could not be sent."""


class Delivery:
    """What waits to be sent. `ways` are those that an operator allows; by others nothing is sent, and it counts as
    failed. `keep_sending` must be running."""

    def __init__(
        self, ways: Mapping[NotificationChannel, SendTo], find_recipients: FindRecipients, note_failure: NoteFailure
    ) -> None:
        self._ways, self._find_recipients, self._note_failure = ways, find_recipients, note_failure
        self._put, self._get = trio.open_memory_channel[Notification](MAX_WAITING)

    def send(self, told: Sequence[Notification]) -> None:
        """Have notifications sent. Never waits; what is too much is not sent, and the log says so."""
        for each in told:
            try:
                self._put.send_nowait(each)
            except trio.WouldBlock:
                structlog.get_logger().warning("a notification was not sent", kind=each.kind, reason="too many wait")

    async def keep_sending(self) -> None:
        """SendTo what waits, some side by side, until cancelled."""
        async with trio.open_nursery() as nursery:
            for _ in range(AT_ONCE):
                nursery.start_soon(self._send_one_by_one)

    async def _send_one_by_one(self) -> None:
        async for told in self._get.clone():
            try:
                recipients = await self._find_recipients(told)
                failed = [each.channel for each in recipients if not await self._try(each, told)]
                if failed:
                    await self._note_failure(told, failed)
            except Unavailable as error:  # the database is away
                self._log(told, error)

    async def _try(self, to: Recipient, told: Notification) -> bool:
        """SendTo it, again after pauses; return whether it was taken."""
        send = self._ways.get(to.channel, _refuse)
        for pause in (*PAUSES_SECONDS, None):
            try:
                await send(told, to.address)
            except OrchdError as error:
                if pause is None or not isinstance(error, Unavailable):
                    self._log(told, error, to.channel)
                    return False
                await trio.sleep(pause)
            else:
                return True
        return False

    def _log(self, told: Notification, error: OrchdError, channel: str = "") -> None:
        structlog.get_logger().warning(
            "a notification was not sent", kind=told.kind, user=told.user_id, channel=channel, reason=error.message
        )


async def _refuse(told: Notification, address: str) -> None:
    raise Forbidden("the operator has not set up this channel")
