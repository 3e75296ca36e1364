"""What a judge is asked to say of an answer, and what its words come to: an approval, an objection or an abstention.

An approval must have been said: in an object that can be read, with every criterion, with a score of at least 70 that
lies between 0 and 100, with no criterion but quality failed, and with nothing that is listed as missing or wrong: such
a verdict contradicts itself, and what it lists is guidance. Whatever is missing or can't be read is an abstention. It
is never taken for consent.
"""

import re
from collections.abc import Iterator
from typing import Any, get_args

from msgspec import UNSET
from msgspec.structs import replace

from orchd.features.verification.judging.reading import (
    JsonMembers,
    Unreadable,
    items_of,
    object_of,
    object_schema,
    read_object,
    text_of,
    truth_of,
    unreadable,
)
from orchd.features.verification.messages import VerifyCriterion, VerifyVerdict
from orchd.features.verification.remarks import CriterionName, JudgeRole, VerifyRemark
from orchd.features.verification.wording import words
from orchd.patterns import lazy_pattern

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


def read_verdict(text: str, role: JudgeRole, model: str, judged: tuple[str, ...]) -> VerifyVerdict:
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
        return abstention(role, model, VerifyRemark(code="verdict_unreadable", flaw=why.flaw))


def abstention(role: JudgeRole, model: str | None, why: VerifyRemark) -> VerifyVerdict:
    """Return the verdict of a judge that has none, or of nobody."""
    remark = replace(why, role=role, model=model or UNSET)
    said = words(remark)[:REASON_CHARACTERS]
    return VerifyVerdict(role, model, None, None, [], [], [], "", said, abstention=remark)


def discount_approval(verdict: VerifyVerdict, why: VerifyRemark | None) -> VerifyVerdict:
    """Return an approval with why it verifies nothing; None: it counts."""
    if why is None:
        return verdict
    remark = replace(why, model=verdict.model or UNSET)
    return replace(verdict, discounted=words(remark), discount=remark)


def approves(verdict: VerifyVerdict) -> bool:
    """Tell whether a verdict says yes, with a score that is enough, and does not contradict itself."""
    heard = verdict.abstained is None and verdict.approved is True and len(verdict.criteria) == len(CRITERIA)
    return heard and not contradictions_in(verdict)


def contradictions_in(verdict: VerifyVerdict) -> list[VerifyRemark]:
    """Return in what a verdict contradicts itself."""
    if verdict.abstained is not None or verdict.score is None:
        return []
    enough = verdict.score >= APPROVED_FROM
    if not verdict.approved:
        return [VerifyRemark(code="score_despite_refusal", score=verdict.score)] if enough else []
    failed = [criterion.name for criterion in verdict.criteria if not criterion.passed and criterion.name in MUST_PASS]
    found = [] if enough else [VerifyRemark(code="score_too_low", score=verdict.score)]
    found += [VerifyRemark(code="criteria_despite_approval", criteria=failed)] if failed else []
    found += [VerifyRemark(code="faults_despite_approval")] if verdict.errors or verdict.missing else []
    return found


def remarks_of(verdict: VerifyVerdict) -> list[VerifyRemark]:
    """Return what a judge said in its own words, and in what it contradicted itself; else why it said nothing."""
    if verdict.abstention is not None:
        return [verdict.abstention]
    said = [VerifyRemark(code="said", quote=verdict.notes)] if verdict.notes else []
    return [*said, *contradictions_in(verdict)]


def _score(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise unreadable("no_score")
    return int(value)  # 69.9 is not 70


def _criterion(members: JsonMembers, name: CriterionName) -> VerifyCriterion:
    """Return a criterion, under `criteria` or beside it, as an object or as a plain truth value or score."""
    named = members.get("criteria")
    if isinstance(named, list):
        named = {text_of(object_of(criterion, "criteria").get("name"), "name", 64): criterion for criterion in named}
    where = members if named is None else object_of(named, "criteria")
    if name not in where:
        raise unreadable("criterion_missing", name)
    said = where[name]
    if not isinstance(said, dict):
        return VerifyCriterion(name, _passes(said, name), "")
    given = [key for key in _PASSED if key in said]
    if not given:
        raise unreadable("criterion_silent", name)
    passed = all(_passes(said[key], name) for key in given)
    return VerifyCriterion(name, passed, text_of(said.get("reason", ""), "reason", REASON_CHARACTERS))


def _passes(value: object, name: str) -> bool:
    return value if isinstance(value, bool) else _score_of(value, name) >= APPROVED_FROM


def _score_of(value: object, name: str) -> int:
    try:
        return _score(value)
    except Unreadable:
        raise unreadable("criterion_unclear", name) from None


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
    return [text_of(item, name, REASON_CHARACTERS) for item in items_of(value, name, LIST_ITEMS)]
