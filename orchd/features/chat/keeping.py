"""Exchanges that other programs have by an API of their own, kept in a conversation.

The model is asked by whoever hands its answer on, with what that program has sent. To the chat it is an answer like any
other: it is journalled while it grows, devices read along and may end it, and what a dead daemon leaves of it is taken
up, or marked as interrupted.
"""

import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

import trio

from orchd.clock import unix_now
from orchd.entity import owner_of
from orchd.errors import Invalid, OrchdError, RequestCancelled
from orchd.features.chat import queries
from orchd.features.chat.answer.generation import Generation
from orchd.features.chat.answer.prefetch import AnswerListener, Prefetch
from orchd.features.chat.answer.request import AnswerRequest
from orchd.features.chat.rows import Foreseen, NewQuestion, StoredExchange
from orchd.features.chat.service import Chat
from orchd.features.models import Instructions
from orchd.features.requester import requester_for
from orchd.llm.types import Outcome, Selection
from orchd.protocol.identity import Identity

AskModel: TypeAlias = Callable[[AnswerListener], Awaitable[Outcome | OrchdError]]
"""Asks the model, and tells what comes of it: to be called once. It returns a failure that has had its line in the log,
`RequestCancelled` when whoever it is handed on to has left."""


class OutsideQuestion(NamedTuple):
    """A question to be stored: in this conversation, or in a new one, to be answered by the model that was chosen."""

    message: str
    conversation_id: int | None
    chosen: Selection


class ExchangeKeeper:
    """Stores questions, and has their answers told to the chat as well."""

    def __init__(self, chat: Chat, epoch: str) -> None:
        self._chat = chat
        self._epoch = epoch

    async def begin(self, who: Identity, question: OutsideQuestion, ask: AskModel) -> int:
        """Store a question and begin its answer by `ask`, in a task of its own; return the conversation's id.

        Raises `Invalid` for an empty question, `NotFound`, `Forbidden`, `Busy`, `ShuttingDown` and `Unavailable`; then
        nothing is asked."""
        if not question.message.strip():
            raise Invalid("the message is empty", reason="blank", field="messages")
        asker, model = owner_of(who), question.chosen.target.model.id
        new = NewQuestion(
            *(asker, question.message, question.conversation_id, None, None, None, model, self._epoch, unix_now()),
            context_bytes=0,  # the program says what the model is shown
            instructions=Instructions(),
            asker_name=who.user_name,
        )
        request = AnswerRequest(question.chosen, asker=requester_for(who), begun=time.monotonic(), reader=asker)
        with trio.CancelScope(shield=True):  # bounded by the database; the rows are written and the answer is started
            async with self._chat.storing(queries.ask, new) as exchange:
                answer = OutsideAnswer(request, ask)
                answer.generation = self._chat.start(exchange, request, None, prefetch=answer)
        return exchange.conversation_id


class OutsideAnswer(Prefetch):
    """An answer that is asked for elsewhere, once its question is stored."""

    def __init__(self, request: AnswerRequest, ask: AskModel) -> None:
        super().__init__(Foreseen([], None), request)
        self.generation: Generation | None = None
        """Set before it is joined."""
        self._ask_model = ask

    def take(self, stored: StoredExchange) -> "OutsideAnswer":
        """Say that the question is stored."""
        return self

    async def join(self, listener: AnswerListener) -> Outcome | OrchdError:
        """Have the model asked; return how that ended. Ends the generation when its reader has left."""
        ended = await self._ask_model(listener)
        if isinstance(ended, RequestCancelled) and self.generation is not None:
            self.generation.stop("cancelled")
            await trio.lowlevel.checkpoint()  # it ends here
        return ended
