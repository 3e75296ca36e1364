"""Requests whose type begins with `verify`."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.shared import TaskType, VerifyLedger
from ..data.verify import (
    VerifyClaim,
    VerifyGet,
    VerifyLedgerList,
    VerifyList,
    VerifyMessage,
    VerifySource,
    VerifyTrialList,
    VerifyTrials,
)
from ..runtime.facts import Call
from ..runtime.link import Link
from ..runtime.streams import RequestStream

_VERIFY_MESSAGE = Call("verify:message", "verify:message", VerifyLedger)
_VERIFY_GET = Call("verify:get", "verify:get", VerifyLedger, safe=True)
_VERIFY_LIST = Call("verify:list", "verify:list", VerifyLedgerList, safe=True)
_VERIFY_TRIALS = Call("verify:trials", "verify:trials", VerifyTrialList, safe=True)


class VerifyRequests:
    """`client.verify`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def message(
        self,
        *,
        message_id: int,
        sources: Sequence[VerifySource] | None = None,
        task_type: TaskType | None = None,
        samples: int | None = None,
    ) -> RequestStream[VerifyLedger, VerifyClaim]:
        """`verify:message`: check an answer of a chat, by `sources` if they are given.

        Without them the user's messages before it are looked at, and nothing is held against what does not stand there.
        `samples` is how often its author is asked again, to compare; left out, the daemon decides.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what
        any request may.
        """
        data = VerifyMessage(message_id=message_id, sources=sources, task_type=task_type, samples=samples)
        return RequestStream(self._link, _VERIFY_MESSAGE, data)

    async def get(self, *, message_id: int) -> VerifyLedger:
        """`verify:get`: the latest ledger that is stored of an answer.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = VerifyGet(message_id=message_id)
        return await self._link.request(_VERIFY_GET, data)

    async def list(
        self,
        *,
        conversation_id: int,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> VerifyLedgerList:
        """`verify:list`: which answers of a conversation one has had checked, on any branch; the latest first.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = VerifyList(conversation_id=conversation_id, limit=limit, cursor=cursor)
        return await self._link.request(_VERIFY_LIST, data)

    async def trials(self) -> VerifyTrialList:
        """`verify:trials`: what was found of models as judges, before their approval counted.

        Needs the right `read`, of a token the scope `models`.
        """
        data = VerifyTrials()
        return await self._link.request(_VERIFY_TRIALS, data)
