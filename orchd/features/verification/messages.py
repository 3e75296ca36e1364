"""Frames of verification, and what of them is stored and handed to other features as it is."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from orchd.claims import ClaimVerdict
from orchd.features.models import TaskType
from orchd.features.verification.remarks import CriterionName, JudgeRole, VerifyRemark
from orchd.protocol.frame_type import FrameType
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, Expense, RowId, ServerPayload, Timestamp

Score: TypeAlias = Annotated[int, Meta(ge=0, le=100)]
VerificationOutcome: TypeAlias = Annotated[
    Literal["verified", "self_checked", "rejected", "undecided"],
    Meta(
        title="VerifyOutcome",
        description="What became of a check: `verified` only when a model other than the authors approved, "
        "`self_checked` when only an author did, or a judge that failed its trial, `undecided` is for a person.",
    ),
]
VerificationOpinion: TypeAlias = Annotated[
    Literal["supported", "contradicted", "unsupported"],
    Meta(title="VerifyOpinion", description="What a model thinks of a claim."),
]
TextVerdict: TypeAlias = Annotated[
    ClaimVerdict,
    Meta(
        title="VerifyClaimVerdict",
        description="What the sources say of a claim, found without a model: `supported`; `contradicted`, they say "
        "something else; `not_found`, they say nothing of it, or have a number or date of it nowhere, and no other "
        "one in its place; `unclear`, their words alone don't tell.",
    ),
]
OpinionSource: TypeAlias = Annotated[
    Literal["judge", "chat", "minicheck", "guardian", "entailment", "reranker"],
    Meta(
        title="VerifyOpinionSource",
        description="What kind of model thinks something of a claim: the `judge`, another one that chats and was asked "
        "for a word, or one made for it: a fact checker, Granite Guardian, an encoder for entailment, a reranker.",
    ),
]
FindingKind: TypeAlias = Annotated[
    Literal["no_answer", "repetition", "contradiction", "scope", "unsupported", "inconsistent", "disputed"],
    Meta(
        title="VerifyFindingKind",
        description="What speaks against an answer. `disputed`: a model calls supported what the sources contradict.",
    ),
]


class VerifySource(Struct, frozen=True, forbid_unknown_fields=True):
    """A text that the answer is to be measured by; `name` is how the ledger refers to it."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    text: Annotated[str, Meta(min_length=1, max_length=1_000_000)]


CheckSourceKind: TypeAlias = Annotated[
    Literal["message", "request", "task_text"],
    Meta(
        title="VerifySourceKind",
        description="What a source is that the daemon has named itself: a `message` of the conversation, the `request` "
        "that the answer was given to, or the text of the task that it is a step of.",
    ),
]


class VerifySourceLabel(Struct, frozen=True, rename="camel"):
    """A source that the daemon has named itself, in English: what it is, and of a message which one."""

    name: str
    kind: CheckSourceKind
    message_id: RowId | None = None


class VerifyMessage(ClientPayload, frozen=True):
    """`verify:message`: check an answer of a chat, by `sources` if they are given.

    Without them the user's messages before it are looked at, and nothing is held against what does not stand there.
    `samples` is how often its author is asked again, to compare; left out, the daemon decides.
    """

    message_id: RowId
    sources: Annotated[list[VerifySource], Meta(min_length=1, max_length=50)] | None = None
    task_type: TaskType = "chat"
    samples: Annotated[int, Meta(ge=0, le=5)] | None = None


class VerifyGet(ClientPayload, frozen=True):
    """`verify:get`: the latest ledger that is stored of an answer."""

    message_id: RowId


class VerifyList(ClientPayload, frozen=True):
    """`verify:list`: which answers of a conversation one has had checked, on any branch; the latest first."""

    conversation_id: RowId
    limit: PageSize = 50
    cursor: Annotated[str, Meta(pattern="^[0-9]{1,16}$")] | None = None


class VerifyEvidence(Struct, frozen=True):
    """What a claim was found in: code points from `start` up to `end` of a source; `text` is how that begins."""

    source: str
    start: Count
    end: Count
    text: str


class VerifyClaimOpinion(Struct, frozen=True):
    """What the model `by` thinks of a claim: how likely it is borne out (`value`, 0 to 1) where that could be told, and
    in one word; null where neither is likely enough. A reranker tells how well a text goes with a claim. `weight` is by
    how much a judge's word moves the log-odds of the claim, by its trial. `remark` says for programs what `reason`
    says; null for a judge's own words, and in older ledgers.
    """

    by: str
    kind: OpinionSource
    value: float | None
    opinion: VerificationOpinion | None
    reason: str
    weight: float | None = None
    remark: VerifyRemark | None = None


class VerifyClaimItem(Struct, frozen=True, rename="camel"):
    """One claim of an answer: its code points from `start` up to `end`, and what is known of it.

    `support` (0 to 1, how likely the sources bear it out) by `method` is what they say, found without a model, and
    `verdict` that in one word; it is null in ledgers made before there was one.
    `agreement` (0 to 1) is how far its author's other answers say the same; `judged` is what the model `checkedBy`
    thinks of it, and `reason` why; `opinions` has that and what further models think. `score` (0 to 1) is what all of
    that comes to, null where nothing can be told.
    """

    index: Count
    claim: str
    start: Count
    end: Count
    support: float
    method: str
    evidence: VerifyEvidence | None
    agreement: float | None
    judged: VerificationOpinion | None
    checked_by: str | None
    reason: str | None
    score: float | None
    verdict: TextVerdict | None = None
    opinions: list[VerifyClaimOpinion] = []


