"""Sends notifications on, tried again a few times: users take turns, so that an address that doesn't answer holds up
nobody but its user."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

import structlog
import trio

from orchd.errors import Forbidden, OrchdError, Unavailable
from orchd.features.notification.messages import Notification, NotificationChannel
from orchd.features.notification.preferences import Recipient
from orchd.guard import guarded

MAX_WAITING, MAX_WAITING_OF_ONE = 1_000, 200
"""Notifications that wait to be sent, of all users and of one; what comes then is not sent."""
AT_ONCE, AT_ONCE_OF_ONE = 16, 2
"""Notifications that are being sent, of all users and of one."""
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
        self._waiting: dict[int, deque[Notification]] = {}
        """By user, while they have a turn."""
        self._turns: dict[int, int] = {}
        """How many turns a user has: those that wait, and those in which something is being sent."""
        self._put, self._get = trio.open_memory_channel[int](AT_ONCE_OF_ONE * (MAX_WAITING + AT_ONCE))

    def send(self, told: Sequence[Notification]) -> None:
        """Have notifications sent. Never waits; what is too much is not sent, and the log says so."""
        for each in told:
            waiting = self._waiting.setdefault(each.user_id, deque())
            if len(waiting) >= MAX_WAITING_OF_ONE or sum(map(len, self._waiting.values())) >= MAX_WAITING:
                structlog.get_logger().warning("a notification was not sent", kind=each.kind, reason="too many wait")
                self._clear(each.user_id)
                continue
            waiting.append(each)
            if self._turns.get(each.user_id, 0) < AT_ONCE_OF_ONE:
                self._turns[each.user_id] = self._turns.get(each.user_id, 0) + 1
                self._put.send_nowait(each.user_id)

    async def keep_sending(self) -> None:
        """Send what waits, some side by side, until cancelled."""
        async with trio.open_nursery() as nursery:
            for _ in range(AT_ONCE):
                nursery.start_soon(self._send_in_turn)

    async def _send_in_turn(self) -> None:
        async for user_id in self._get.clone():
            try:
                if waiting := self._waiting[user_id]:
                    await self._send_on(waiting.popleft())
            finally:
                self._end_turn(user_id)

    def _end_turn(self, user_id: int) -> None:
        """Let others have their turns before the next one of this user."""
        if self._waiting[user_id]:
            self._put.send_nowait(user_id)
            return
        self._turns[user_id] -= 1
        self._clear(user_id)

    def _clear(self, user_id: int) -> None:
        if not self._turns.get(user_id):
            self._turns.pop(user_id, None)
            self._waiting.pop(user_id, None)

    async def _send_on(self, told: Notification) -> None:
        """Send one by all ways that its user has set. What goes wrong concerns no other one."""
        with guarded("notification", notification=told.id) as guard:
            recipients = await self._find_recipients(told)
            failed = [each.channel for each in recipients if not await self._try(each, told)]
            if failed:
                await self._note_failure(told, failed)
        if guard.error is not None:
            self._log(told, guard.error)

    async def _try(self, to: Recipient, told: Notification) -> bool:
        """Send it, again after pauses; return whether it was taken."""
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
