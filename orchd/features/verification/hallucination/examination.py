"""What a judge says of single claims: borne out, contradicted, at odds with each other, beside the question.

An opinion counts only where the judge was asked for it and gave exactly one; numbers of claims that don't exist are
passed over. What can't be read as a whole says nothing at all.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from orchd.features.verification.judging.reading import (
    JsonMembers,
    items_of,
    object_of,
    object_schema,
    read_object,
    text_of,
    truth_of,
)
from orchd.features.verification.messages import VerificationOpinion

REASON_CHARACTERS = 1_000
MAX_ITEMS = 200

MEMBERS = ("supported", "issues", "contradictions", "inScope", "scopeReason")


class Contradiction(NamedTuple):
    """Two claims, by their indices, that can't both be true, and why."""

    first: int
    second: int
    reason: str


class Examination(NamedTuple):
    """A judge's opinions, by the claims' indices; `out_of_scope` is why the answer misses the question, if it does
    (empty where no reason was given)."""

    opinions: dict[int, tuple[VerificationOpinion, str]]
    contradictions: list[Contradiction]
    out_of_scope: str | None

    @property
    def supported(self) -> set[int]:
        """The indices of the claims that are borne out."""
        return {index for index, (opinion, _) in self.opinions.items() if opinion == "supported"}


def examination_schema() -> dict[str, Any]:
    """Return the JSON schema of a judge's opinions on claims."""
    number, text = {"type": "integer"}, {"type": "string"}
    kind = {"type": "string", "enum": ["contradicted", "unsupported"]}
    return object_schema(
        supported={"type": "array", "items": number},
        issues={"type": "array", "items": object_schema(claim=number, kind=kind, reason=text)},
        contradictions={"type": "array", "items": object_schema(first=number, second=number, reason=text)},
        inScope={"type": "boolean"},
        scopeReason=text,
    )


def read_examination(text: str, shown: int, asked: Collection[int], judged: tuple[str, ...]) -> Examination:
    """Return a judge's opinions on the first `shown` claims, numbered from 1, of which those with indices `asked` are
    in question. Raises Unreadable.
    """
    members = read_object(text, MEMBERS, judged)
    in_scope = truth_of(members["inScope"], "inScope")
    reason = text_of(members["scopeReason"], "scopeReason", REASON_CHARACTERS)
    return Examination(
        _opinions(members, asked),
        list(_contradictions(members, shown)),
        None if in_scope else reason,
    )


def merge(parts: Sequence[Examination], *, whole: bool) -> Examination:
    """Return what a judge's opinions by parts of the sources come to; `whole`: it was shown all of them.

    What one part bears out or contradicts is so, unless another says the contrary. Only who has seen all of it can say
    that nothing bears a claim out.
    """
    first, *_ = parts
    opinions: dict[int, tuple[VerificationOpinion, str]] = {}
    for index in sorted({index for part in parts for index in part.opinions}):
        said = [part.opinions[index] for part in parts if index in part.opinions]
        kinds = {opinion for opinion, _ in said}
        if kinds == {"unsupported"} and not whole:
            continue
        if not {"supported", "contradicted"} <= kinds:
            opinions[index] = next((heard for heard in said if heard[0] != "unsupported"), said[0])
    return Examination(opinions, first.contradictions, first.out_of_scope)


def _opinions(members: JsonMembers, asked: Collection[int]) -> dict[int, tuple[VerificationOpinion, str]]:
    said: list[tuple[int, VerificationOpinion, str]] = [
        (index, "supported", "")
        for item in items_of(members["supported"], "supported", MAX_ITEMS)
        if (index := _index(item)) in asked
    ]
    for item in items_of(members["issues"], "issues", MAX_ITEMS):
        issue = object_of(item, "issues")
        index, kind = _index(issue.get("claim")), issue.get("kind")
        reason = text_of(issue.get("reason", ""), "reason", REASON_CHARACTERS)
        if index in asked and kind == "contradicted":
            said.append((index, "contradicted", reason))
        elif index in asked and kind == "unsupported":
            said.append((index, "unsupported", reason))
    kinds: dict[int, set[VerificationOpinion]] = {}
    for index, opinion, _ in said:
        kinds.setdefault(index, set()).add(opinion)
    return {index: (opinion, reason) for index, opinion, reason in said if len(kinds[index]) == 1}


def _contradictions(members: JsonMembers, shown: int) -> Iterator[Contradiction]:
    seen: set[frozenset[int]] = set()
    for item in items_of(members["contradictions"], "contradictions", MAX_ITEMS):
        pair = object_of(item, "contradictions")
        first, second = _index(pair.get("first")), _index(pair.get("second"))
        reason = text_of(pair.get("reason", ""), "reason", REASON_CHARACTERS)
        key = frozenset((first, second))
        if len(key) == 2 and all(0 <= index < shown for index in key) and key not in seen:
            seen.add(key)
            yield Contradiction(first, second, reason)


def _index(number: object) -> int:
    """Return the index of a claim by its number; -1 for what is none."""
    return number - 1 if isinstance(number, int) and not isinstance(number, bool) else -1
