"""Answers to `verify:*`."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import trio
from msgspec import UNSET, structs

from orchd.claims import MAX_ANSWER_BYTES, MAX_SOURCE_BYTES, Source
from orchd.entity import Owner, owner_of
from orchd.errors import Conflict, Invalid, NotFound, TooLarge
from orchd.features import chat
from orchd.features.requester import requester_for
from orchd.features.verification import queries
from orchd.features.verification.messages import (
    CLAIM,
    VerifyClaim,
    VerifyClaimItem,
    VerifyGet,
    VerifyLedger,
    VerifyLedgerItem,
    VerifyLedgerList,
    VerifyList,
    VerifyMessage,
    VerifySourceLabel,
    VerifyTrial,
    VerifyTrialList,
    VerifyTrials,
)
from orchd.features.verification.records import CheckRequest, within_reply
from orchd.features.verification.service import Verification
from orchd.features.verification.trials.trial_queries import TrialRow
from orchd.features.verification.wording import trial_words
from orchd.llm import Backends, Cost, Priority, Turn
from orchd.protocol.command import LOOKUP, MODEL_CALL, Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.page import by_id, fitting, itself, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, timestamp
from orchd.storage import Database, Steps

CONTEXT_CHARACTERS = 6_000
"""Of what was said before the question, that judges are shown."""

DEFAULT_SOURCE_BYTES = 500_000


class VerifyHandlers:
    """One method a frame."""

    def __init__(self, database: Database, backends: Backends, verification: Verification) -> None:
        self._database = database
        self._backends = backends
        self._verification = verification

    async def message(self, context: Context, data: VerifyMessage) -> VerifyLedger:
        given = _sources(data)
        answer, asked = await self._database.read(_find, owner_of(context.identity), data.message_id)
        judged = await self._verification.check(
            _work(context, data, answer, asked, given), _ClaimListener(context, answer.id)
        )
        return within_reply(judged.ledger)

    async def get(self, context: Context, data: VerifyGet) -> VerifyLedger:
        found = await self._database.read(_latest, owner_of(context.identity), data.message_id)
        if found is None:
            raise NotFound("this message was never verified", field="messageId", path="$.data.messageId")
        return within_reply(found)

    async def list(self, context: Context, data: VerifyList) -> VerifyLedgerList:
        before = one_number(data.cursor, MAX_INTEGER)
        rows = await self._database.read(
            _ledgers_of, owner_of(context.identity), data.conversation_id, data.limit, before
        )
        return VerifyLedgerList(*page(rows, data.limit, itself, by_id))

    async def trials(self, context: Context, data: VerifyTrials) -> VerifyTrialList:
        trials = self._verification.trials
        if trials is None:
            return VerifyTrialList([])
        infos = self._backends.models(away=True, requester=requester_for(context.identity))
        known = await trials.find(infos)
        return VerifyTrialList(fitting(_trial(row) for row in known.values()))


COMMANDS = Commands(
    Command(
        "verify:message",
        VerifyMessage,
        VerifyLedger,
        right="change",
        scope="chat",
        errors=(Conflict, *MODEL_CALL),
        before=(CLAIM,),
        grows=True,
    ).by(VerifyHandlers.message),
    Command("verify:get", VerifyGet, VerifyLedger, right="read", scope="chat", errors=LOOKUP).by(VerifyHandlers.get),
    Command("verify:list", VerifyList, VerifyLedgerList, right="read", scope="chat", errors=LOOKUP).by(
        VerifyHandlers.list
    ),
    Command("verify:trials", VerifyTrials, VerifyTrialList, right="read", scope="models").by(VerifyHandlers.trials),
)


def _trial(row: TrialRow) -> VerifyTrial:
    why = row.trial.failure
    failure = None if why is None else trial_words(why)
    figures = structs.asdict(row.trial)
    return VerifyTrial(row.model, row.backend, timestamp(row.at), why is None, failure, **figures, discount=why)


class _ClaimListener:
    """Tells a client of claims, no faster than it takes them: there may be thousands."""

    def __init__(self, context: Context, message_id: int) -> None:
        self._context = context
        self._message_id = message_id

    async def on_claim(self, claim: VerifyClaimItem) -> None:
        """Send the frame once the connection has room; it is reset when it never has."""
        while self._context.peer.congested:
            drained = trio.Event()
            self._context.peer.when_drained(drained.set)
            await drained.wait()
        self._context.emit(CLAIM, VerifyClaim(self._message_id, claim))

    def on_model(self, name: str) -> None:
        """The ledger says in the end who was asked."""

    def on_cost(self, cost: Cost) -> None:
        """The ledger says it in the end."""


def _sources(data: VerifyMessage) -> tuple[Source, ...] | None:
    """Return the sources of a request. Raises Invalid for two of one name, TooLarge for too much."""
    if data.sources is None:
        return None
    names: set[str] = set()
    for place, source in enumerate(data.sources):
        if source.name in names:
            raise Invalid(
                "two sources have one name", reason="twice", field="sources", path=f"$.data.sources[{place}].name"
            )
        names.add(source.name)
    if sum(len(source.text.encode()) for source in data.sources) > MAX_SOURCE_BYTES:
        raise TooLarge(
            "the sources are too long together", reason="sources_too_long", field="sources", maxBytes=MAX_SOURCE_BYTES
        )
    return tuple(Source(source.name, source.text) for source in data.sources)


def _latest(owner: Owner, message_id: int) -> Steps[VerifyLedger | None]:
    """Return the newest of their ledgers of an answer, None where there is none, or no such answer that they see."""
    if (yield from chat.find_message(owner, message_id)) is None:
        return None
    return (yield from queries.latest(owner, message_id))


def _ledgers_of(owner: Owner, conversation_id: int, limit: int, before: int) -> Steps[Sequence[VerifyLedgerItem]]:
    """Return what of a conversation they have had checked, one beyond `limit` if there is more. Raises `NotFound`."""
    yield from chat.require_conversation(owner, conversation_id)
    return (yield from queries.latest_of_conversation(owner, conversation_id, limit, before))


def _find(owner: Owner, message_id: int) -> Steps[tuple[chat.ChatMessage, chat.QuestionContext]]:
    """Return an answer that can be verified, and what it was given to. Raises NotFound, Invalid, Conflict, TooLarge."""
    about: dict[str, Any] = {"field": "messageId", "path": "$.data.messageId"}
    answer = yield from chat.find_message(owner, message_id)
    if answer is None:
        raise NotFound("there is no such message", **about)
    if answer.role != "assistant":
        raise Invalid("only an answer can be verified", reason="wrong_kind", **about)
    if answer.status == "streaming":
        raise Conflict("the answer is still being generated", reason="status", status=answer.status, **about)
    if not answer.content.strip():
        raise Conflict("the answer has no text", reason="empty_response", status=answer.status, **about)
    if len(answer.content.encode()) > MAX_ANSWER_BYTES:
        raise TooLarge(
            "the answer is too long to be verified", reason="answer_too_long", maxBytes=MAX_ANSWER_BYTES, **about
        )
    return answer, (yield from chat.asked_before(owner, answer))


def _work(
    context: Context,
    data: VerifyMessage,
    answer: chat.ChatMessage,
    asked: chat.QuestionContext,
    given: tuple[Source, ...] | None,
) -> CheckRequest:
    question = asked.messages[-1].content if asked.messages else ""
    return CheckRequest(
        question=question,
        answer=answer.content,
        authors=_authors(answer),
        context=_context(asked),
        task_type=data.task_type,
        sources=_default_sources(asked) if given is None else given,
        grounded=given is not None,
        labels=() if given is not None else _message_labels(asked),
        prompt=_prompt(asked),
        samples=data.samples,
        requester=requester_for(context.identity, Priority.TASK, answer.conversation_id),
        owner=owner_of(context.identity),
        message_id=answer.id,
        finish_reason=answer.finish_reason if answer.status == "complete" else answer.finish_reason or answer.status,
        ask_around=True,
    )


def _authors(answer: chat.ChatMessage) -> tuple[str, ...]:
    """Return the models that wrote an answer: several when one went on with another's text."""
    parts = [] if answer.parts is UNSET else [part.model for part in answer.parts]
    return tuple(dict.fromkeys(name for name in (*parts, answer.model) if name))


