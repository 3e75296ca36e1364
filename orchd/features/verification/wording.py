"""What a check has to say, in English: a sentence for each code, for people whose program knows none of them.

Sentences begin small and have no full stop, since they also stand behind others; `sentence` makes a whole one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import UNSET, UnsetType

from orchd.claims import LanguageNote, language_of_tags
from orchd.features.models import objection_words
from orchd.features.verification.remarks import (
    CriterionName,
    FlawCode,
    RemarkCode,
    VerifyFailure,
    VerifyFlaw,
    VerifyRemark,
    VerifyUnread,
)

NO_REASON = "no reason was given"

_CRITERIA: Mapping[CriterionName, str] = {
    "complete": "complete",
    "correct": "correct",
    "requirements": "as required",
    "quality": "good enough",
}


def words(remark: VerifyRemark) -> str:
    """Return what a remark says, as it stands beside what it is about."""
    return _WORDS[remark.code](remark)


def sentence(remark: VerifyRemark) -> str:
    """Return what a remark says, as a whole sentence that stands by itself."""
    said = words(remark)
    if remark.code in ABSTENTIONS:
        said = f"The {remark.role} abstained: {said}" if remark.model else f"No judge was asked: {said}"
    elif remark.code in DISCOUNTS:
        said = f"The approval of {remark.model} verifies nothing: it {said}"
    elif remark.code != "said":
        said = said[:1].upper() + said[1:]
    return _with_end(said)


def paragraph(remarks: Iterable[VerifyRemark]) -> str:
    """Return remarks as whole sentences, one after the other."""
    return " ".join(map(sentence, remarks))


def trial_words(discount: VerifyRemark) -> str:
    """Return why an approval verifies nothing, where it need not be said that a trial has shown it."""
    return words(discount).removesuffix(f" {_TRIED}")


def flaw_words(flaw: VerifyFlaw) -> str:
    """Return why the JSON of a judge can't be relied on."""
    return _FLAWS[flaw.code].format(member=flaw.member or "")


def _quote(text: str | UnsetType) -> str:
    return f"“{text or ''}”"


def _with_end(text: str) -> str:
    """Return a text that ends as sentences do, be it within its quotation marks or brackets."""
    bare = text.strip()
    return bare if bare.rstrip("\"'”’»)").endswith((".", "!", "?", "…", ":")) else f"{bare}."


def _message(error: VerifyFailure | UnsetType) -> str:
    return "" if error is UNSET else error.message


def _flaw(flaw: VerifyFlaw | UnsetType) -> str:
    return "" if flaw is UNSET else flaw_words(flaw)


def _language(remark: VerifyRemark) -> str:
    """Return how languages differ, or which one is not read."""
    name = f"the source {remark.name}" if remark.name else "the answer"
    own, other = language_of_tags(remark.languages or ()), remark.other_languages
    return (LanguageNote(name, own) if not other else LanguageNote(name, language_of_tags(other), own)).describe()


def _names(criteria: Sequence[CriterionName] | UnsetType, between: str) -> str:
    return between.join(_CRITERIA[name] for name in criteria or ())


def _low_score(remark: VerifyRemark) -> str:
    """Models often answer with a score of 0 to 10; nobody can know."""
    tenths = " (or of 10, which nobody can know)" if 1 <= (remark.score or 0) <= 10 else ""
    return f"score and approval disagree: it approved with {remark.score} of 100{tenths}"


def _unshown_sources(remark: VerifyRemark) -> str:
    sources = remark.unread or []
    left = (remark.count or 0) - len(sources)
    rest = f"; and {left} more sources" if left > 0 else ""
    shown = "; ".join(map(_passages, sources))
    return f"not shown to a judge, since its context is too small for all: {shown}{rest}"


def _passages(unread: VerifyUnread) -> str:
    if not unread.passages:
        return f"“{unread.source}”"
    more = f" and {unread.more} more passages" if unread.more else ""
    ranges = ", ".join(f"{span.start}-{span.end}" for span in unread.passages)
    return f"characters {ranges}{more} of “{unread.source}”"


def _lack_of_support(remark: VerifyRemark) -> str:
    which = f" ({remark.refuted} contradicted)" if remark.refuted else ""
    before = ":" if remark.count == 1 else ", least of all"
    share = f"{remark.count} of {remark.total}"
    return f"{share} claims have no support in the sources{which}{before} {_quote(remark.claim)}"


def _dispute(remark: VerifyRemark) -> str:
    who = "the judge" if remark.code == "disputed_by_judge" else "a checker"
    has = f": {_quote(remark.quote)} ({remark.name})" if remark.quote else ""
    claim, method = _quote(remark.claim), remark.method
    return f"{who} calls {claim} supported, and the sources have another {method}{has}"


ABSTENTIONS = frozenset[RemarkCode](["no_model", "no_answer", "judge_failed", "verdict_unreadable"])
"""Why a judge gave no verdict; of those that break no rule of an answer it is said who it was."""
DISCOUNTS = frozenset[RemarkCode](["approved_wrong", "refused_few", "approved_none", "untried"])
"""Why an approval verifies nothing, as the end of a sentence that begins with the judge's name."""

