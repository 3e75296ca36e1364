"""What a judge is asked to say of an answer, and what its words come to: an approval, an objection or an abstention.

An approval must have been said: in an object that can be read, with every criterion, with a score of at least 70 that
lies between 0 and 100, and with no criterion but quality failed. Whatever is missing or can't be read is an
abstention. It is never taken for consent.
"""

from typing import Any, Literal, TypeAlias, get_args

from orchd.features.verification.judging.reading import (
    JsonMembers,
    Unreadable,
    items_of,
    object_of,
    object_schema,
    read_object,
    text_of,
    truth_of,
)
from orchd.features.verification.messages import CriterionName, VerifyCriterion, VerifyVerdict

VerdictRole: TypeAlias = Literal["validator", "decider"]

APPROVED_FROM = 70
"""The score, of 100, from which on an approval counts."""

CRITERIA: tuple[CriterionName, ...] = get_args(get_args(CriterionName)[0])
MUST_PASS: tuple[CriterionName, ...] = ("complete", "correct", "requirements")
"""The criteria without which an approval contradicts itself; an answer may be fine with a lack of style."""

NOTE_CHARACTERS, REASON_CHARACTERS = 4_000, 1_000
LIST_ITEMS = 30

_PASSED = ("passed", "pass", "met", "ok", "score")
"""What models call it where no server holds them to the schema."""


def verdict_schema() -> dict[str, Any]:
    """Return the JSON schema of a verdict; keywords that every server with structured output knows."""
    criterion = object_schema(passed={"type": "boolean"}, reason={"type": "string"})
    texts = {"type": "array", "items": {"type": "string"}}
    return object_schema(
        criteria=object_schema(**dict.fromkeys(CRITERIA, criterion)),
        missing=texts,
        errors=texts,
        notes={"type": "string"},
        score={"type": "integer", "minimum": 0, "maximum": 100},
        approved={"type": "boolean"},
    )


def read_verdict(text: str, role: VerdictRole, model: str, judged: tuple[str, ...]) -> VerifyVerdict:
    """Return what a judge's answer says of the texts `judged`; an abstention for anything that can't be relied on."""
    try:
        members = read_object(text, ("approved", "score"), judged)
        approved = truth_of(members["approved"], "approved")
        return VerifyVerdict(
            role=role,
            model=model,
            approved=approved,
            score=_score(members["score"]),
            criteria=[_criterion(members, name) for name in CRITERIA],
            missing=_texts(members.get("missing", []), "missing"),
            errors=_texts(members.get("errors", []), "errors"),
            notes=text_of(members.get("notes", ""), "notes", NOTE_CHARACTERS),
            abstained=None,
        )
    except Unreadable as why:
        return abstention(role, model, f"its verdict can't be relied on: {why}")


def abstention(role: VerdictRole, model: str | None, why: str) -> VerifyVerdict:
    """Return the verdict of a judge that has none."""
    return VerifyVerdict(role, model, None, None, [], [], [], "", why[:REASON_CHARACTERS])


def approves(verdict: VerifyVerdict) -> bool:
    """Tell whether a verdict says yes, with a score that is enough, and does not contradict itself."""
    failed = {criterion.name for criterion in verdict.criteria if not criterion.passed}
    enough = verdict.score is not None and verdict.score >= APPROVED_FROM
    heard = verdict.abstained is None and verdict.approved is True and len(verdict.criteria) == len(CRITERIA)
    return heard and enough and failed.isdisjoint(MUST_PASS)


def _score(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise Unreadable("the score is no number from 0 to 100")
    return int(value)  # 69.9 is not 70


def _criterion(members: JsonMembers, name: CriterionName) -> VerifyCriterion:
    """Return a criterion, under `criteria` or beside it, as an object or as a plain truth value or score."""
    named = members.get("criteria")
    if isinstance(named, list):
        named = {
            text_of(object_of(criterion, "a criterion").get("name"), "a name", 64): criterion for criterion in named
        }
    where = members if named is None else object_of(named, "criteria")
    if name not in where:
        raise Unreadable(f"the criterion {name} is missing")
    said = where[name]
    if not isinstance(said, dict):
        return VerifyCriterion(name, _passes(said, name), "")
    given = [key for key in _PASSED if key in said]
    if not given:
        raise Unreadable(f"the criterion {name} says neither yes nor no")
    passed = all(_passes(said[key], name) for key in given)
    return VerifyCriterion(name, passed, text_of(said.get("reason", ""), "a reason", REASON_CHARACTERS))


def _passes(value: object, name: str) -> bool:
    return value if isinstance(value, bool) else _score_of(value, name) >= APPROVED_FROM


def _score_of(value: object, name: str) -> int:
    try:
        return _score(value)
    except Unreadable:
        raise Unreadable(f"the criterion {name} is neither a truth value nor a score") from None


def _texts(value: object, name: str) -> list[str]:
    return [text_of(item, f"an item of {name}", REASON_CHARACTERS) for item in items_of(value, name, LIST_ITEMS)]