class VerifyCriterion(Struct, frozen=True):
    """What a judge says of one side of an answer."""

    name: CriterionName
    passed: bool
    reason: str


class VerifyVerdict(Struct, frozen=True):
    """What a judge says of an answer. One that `abstained` (why) has approved nothing, and has no score.

    `role`: `validator` speaks first; `decider` has seen what the validator said. `discounted` is why its approval
    verifies nothing: what its trial as a judge has shown, or that there was none. `abstention` and `discount` say the
    same for programs; null where there is nothing to say, and in older ledgers.
    """

    role: JudgeRole
    model: str | None
    approved: bool | None
    score: Score | None
    criteria: list[VerifyCriterion]
    missing: list[str]
    errors: list[str]
    notes: str
    abstained: str | None
    discounted: str | None = None
    abstention: VerifyRemark | None = None
    discount: VerifyRemark | None = None


class VerifyFinding(Struct, frozen=True, rename="camel"):
    """Something that speaks against an answer, the `points` that it costs, and the model that said so, if one did.
    `remark` says for programs what `reason` says; null in older ledgers.
    """

    kind: FindingKind
    points: Score
    reason: str
    checked_by: str | None
    remark: VerifyRemark | None = None


class VerifyCost(Struct, frozen=True, rename="camel"):
    """What asking models took: calls, tokens, seconds, side by side ones added up, and money.

    Tokens are as the servers counted them, and guessed where they don't.
    """

    calls: Count = 0
    prompt_tokens: Count = 0
    completion_tokens: Count = 0
    seconds: float = 0.0
    expenses: list[Expense] = []
    """What their answers cost, in each currency, as far as that is known."""


class VerifyLedger(Struct, frozen=True, rename="camel"):
    """What was found out about an answer of `authors`. `claims` are the first of `claimCount`.

    `outcome`: `verified` only when a model other than the authors approved; `self_checked` when only an author did, or
    a judge that failed its trial; `undecided` is for a person. `confidence` (0 to 100) is what `findings` leave of 100;
    below `threshold` the answer is `flagged`, and never approved. `unchecked` tells what could not be looked into, and
    why. `remarks` say for programs what `notes` says, `faults` what `guidance` says, and `gaps` line by line what
    `unchecked` says; they are empty in older ledgers.
    """

    id: RowId
    message_id: RowId | None
    timestamp: Timestamp
    authors: list[str]
    task_type: TaskType
    outcome: VerificationOutcome
    score: Score | None
    reviewer: str | None
    notes: str
    guidance: str
    confidence: Score
    threshold: Score
    flagged: bool
    verdicts: list[VerifyVerdict]
    findings: list[VerifyFinding]
    unchecked: list[str]
    claims: list[VerifyClaimItem]
    claim_count: Count
    sources: list[str]
    cost: VerifyCost
    remarks: list[VerifyRemark] = []
    gaps: list[VerifyRemark] = []
    faults: list[VerifyRemark] = []
    labels: list[VerifySourceLabel] = []


class VerifyLedgerItem(Struct, frozen=True, rename="camel"):
    """A ledger without what it says in detail, which `verify:get` has."""

    id: RowId
    message_id: RowId
    """Id of the answer that was checked."""
    timestamp: Timestamp
    outcome: VerificationOutcome
    score: Score | None
    confidence: Score
    flagged: bool
    claim_count: Count
    """How many claims the answer makes."""


class VerifyLedgerList(ServerPayload, frozen=True):
    """The reply to `verify:list`: of each answer the latest ledger; `nextCursor` is null on the last page."""

    items: list[VerifyLedgerItem]
    next_cursor: str | None


class VerifyClaim(ServerPayload, frozen=True):
    """`verify:claim`: a claim as soon as it is found, and again, with the same `index`, when more is known of it."""

    message_id: RowId
    claim: VerifyClaimItem


class VerifyTrials(ClientPayload, frozen=True):
    """`verify:trials`: what was found of models as judges, before their approval counted."""


class VerifyTrial(Struct, frozen=True, rename="camel"):
    """What a model said of samples whose labels are known. It `passed`: its approval counts as verification; `failure`
    is why it does not. Of the results and claims that are right and wrong: how many it approved and refused, called
    supported and doubted; what it gave no word on is in neither. `discount` says for programs what `failure` says.
    """

    model: str
    backend: str
    timestamp: Timestamp
    passed: bool
    failure: str | None
    right: Count
    right_approved: Count
    wrong: Count
    wrong_approved: Count
    wrong_refused: Count
    claims_right: Count
    claims_right_supported: Count
    claims_right_doubted: Count
    claims_wrong: Count
    claims_wrong_supported: Count
    claims_wrong_doubted: Count
    discount: VerifyRemark | None = None


class VerifyTrialList(ServerPayload, frozen=True):
    """`verify:trials`: the trials that still hold, of models that are there; none while they are switched off."""

    trials: list[VerifyTrial]


CLAIM = FrameType("verify:claim", VerifyClaim)