_TRIED = "in its trial as a judge"
_WORDS: Mapping[RemarkCode, Callable[[VerifyRemark], str]] = {
    "answer_too_long": lambda said: "the answer is too long for a ledger of its claims",
    "answered": lambda said: f"it answered “{said.quote or ''}”",
    "approved_none": lambda said: f"approved none of {said.total} right results {_TRIED}",
    "approved_wrong": lambda said: f"approved {said.count} of {said.total} wrong results {_TRIED}",
    "author_away": lambda said: "its author is not there to be asked again",
    "author_failed": lambda said: f"its author could not be asked again: {_message(said.error)}",
    "checker_failed": lambda said: f"{said.model} gave no further opinions on claims: {_message(said.error)}",
    "checker_unfit": lambda said: (
        f"{said.model} gave no further opinions on claims: it can't tell a claim that a text bears out from one that "
        "is made up"
    ),
    "checkers_late": lambda said: (
        f"second opinions on claims took more than {said.seconds:g} s; the rest were not asked for"
    ),
    "claim_contradicted": lambda said: f"{_quote(said.claim)} is contradicted: {said.note or NO_REASON}",
    "claims_contradict": lambda said: (
        f"{_quote(said.claim)} and {_quote(said.other_claim)} contradict each other: {said.note or NO_REASON}"
    ),
    "claims_left_out": lambda said: f"only its first {said.limit} claims were looked at",
    "criteria_despite_approval": lambda said: f"it approved what it calls not {_names(said.criteria, ' and not ')}",
    "criterion": lambda said: f"Not {_names(said.criteria, ', ')}: {said.note or NO_REASON}",
    "disowned": lambda said: "The judge doubts most of its claims one by one, whatever it says of the whole.",
    "disputed": lambda said: "A model calls supported what the sources contradict.",
    "disputed_by_checker": _dispute,
    "disputed_by_judge": _dispute,
    "ends_repeating": lambda said: f"it ends by repeating: {said.quote or ''}",
    "entailed": lambda said: "how far it follows",
    "examination_failed": lambda said: f"{said.model} could not look for contradictions: {_message(said.error)}",
    "examination_unreadable": lambda said: (
        f"what {said.model} said of the claims can't be relied on: {_flaw(said.flaw)}"
    ),
    "faults_despite_approval": lambda said: "it approved and lists what is wrong or missing all the same",
    "flagged": lambda said: (
        "What was found speaks against it: its confidence is below the threshold for this kind of work."
    ),
    "inconsistent": lambda said: f"asked {said.count} times more, its author said other things",
    "judge_failed": lambda said: f"it could not be asked: {_message(said.error)}",
    "judge_shown_part": lambda said: f"the judge was shown the first {said.limit} claims only",
    "language_unread": _language,
    "languages_differ": _language,
    "missing": lambda said: f"Missing: {said.quote or ''}",
    "no_answer": objection_words,
    "no_model": lambda said: "no model is there",
    "nobody_else": lambda said: "no model but its author is there to look for contradictions",
    "not_borne_out": lambda said: f"Not borne out: {_quote(said.claim)}",
    "only_author": lambda said: "Only a model that may have written it was there to check it.",
    "out_of_scope": lambda said: f"it misses the question: {said.note or NO_REASON}",
    "refused_few": lambda said: f"refused only {said.count} of {said.total} wrong results {_TRIED}",
    "repeats": lambda said: f"it says {said.count} times: {said.quote or ''}",
    "said": lambda said: said.quote or "",
    "sample_failed": lambda said: f"another answer of its author could not be looked at: {_message(said.error)}",
    "score_despite_refusal": lambda said: (
        f"score and approval disagree: it did not approve, with a score of {said.score}"
    ),
    "score_too_low": _low_score,
    "sources_left_out": lambda said: "some sources were left out: together they are too long",
    "sources_unread": _unshown_sources,
    "texts_alone": lambda said: "That comes from comparing its words with the sources, and no model has confirmed it.",
    "topical": lambda said: "how well the text goes with it",
    "unread": lambda said: "Some claims are still open, and the sources could not all be shown to a judge.",
    "unsettled": lambda said: "No model could settle it; a person must.",
    "unsupported": _lack_of_support,
    "untried": lambda said: f"could not be tried as a judge: {_message(said.error)}",
    "verdict_unreadable": lambda said: f"its verdict can't be relied on: {_flaw(said.flaw)}",
    "wrong": lambda said: f"Wrong: {said.quote or ''}",
}

_FLAWS: Mapping[FlawCode, str] = {
    "brackets": "the answer holds too many brackets",
    "copied": "the answer only repeats what stands in the text",
    "criterion_missing": "the criterion {member} is missing",
    "criterion_silent": "the criterion {member} says neither yes nor no",
    "criterion_unclear": "the criterion {member} is neither a truth value nor a score",
    "cut_off": "the answer holds an object that is cut off or malformed",
    "member_missing": "the member {member} is missing",
    "member_twice": "a member stands there twice",
    "no_list": "{member} is not a list",
    "no_number": "{member} is no number of JSON",
    "no_object": "the answer holds no JSON object",
    "no_score": "the score is no number from 0 to 100",
    "no_text": "{member} is not a text",
    "no_truth": "{member} is neither true nor false",
    "not_an_object": "{member} is not an object",
    "several_objects": "the answer holds several JSON objects",
    "too_long": "the answer is too long",
}
