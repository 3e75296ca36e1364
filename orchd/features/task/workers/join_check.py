"""Whether a joined text says what the results say, no more and no less: both ways, without a model.

What the text claims must be borne out by the results, or by the task's own text: what clearly isn't is invented
(`join_claims`). A result is missing when hardly a word or hardly a figure that only it has is left; what of its claims
is not there in other words, with their figures and half of their words at least, is lost.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import UNSET, Struct

from orchd.claims import MAX_ANSWER_BYTES, MAX_SOURCE_BYTES, SUPPORTED, ClaimFinding, Source, ledger
from orchd.features.models import Objection, check_response
from orchd.features.task.core.results import Part, TaskJoinRemark
from orchd.features.task.workers.join_claims import WordsAndFigures, invented_claims
from orchd.patterns import lazy_pattern

MARK = lazy_pattern(r"\[part:?\s{0,3}(\d{1,4})\]", re.IGNORECASE)
"""What stands for a part in a joined text."""

LEAST_KEPT = 0.25
"""A result is missing when less than this share of the words and figures that only it has is in the text."""
FIGURES, FIGURES_KEPT = 3, 1 / 3
"""It is, too, when of so many figures that only it has, or more, less than this share is."""
LONGEST, SHORTEST = 2.0, 0.2
"""Times what the results are long together: a text beyond is none that joins them."""
SLACK_CHARACTERS = 400
"""More than that may be around short results."""

SHOWN_CLAIMS, SHOWN_CHARACTERS = 12, 240

_FENCED = lazy_pattern(r"^```.*?(?:^```|\Z)", re.MULTILINE | re.DOTALL)
_CITED = lazy_pattern(r"\s?\[\^?\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]")


class JoinCheck(Struct, frozen=True):
    """What was found of a joined text: what it is instead of one, what it invents, what it loses of which result.

    `missing` are the numbers of the results, from 1, that are not in it.
    """

    unusable: TaskJoinRemark | None = None
    invented: list[str] = []
    lost: list[str] = []
    missing: list[int] = []

    @property
    def sound(self) -> bool:
        """Whether it may be taken; single claims may be lost for all that."""
        return not (self.unusable or self.invented or self.missing)

    def flaws(self, parts: Sequence[Part]) -> list[TaskJoinRemark]:
        """Return what is wrong with it."""
        found = [] if self.unusable is None else [self.unusable]
        if self.invented:
            found.append(TaskJoinRemark(code="invented", claims=self.invented[:SHOWN_CLAIMS]))
        if self.missing:
            titles = [parts[number - 1].title for number in self.missing]
            found.append(TaskJoinRemark(code="result_missing", titles=titles))
        return [*found, *self.losses()]

    def losses(self) -> list[TaskJoinRemark]:
        """Return what it leaves out of the results, which is no flaw by itself."""
        shown = self.lost[:SHOWN_CLAIMS]
        return [TaskJoinRemark(code="claims_left_out", count=len(self.lost), claims=shown)] if self.lost else []


def hold_against(text: str, parts: list[Part], task: str) -> JoinCheck:
    """Return what is wrong with a text that joins the results `parts` of a task, whose own text is `task`.

    Takes some seconds at the bounds; to be run by a worker for texts.
    """
    results, joined = [_bare(part.text) for part in parts], _bare(text)
    unusable = _why_unusable(joined, results, task)
    if unusable is not None:
        return JoinCheck(unusable)
    known, held = WordsAndFigures(joined), [ledger(result, [Source("text", joined)]) for result in results]
    missing = _missing_results(["\n".join(found.claim for found in claims) for claims in held], known)
    return JoinCheck(
        invented=[_short(claim) for claim in invented_claims(_FENCED.sub("\n", joined), results, task)],
        lost=[_short(found.claim) for claims in held for found in claims if _is_lost(found, known)],
        missing=sorted({*missing, *_without_code(results, joined)}),
    )


def other_language(answer: str, task: str) -> TaskJoinRemark | None:
    """Return that a task's answer is in another language than the task, which names none, where both are clear.

    To be run by a worker for texts.
    """
    found = next((told for told in check_response(_bare(answer), prompt=task) if told.rule == "language"), None)
    if found is None:
        return None
    return TaskJoinRemark(code="other_language", languages=[*found.languages], other_languages=[*found.other_languages])


def _bare(text: str) -> str:
    """Return a text without what only says where something stands."""
    return _CITED.sub("", MARK.sub("", text))


def _why_unusable(joined: str, results: Sequence[str], task: str) -> TaskJoinRemark | None:
    objections = check_response(joined, prompt=task, around="\n".join(results))
    if objections:
        return _no_answer(objections[0])
    size, sizes = len(joined.encode()), sum(len(text.encode()) for text in (*results, task))
    if size > MAX_ANSWER_BYTES or sizes > MAX_SOURCE_BYTES or any(_is_long(result) for result in results):
        return TaskJoinRemark(code="too_long")
    characters = sum(map(len, results))
    if len(joined) > LONGEST * characters + SLACK_CHARACTERS:
        return TaskJoinRemark(code="far_longer")
    return TaskJoinRemark(code="far_shorter") if len(joined) < SHORTEST * characters else None


def _no_answer(objection: Objection) -> TaskJoinRemark:
    return TaskJoinRemark(
        code="no_answer",
        rule=objection.rule,
        quote=objection.quote or UNSET,
        languages=[*objection.languages] or UNSET,
        other_languages=[*objection.other_languages] or UNSET,
    )


def _is_long(text: str) -> bool:
    return len(text.encode()) > MAX_ANSWER_BYTES


def _is_lost(found: ClaimFinding, known: WordsAndFigures) -> bool:
    """Tell whether a text doesn't have a claim of a result: other words are fine, if the figures are there."""
    return found.support < SUPPORTED and known.lacks(found.claim)


def _missing_results(results: Sequence[str], known: WordsAndFigures) -> Iterator[int]:
    """Yield the numbers of the results, told by their claims, of which hardly anything is left that only they have."""
    vocabularies = [WordsAndFigures(result) for result in results]
    for number, own in enumerate(vocabularies, 1):
        alone = own.without([*vocabularies[: number - 1], *vocabularies[number:]])
        few_figures = alone.figures >= FIGURES and alone.figures_kept_in(known) < FIGURES_KEPT
        if few_figures or alone.kept_in(known) < LEAST_KEPT:
            yield number


def _without_code(results: Sequence[str], joined: str) -> Iterator[int]:
    """Yield the numbers of the results of whose code half of the lines are not in the text."""
    there = {line.strip() for line in joined.splitlines()}
    for number, result in enumerate(results, 1):
        lines = [line.strip() for code in _FENCED.findall(result) for line in code.splitlines()[1:] if line.strip("` ")]
        if sum(line not in there for line in lines) * 2 > len(lines):
            yield number


def _short(claim: str) -> str:
    line = " ".join(claim.split())
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[: SHOWN_CHARACTERS - 1]}…"
