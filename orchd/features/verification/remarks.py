"""What a check has to say besides figures, by codes: each client can put it into its reader's language.

`wording` puts it into English, for people who read no other; no text of a check's own is made elsewhere.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.errors import OrchdError
from orchd.features.models import Objection, ResponseRule
from orchd.protocol.types import Count, ErrorReason

MAX_QUOTE, MAX_MESSAGE = 200, 1_000
"""Characters of a claim or a passage that is quoted, and of an error's words."""

CriterionName: TypeAlias = Annotated[
    Literal["complete", "correct", "requirements", "quality"],
    Meta(title="VerifyCriterionName", description="A side of an answer that judges look at."),
]
JudgeRole: TypeAlias = Annotated[
    Literal["validator", "decider"],
    Meta(title="JudgeRole", description="`validator` speaks first; `decider` has seen what the validator said."),
]
RemarkCode: TypeAlias = Annotated[
    Literal[
        "answer_too_long",
        "answered",
        "approved_none",
        "approved_wrong",
        "author_away",
        "author_failed",
        "checker_failed",
        "checker_unfit",
        "checkers_late",
        "claim_contradicted",
        "claims_contradict",
        "claims_left_out",
        "criteria_despite_approval",
        "criterion",
        "disowned",
        "disputed",
        "disputed_by_checker",
        "disputed_by_judge",
        "ends_repeating",
        "entailed",
        "examination_failed",
        "examination_unreadable",
        "faults_despite_approval",
        "flagged",
        "inconsistent",
        "judge_failed",
        "judge_shown_part",
        "language_unread",
        "languages_differ",
        "missing",
        "no_answer",
        "no_model",
        "nobody_else",
        "not_borne_out",
        "only_author",
        "out_of_scope",
        "refused_few",
        "repeats",
        "said",
        "sample_failed",
        "score_despite_refusal",
        "score_too_low",
        "sources_left_out",
        "sources_unread",
        "texts_alone",
        "topical",
        "unread",
        "unsettled",
        "unsupported",
        "untried",
        "verdict_unreadable",
        "wrong",
    ],
    Meta(title="VerifyRemarkCode", description="What a check has to say."),
]
FlawCode: TypeAlias = Annotated[
    Literal[
        "brackets",
        "copied",
        "criterion_missing",
        "criterion_silent",
        "criterion_unclear",
        "cut_off",
        "member_missing",
        "member_twice",
        "no_list",
        "no_number",
        "no_object",
        "no_score",
        "no_text",
        "no_truth",
        "not_an_object",
        "several_objects",
        "too_long",
    ],
    Meta(title="VerifyFlawCode", description="Why the JSON of a judge can't be relied on."),
]


class VerifyFlaw(Struct, frozen=True):
    """Why the JSON of a judge can't be relied on; `member` is the one that it is about, where it is about one."""

    code: FlawCode
    member: str | UnsetType = UNSET


class VerifyFailure(Struct, frozen=True):
    """Why a model could not be asked: an error, in the daemon's words and for programs."""

    code: str
    message: str
    reason: ErrorReason | UnsetType = UNSET


class VerifySpan(Struct, frozen=True):
    """Code points from `start` up to `end` of a source."""

    start: Count
    end: Count


class VerifyUnread(Struct, frozen=True):
    """What of a source no judge was shown: the first of its passages, and how many `more` there are; all of it where
    none are named."""

    source: str
    passages: list[VerifySpan] = []
    more: Count = 0


