"""The data of frames that `verify` has."""

from __future__ import annotations

from collections.abc import Sequence

from ..runtime.messages import RequestData, ServerData
from .shared import TaskType, VerifyClaimItem, VerifyOutcome, VerifyRemark


class VerifyMessage(RequestData, kw_only=True):
    """`verify:message`: check an answer of a chat, by `sources` if they are given.

    Without them the user's messages before it are looked at, and nothing is held against what does not stand there.
    `samples` is how often its author is asked again, to compare; left out, the daemon decides.
    """

    message_id: int
    """Id of the answer that is to be checked."""
    sources: Sequence[VerifySource] | None = None
    """Texts that the answer is measured by; left out, the user's messages before it. 1 to 50 of them."""
    task_type: TaskType | None = None
    """What kind of work it is. `chat` when it is left out."""
    samples: int | None = None
    """How many times its author is asked again, to compare; left out, the daemon decides. 0 to 5."""


class VerifySource(RequestData, kw_only=True):
    """A text that the answer is to be measured by; `name` is how the ledger refers to it."""

    name: str
    """How the ledger refers to it. 1 to 200 characters."""
    text: str
    """The text. 1 to 1000000 characters."""


class VerifyGet(RequestData, kw_only=True):
    """`verify:get`: the latest ledger that is stored of an answer."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


class VerifyList(RequestData, kw_only=True):
    """`verify:list`: which answers of a conversation one has had checked, on any branch; the latest first."""

    conversation_id: int
    """Id of a conversation."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page."""


class VerifyTrials(RequestData, kw_only=True):
    """`verify:trials`: what was found of models as judges, before their approval counted."""


class VerifyClaim(ServerData, kw_only=True):
    """`verify:claim`: a claim as soon as it is found, and again, with the same `index`, when more is known of it."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    claim: VerifyClaimItem
    """A claim of the answer."""


class VerifyLedgerList(ServerData, kw_only=True):
    """The reply to `verify:list`: of each answer the latest ledger; `nextCursor` is null on the last page."""

    items: list[VerifyLedgerItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class VerifyLedgerItem(ServerData, kw_only=True):
    """A ledger without what it says in detail, which `verify:get` has."""

    id: int
    """Its id."""
    message_id: int
    """Id of the answer that was checked."""
    timestamp: str
    """When it happened, or was told."""
    outcome: VerifyOutcome | str
    """How the check ended."""
    score: int | None = None
    """How good it is, from 0 to 100; null when nobody said."""
    confidence: int
    """From 0 to 100: what the findings leave of 100."""
    flagged: bool
    """Whether `confidence` is below `threshold`; such an answer is never approved."""
    claim_count: int
    """How many claims the answer makes."""


class VerifyTrialList(ServerData, kw_only=True):
    """`verify:trials`: the trials that still hold, of models that are there; none while they are switched off."""

    trials: list[VerifyTrial] = []
    """One for each model that was tried."""


class VerifyTrial(ServerData, kw_only=True):
    """What a model said of samples whose labels are known. It `passed`: its approval counts as verification;
    `failure` is why it does not. Of the results and claims that are right and wrong: how many it approved and
    refused, called supported and doubted; what it gave no word on is in neither. `discount` says for programs what
    `failure` says.
    """

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""
    timestamp: str
    """When it happened, or was told."""
    passed: bool
    """Whether its approval counts as verification."""
    failure: str | None = None
    """Why its approval does not count, as the end of a sentence that begins with its name; null when it does."""
    right: int
    """How many results without a fault it was shown."""
    right_approved: int
    """How many of them it approved."""
    wrong: int
    """How many results with a fault it was shown."""
    wrong_approved: int
    """How many of them it approved."""
    wrong_refused: int
    """How many of them it refused."""
    claims_right: int
    """How many claims it was asked about that the text bears out."""
    claims_right_supported: int
    """How many of them it called supported."""
    claims_right_doubted: int
    """How many of them it called contradicted or unsupported."""
    claims_wrong: int
    """How many claims it was asked about that the text does not bear out."""
    claims_wrong_supported: int
    """How many of them it called supported."""
    claims_wrong_doubted: int
    """How many of them it called contradicted or unsupported."""
    discount: VerifyRemark | None = None
    """The same for programs; null when it passed."""
