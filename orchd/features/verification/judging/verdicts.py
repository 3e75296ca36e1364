"""What a judge is asked to say of an answer, and what its words come to: an approval, an objection or an abstention.

An approval must have been said: in an object that can be read, with every criterion, with a score of at least 70 that
lies between 0 and 100, with no criterion but quality failed, and with nothing that is listed as missing or wrong: such
a verdict contradicts itself, and what it lists is guidance. Whatever is missing or can't be read is an abstention. It
is never taken for consent.
"""

import re
from collections.abc import Iterator
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
from orchd.patterns import lazy_pattern

VerdictRole: TypeAlias = Literal["validator", "decider"]

APPROVED_FROM = 70
"""The score, of 100, from which on an approval counts."""

CRITERIA: tuple[CriterionName, ...] = get_args(get_args(CriterionName)[0])
MUST_PASS: tuple[CriterionName, ...] = ("complete", "correct", "requirements")
"""The criteria without which an approval contradicts itself; an answer may be fine with a lack of style."""

NOTE_CHARACTERS, REASON_CHARACTERS = 4_000, 1_000
LIST_ITEMS = 30

_LISTS: dict[str, tuple[str, ...]] = {
    "missing": ("missing", "omissions", "gaps"),
    "errors": ("errors", "issues", "problems", "mistakes"),
}
"""What models call the lists, of the whole or of a criterion, where no server holds them to the schema."""

_NONE = lazy_pattern(
    r"[\s(\[\"'.–—-]*(?:(?:there (?:is|are|were) |i (?:found|see) |found "
    r"|(?:(?:the|this) (?:answer|response|text|result|summary)|it) (?:has|contains|shows|had) |has |contains )?"
    r"(?:none|no|nothing|nil|null|empty|n/?a|zero)"
    r"(?: (?:obvious|major|significant|factual|clear|further|other|known|real))*"
    r"(?: (?:errors?|issues?|problems?|mistakes?|omissions?|gaps?|points?|items?|found|is|are|was|were|missing|wrong"
    r"|incorrect|identified|detected|noted|at all|to (?:report|add|note|fix)|here|applicable|or|and))*"
    r"(?: (?:in|with|from) (?:the|this|its?|any)\b[^,;.]{0,40})?"
    r"|(?:(?:a resposta|o texto|o resultado|o resumo) )?(?:não (?:há|existem?|falta|encontrei|vi|contém|tem|apresenta"
    r"|(?:foi|foram) (?:encontrad|identificad|detec?tad|apontad)[oa]s?)|nenhum[ao]?|nada|não|sem|não aplicável)"
    r"(?: (?:nenhum[ao]?|nada|quaisquer|qualquer|erros?|falhas?|problemas?|omissões|omissão|lacunas?|pontos?|itens|item"
    r"|foi|é|está|a (?:apontar|assinalar|acrescentar)|em falta|faltas?|falta|faltando|errado|incorreto"
    r"|encontrad[oa]s?|identificad[oa]s?|aplicável|na resposta|no texto))*)?[\s)\].!\"'–—-]*",
    re.IGNORECASE,
)
"""How models say in words that a list is empty."""

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
            missing=list(_list_texts(members, "missing")),
            errors=list(_list_texts(members, "errors")),
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
    heard = verdict.abstained is None and verdict.approved is True and len(verdict.criteria) == len(CRITERIA)
    return heard and contradiction_in(verdict) is None


def contradiction_in(verdict: VerifyVerdict) -> str | None:
    """Return in what a verdict contradicts itself, as a sentence for people; None where it doesn't."""
    if verdict.abstained is not None or verdict.score is None:
        return None
    enough = verdict.score >= APPROVED_FROM
    if not verdict.approved:
        return f"Score and approval disagree: it did not approve, with a score of {verdict.score}." if enough else None
    failed = [criterion.name for criterion in verdict.criteria if not criterion.passed and criterion.name in MUST_PASS]
    told = [] if enough else [f"score and approval disagree: it approved with {verdict.score} of 100{_tenths(verdict)}"]
    told += [f"it approved what it calls not {' and not '.join(_WORDS[name] for name in failed)}"] if failed else []
    told += ["it approved and lists what is wrong or missing all the same"] if verdict.errors or verdict.missing else []
    return f"{'; '.join(told)}.".capitalize() if told else None


def _tenths(verdict: VerifyVerdict) -> str:
    """Models often answer with a score of 0 to 10; nobody can know."""
    return " (or of 10, which nobody can know)" if 1 <= (verdict.score or 0) <= 10 else ""


_WORDS: dict[CriterionName, str] = {"complete": "complete", "correct": "correct", "requirements": "as required"}


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


def _list_texts(members: JsonMembers, name: str) -> Iterator[str]:
    """Yield what a verdict lists under a name, be it within its criteria, each text once."""
    criteria = members.get("criteria") or [members.get(criterion) for criterion in CRITERIA]
    named = list(criteria.values()) if isinstance(criteria, dict) else criteria
    parts = [members, *(criterion for criterion in named if isinstance(criterion, dict))]
    found = (text for part in parts for key in _LISTS[name] if key in part for text in _texts(part[key], key))
    yield from dict.fromkeys(text for text in found if text and not _NONE.fullmatch(text))


def _texts(value: object, name: str) -> list[str]:
    """Return a list of texts; a single text is one, and null none."""
    value = [] if value is None else [value] if isinstance(value, str) else value
    return [text_of(item, f"an item of {name}", REASON_CHARACTERS) for item in items_of(value, name, LIST_ITEMS)]