class VerifyRemark(Struct, frozen=True, rename="camel", kw_only=True):
    """What a check has to say, for programs; which members there are follows from `code`.

    What could not be looked into: `answer_too_long`, `sources_left_out`, `language_unread` (the source `name`, or the
    answer where none is named, is in one of the `languages`), `languages_differ` (the answer is in one of `languages`,
    the source `name` in one of `otherLanguages`), `claims_left_out` (but the first `limit`), `author_away`,
    `author_failed` and `sample_failed` (`error`), `nobody_else` (only the author is there), `judge_shown_part` (the
    first `limit` claims), `examination_failed` (`model`, `error`), `examination_unreadable` (`model`, `flaw`),
    `checker_failed` (`model`, `error`), `checker_unfit` (`model`), `checkers_late` (`seconds`), `sources_unread`
    (`unread`, the first of `count` sources).

    Why a judge gave no verdict, with its `role` and, where there was one, its `model`: `no_model`, `no_answer` (the
    answer breaks a `rule`; `quote`, `languages`, `otherLanguages`), `judge_failed` (`error`), `verdict_unreadable`
    (`flaw`). Why the approval of `model` verifies nothing: in its trial it approved `count` of `total` wrong results
    (`approved_wrong`), refused only so many (`refused_few`) or approved none of `total` right ones (`approved_none`),
    or it could not be tried (`untried`, `error`).

    In what a verdict contradicts itself: `score_despite_refusal` and `score_too_low` (`score`),
    `criteria_despite_approval` (`criteria`), `faults_despite_approval`. How an outcome came about: `said` (`quote`, a
    judge's own words), `flagged`, `texts_alone`, `disputed`, `disowned`, `unread`, `only_author`, `unsettled`.

    What speaks against an answer: `no_answer`, as above; `repeats` (`quote`, `count` times), `ends_repeating`
    (`quote`), `claims_contradict` (`claim`, `otherClaim`, `note`), `claim_contradicted` (`claim`, `note`),
    `out_of_scope` (`note`), `unsupported` (`count` of `total` claims, `refuted` of them contradicted, the worst
    `claim`), `inconsistent` (asked `count` times), `disputed_by_judge` and `disputed_by_checker` (who calls `claim`
    supported, though the sources have another `method`, in `quote` of the source `name`). What whoever tries again is
    told besides: `missing`, `wrong` (`quote`), `criterion` (one of `criteria`, `note`), `not_borne_out` (`claim`).

    What an opinion is: `topical` (how well the text goes with the claim), `entailed` (how far it follows), `answered`
    (`quote`).
    """

    code: RemarkCode
    role: JudgeRole | UnsetType = UNSET
    model: str | UnsetType = UNSET
    error: VerifyFailure | UnsetType = UNSET
    flaw: VerifyFlaw | UnsetType = UNSET
    rule: ResponseRule | UnsetType = UNSET
    quote: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    claim: str | UnsetType = UNSET
    other_claim: str | UnsetType = UNSET
    method: str | UnsetType = UNSET
    languages: list[str] | UnsetType = UNSET
    other_languages: list[str] | UnsetType = UNSET
    criteria: list[CriterionName] | UnsetType = UNSET
    unread: list[VerifyUnread] | UnsetType = UNSET
    count: Count | UnsetType = UNSET
    total: Count | UnsetType = UNSET
    refuted: Count | UnsetType = UNSET
    limit: Count | UnsetType = UNSET
    score: Annotated[int, Meta(ge=0, le=100)] | UnsetType = UNSET
    seconds: float | UnsetType = UNSET


def shorten(text: str) -> str:
    """Return as much of a text that is quoted as goes into one line."""
    return text if len(text) <= MAX_QUOTE else f"{text[: MAX_QUOTE - 1]}…"


def failure_of(error: OrchdError) -> VerifyFailure:
    """Return an error as a remark has it."""
    return VerifyFailure(error.code, error.message[:MAX_MESSAGE], error.reason or UNSET)


def no_answer(objection: Objection) -> VerifyRemark:
    """Return which rule an answer breaks."""
    return VerifyRemark(
        code="no_answer",
        rule=objection.rule,
        quote=objection.quote or UNSET,
        languages=[*objection.languages] or UNSET,
        other_languages=[*objection.other_languages] or UNSET,
    )