def _default_sources(asked: chat.QuestionContext) -> tuple[Source, ...]:
    """Return the user's messages, the latest first, as many as fit."""
    kept, room = list[Source](), DEFAULT_SOURCE_BYTES
    for message in reversed(asked.messages):
        if message.role == "user" and message.content.strip():
            room -= len(message.content.encode())
            if room < 0:
                break
            kept.append(Source(_name_of(message.id), message.content))
    return tuple(kept)


def _message_labels(asked: chat.QuestionContext) -> tuple[VerifySourceLabel, ...]:
    return tuple(VerifySourceLabel(_name_of(message.id), "message", message.id) for message in asked.messages)


def _name_of(message_id: int) -> str:
    return f"message {message_id}"


def _context(asked: chat.QuestionContext) -> str:
    """Return what was said before the question, its end when it is long."""
    system = [] if not asked.system_prompt else [f"system: {asked.system_prompt}"]
    said = [f"{message.role}: {message.content}" for message in asked.messages[:-1] if message.content]
    return "\n\n".join([*system, *said])[-CONTEXT_CHARACTERS:]


def _prompt(asked: chat.QuestionContext) -> tuple[Turn, ...]:
    """Return the turns that the answer was given to; neighbours of one role joined, as strict templates want it."""
    turns = [Turn("system", asked.system_prompt)] if asked.system_prompt else []
    said = (message for message in asked.messages if message.content)
    for role, run in groupby(said, attrgetter("role")):
        turns.append(Turn(role, "\n\n".join(message.content for message in run)))
    return tuple(turns) if turns and turns[-1].role == "user" else ()
