"""What is asked of verification, and what it answers, as values; the SQL is in `queries.py`."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct, structs

from orchd.claims import Source
from orchd.entity import LOCAL_OWNER, Owner
from orchd.features.models import TaskType
from orchd.features.verification.messages import (
    VerificationOutcome,
    VerifyClaimItem,
    VerifyLedger,
    VerifySourceLabel,
    VerifyVerdict,
)
from orchd.features.verification.remarks import VerifyRemark
from orchd.llm import Cost, Priority, Requester, Turn
from orchd.protocol.page import MAX_REPLY_BYTES, fitting, size

TASK = Requester(Priority.TASK)


class Appointer(NamedTuple):
    """Whose assistants name judges, and on whose behalf models are asked, as far as they may use them."""

    owner: Owner
    requester: Requester


class CheckRequest(Struct, frozen=True, kw_only=True):
    """An answer to be checked.

    `authors`: the models that wrote it, as `id` or `id@backend`; judges are never told. Without any, nobody can be
    shown to be somebody else, and the answer gets no further than `self_checked`. `requirements` is what else it must
    meet (the task around a step), `context` what the question refers to (a conversation). `grounded`: what the sources
    don't say counts against it; else they only help. `prompt` is what the author was asked, to be asked again `samples`
    times (None: the daemon decides; an empty prompt: never), `economical` only where that can change the outcome.
    `avoid` are models that had better not judge, `message_id` the chat's answer that this is about, if any, and
    `finish_reason` how it ended. `owner` is whose assistants may judge. `ask_around`: second opinions on claims are
    worth a load and many calls, and a model that chats may give them where none is there that was made for it.
    `stored`: the ledger is kept; else whoever asks has all there is of it, and its id means nothing.
    `labels` say what sources are that no person has named.
    """

    question: str
    answer: str
    authors: tuple[str, ...]
    title: str = ""
    requirements: str = ""
    context: str = ""
    task_type: TaskType = "general"
    sources: tuple[Source, ...] = ()
    grounded: bool = False
    prompt: tuple[Turn, ...] = ()
    samples: int | None = None
    economical: bool = False
    avoid: tuple[str, ...] = ()
    requester: Requester = TASK
    owner: Owner = LOCAL_OWNER
    message_id: int | None = None
    finish_reason: str | None = None
    ask_around: bool = False
    stored: bool = True
    labels: tuple[VerifySourceLabel, ...] = ()

    @property
    def appointer(self) -> Appointer:
        """Whose judges these are."""
        return Appointer(self.owner, self.requester)

    @property
    def request(self) -> str:
        """All that was asked, without what came before."""
        return "\n\n".join(part for part in (self.title, self.requirements, self.question) if part)


class CheckReport(NamedTuple):
    """What came of a check; `ledger` is all of it, as stored under `ledger_id`.

    `guidance` is for whoever tries again: what was found wrong, in sentences, empty when nothing was. `unasked` says
    why it is `undecided` for want of a judge that may be there another time: its server was away, or had too much to
    do; None where nobody else would say more. `remarks` say for programs what `notes` says, `faults` what `guidance`
    says.
    """

    outcome: VerificationOutcome
    score: int | None
    reviewer: str | None
    notes: str
    guidance: str
    ledger_id: int
    verdicts: list[VerifyVerdict]
    cost: Cost
    confidence: int
    flagged: bool
    ledger: VerifyLedger
    unasked: str | None = None
    remarks: Sequence[VerifyRemark] = ()
    faults: Sequence[VerifyRemark] = ()


class ResultPair(Struct, frozen=True, kw_only=True):
    """Two results for the same order, of which one is to be kept.

    The authors are not told to the judge. The scores, as checks gave them, decide where judging does not. `seed` is
    the coin that says which is shown first; None draws one.
    """

    question: str
    first: str
    second: str
    first_authors: tuple[str, ...]
    second_authors: tuple[str, ...]
    first_score: int | None = None
    second_score: int | None = None
    title: str = ""
    requirements: str = ""
    task_type: TaskType = "general"
    avoid: tuple[str, ...] = ()
    requester: Requester = TASK
    owner: Owner = LOCAL_OWNER
    seed: int | None = None

    @property
    def appointer(self) -> Appointer:
        """Whose judges these are."""
        return Appointer(self.owner, self.requester)


class Preference(NamedTuple):
    """Which of a pair to keep (0 or 1) and why; `judge` is None when the scores decided. `seed` was the coin."""

    keep: Literal[0, 1]
    judge: str | None
    reason: str
    seed: int
    cost: Cost


class CheckListener(Protocol):
    """What is told how a check goes."""

    async def on_claim(self, claim: VerifyClaimItem) -> None:
        """A claim was found, or more is known of it. May wait for a slow reader; only its own check waits with it."""

    def on_model(self, name: str) -> None:
        """This model is asked now. Never blocks."""

    def on_cost(self, cost: Cost) -> None:
        """So much was spent, on top of all before. Never blocks."""


class SilentCheckListener:
    """A witness that is not interested."""

    async def on_claim(self, claim: VerifyClaimItem) -> None:
        """Nobody is told."""

    def on_model(self, name: str) -> None:
        """Nobody is told."""

    def on_cost(self, cost: Cost) -> None:
        """Nobody is told."""


def within_reply(found: VerifyLedger) -> VerifyLedger:
    """Return a ledger that goes into one reply: with the first of its claims, if need be."""
    room = MAX_REPLY_BYTES - size(structs.replace(found, claims=[]))
    return structs.replace(found, claims=fitting(found.claims, room))
