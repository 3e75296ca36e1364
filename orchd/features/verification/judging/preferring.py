"""Which of two results is better: asked of a judge who wrote neither, twice, in both orders.

Judges lean towards what they are shown first (Zheng and others, "Judging LLM-as-a-Judge", 2023). So a coin says which
one that is, the question is put again the other way round, and only an opinion that survives this counts. Otherwise
the scores decide, and when those don't either, the earlier result stays.
"""

import random
import secrets
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import trio

from orchd.errors import OrchdError
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge
from orchd.features.verification.judging.prompts import PromptSection, comparison
from orchd.features.verification.judging.reading import Unreadable, object_schema, read_object, text_of
from orchd.features.verification.records import Preference, ResultPair
from orchd.features.verification.wording import flaw_words

Index: TypeAlias = Literal[0, 1]

TEMPERATURE = 0.0
REASON_CHARACTERS = 1_000


def preference_schema() -> dict[str, Any]:
    """Return the JSON schema of a judge's choice."""
    return object_schema(
        reason={"type": "string"},
        better={"type": "string", "enum": ["A", "B", "same"]},
    )


async def prefer(interview: Interview, judge: Judge | None, pair: ResultPair) -> Preference:
    """Return which of a pair to keep. Raises no OrchdError; waits for the model."""
    seed = secrets.randbits(32) if pair.seed is None else pair.seed
    if judge is None:
        return _by_scores(interview, pair, seed, "no model is there that wrote neither")
    first: Index = random.Random(seed).choice((0, 1))  # noqa: S311 - a coin that can be tossed again, no secret
    said: dict[Index, tuple[Index | None, str]] = {}

    async def ask(shown_first: Index) -> None:
        said[shown_first] = await _opinion(interview, judge, pair, shown_first)

    async with trio.open_nursery() as nursery:
        for order in (first, _other(first)):
            nursery.start_soon(ask, order)
    (one, reason), (two, doubt) = said[first], said[_other(first)]
    if one is not None and one == two:
        return Preference(one, judge.name, reason, seed, interview.cost)
    if one is None or two is None:
        return _by_scores(interview, pair, seed, reason if one is None else doubt)
    return _by_scores(interview, pair, seed, "the judge changed its mind when they changed places")


def keep_by_scores(pair: ResultPair) -> Index:
    """Return which one the scores favour; a missing score is below all, and of equal ones the first stays."""
    first = -1 if pair.first_score is None else pair.first_score
    second = -1 if pair.second_score is None else pair.second_score
    return 1 if second > first else 0


def _by_scores(interview: Interview, pair: ResultPair, seed: int, why: str) -> Preference:
    return Preference(keep_by_scores(pair), None, f"the scores decided: {why}", seed, interview.cost)


async def _opinion(
    interview: Interview, judge: Judge, pair: ResultPair, shown_first: Index
) -> tuple[Index | None, str]:
    """Return the one that the judge finds better in this order, None for neither, and why."""
    results = (pair.first, pair.second)
    shown = (results[shown_first], results[_other(shown_first)])
    schema = preference_schema()
    passages = [
        PromptSection("TITLE", pair.title),
        PromptSection("WHOLE TASK", pair.requirements),
        PromptSection("REQUEST", pair.question),
        *(PromptSection(f"RESULT {name}", text or "(empty)") for name, text in zip("AB", shown, strict=True)),
    ]
    try:
        text = await interview.ask(judge.target, comparison(passages, schema), schema, TEMPERATURE)
        shown_texts = [passage.text for passage in passages]
        choice, reason = await interview.workers.run(read_preference, text, shown_texts, raises=(Unreadable,))
    except OrchdError as error:
        return None, f"{judge.name} could not be asked: {error.message}"
    except Unreadable as why:
        return None, f"what {judge.name} said can't be relied on: {flaw_words(why.flaw)}"
    if choice not in ("A", "B"):
        return None, "the judge found neither better"
    return shown_first if choice == "A" else _other(shown_first), reason


def read_preference(text: str, judged: Sequence[str]) -> tuple[str, str]:
    """Return what a judge finds better of the texts `judged`, in its own word, and why. Raises Unreadable."""
    members = read_object(text, ("better",), judged)
    reason = text_of(members.get("reason", ""), "reason", REASON_CHARACTERS)
    return text_of(members["better"], "better", 64), reason


def _other(index: Index) -> Index:
    return 1 if index == 0 else 0
