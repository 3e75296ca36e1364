"""Asking a judge about single claims."""

from collections.abc import Sequence
from typing import NamedTuple

from orchd.errors import OrchdError
from orchd.features.verification.hallucination.claims import in_question
from orchd.features.verification.hallucination.examination import Examination, examination_schema, read_examination
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge
from orchd.features.verification.judging.prompts import PromptSection, examination
from orchd.features.verification.judging.reading import Unreadable
from orchd.features.verification.messages import VerifyClaimItem
from orchd.features.verification.records import CheckRequest

TEMPERATURE = 0.2

MAX_SHOWN, MAX_ASKED = 80, 40
"""Claims that a judge is shown, and those of them it is asked about."""

CLAIM_CHARACTERS = 400


class Opinions(NamedTuple):
    """What a judge said of the claims, None when nothing that counts; `unchecked` says what was left out, and why."""

    examined: Examination | None
    unchecked: list[str]


async def examine(
    interview: Interview, judge: Judge | None, work: CheckRequest, claims: Sequence[VerifyClaimItem]
) -> Opinions:
    """Have a judge look at an answer's claims where that may show anything. Raises no OrchdError; waits for the model.

    A single claim contradicts nothing, and whether it answers the question the verdict says.
    """
    shown = claims[:MAX_SHOWN]
    asked = in_question(shown)[:MAX_ASKED]
    if len(claims) < 2 and not (asked and work.grounded):
        return Opinions(None, [])
    if judge is None:
        return Opinions(None, ["no model but its author is there to look for contradictions"])
    left_out = [f"the judge was shown the first {MAX_SHOWN} claims only"] if len(claims) > MAX_SHOWN else []
    try:
        return Opinions(await _ask(interview, judge, work, shown, asked), left_out)
    except OrchdError as error:
        return Opinions(None, [f"{judge.name} could not look for contradictions: {error.message}"])
    except Unreadable as why:
        return Opinions(None, [f"what {judge.name} said of the claims can't be relied on: {why}"])


async def _ask(
    interview: Interview, judge: Judge, work: CheckRequest, shown: Sequence[VerifyClaimItem], asked: Sequence[int]
) -> Examination:
    """Raises Unreadable, and what asking raises."""
    schema = examination_schema()
    listed = "\n".join(f"{claim.index + 1}. {claim.claim[:CLAIM_CHARACTERS]}" for claim in shown)
    numbers = ", ".join(str(index + 1) for index in asked) or "none"
    asking = [PromptSection("BEFORE THE REQUEST", work.context), PromptSection("REQUEST", work.request)]
    claimed = [PromptSection("CLAIMS", listed), PromptSection("IN QUESTION", numbers)]
    used = interview.size(judge.target, *(turn.content for turn in examination([*asking, *claimed], schema)))
    texts = await interview.fit(judge.target, [source.text for source in work.sources], used)
    sources = [PromptSection(f"SOURCE {place}", text) for place, text in enumerate(texts, start=1)]
    turns = examination([*asking, *sources, *claimed], schema)
    text = await interview.ask(judge.target, turns, schema, TEMPERATURE)
    judged = (work.context, work.request, work.answer, *texts)
    return await interview.workers.run(read_examination, text, len(shown), asked, judged, raises=(Unreadable,))
