"""Which models suit a kind of task: a score with its reasons, from what is known and nothing else.

A model is never told from its answers here. What servers list (capabilities, parameters, context), what its name says
of its makers' purpose, how fast it was measured on this machine and what its users think of it: each adds points,
and each point has its reason. What is unknown adds none. A rating weighs more the more there are of it, and outweighs
everything else in the end: who has used a model knows better. So do the verdicts of other models on its results.
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from orchd.features.models.enums import TaskType
from orchd.features.models.messages import ModelStars
from orchd.llm.types import ModelInfo

SIZE = re.compile(r"(?<![a-z0-9.])(?:(\d{1,2})x)?(\d{1,4}(?:\.\d{1,6})?)\s?([bm])(?![a-z0-9])", re.I)
"""Parameters as names and servers write them: 7B, 8x7b, 360M, 1.5b."""

HINTS: dict[TaskType, re.Pattern[str]] = {
    "code": re.compile(r"cod(?:e|er|ing|estral)|devstral|starcoder|granite-code", re.I),
    "reasoning": re.compile(r"reason|think|qwq|(?:^|[-/_])r1(?:[-_:]|$)|gpt-oss|magistral", re.I),
    "vision": re.compile(r"vision|(?:^|[-/_0-9.])vl(?:[-_:]|$)|llava|pixtral", re.I),
}
"""What a name says that a model was made for."""


class Weights(NamedTuple):
    """The most points that each fact can add for a kind of task."""

    size: float
    speed: float
    context: float
    hint: float = 0.0


WEIGHTS: dict[TaskType, Weights] = {
    "code": Weights(size=3.0, speed=1.0, context=1.5, hint=3.0),
    "reasoning": Weights(size=4.0, speed=0.5, context=1.0, hint=3.0),
    "analysis": Weights(size=3.0, speed=0.5, context=3.0),
    "chat": Weights(size=1.5, speed=3.0, context=1.0),
    "general": Weights(size=2.5, speed=1.5, context=1.0),
    "embedding": Weights(size=1.0, speed=0.0, context=1.0),
    "vision": Weights(size=2.5, speed=1.0, context=1.0, hint=1.0),
}

RATING = 6.0
QUALITY = 4.0
LOADED = 0.5
SIMULATED = -100.0
BASE = -50.0
"""Of one without a chat template, which goes on with a text rather than answers."""

FULL_SIZE, FULL_SPEED, FULL_CONTEXT = 70.0, 60.0, 131_072.0
"""Thousands of millions of parameters, tokens a second and tokens that add the most; less adds by its logarithm."""


class ModelQuality(NamedTuple):
    """How a model did at a kind of task here: results checked by other models, how many were approved, their mean
    score (0 to 100, None when there is none)."""

    checked: int
    approved: int
    score: float | None


class Candidate(NamedTuple):
    """A model and what is known of it here: median tokens a second, its users' ratings for the task or for all, and how
    its results were judged."""

    info: ModelInfo
    speed: float | None
    rating: ModelStars | None
    quality: ModelQuality | None = None


class RankedModel(NamedTuple):
    """A model's score, and what it is made of."""

    candidate: Candidate
    score: float
    reasons: list[str]


def recommend(task: TaskType, candidates: Sequence[Candidate]) -> list[RankedModel]:
    """Return the models that can do such a task at all, the best first; equal ones keep their order. Never waits."""
    scored = [_score(task, candidate) for candidate in candidates if _can(task, candidate.info)]
    return sorted(scored, key=lambda one: -one.score)


def billions(info: ModelInfo) -> float | None:
    """Return a model's parameters in thousands of millions, by what its server says or else by its name."""
    for text in (info.parameters or "", info.id):
        found = SIZE.search(text)
        if found is not None:
            size = int(found[1] or 1) * float(found[2])
            return size if found[3] in "bB" else size / 1000
    return None


def _write_size(size: float) -> str:
    """Return thousands of millions as names and servers write them."""
    return f"{size:.3g}B" if size >= 1 else f"{size * 1000:.3g}M"


def size_share(info: ModelInfo) -> float | None:
    """Return how large a model is, from 0 to 1 on the scale that counts here; None when nobody says."""
    size = billions(info)
    return None if size is None else _share(size, FULL_SIZE)


def _can(task: TaskType, info: ModelInfo) -> bool:
    if task == "embedding" or info.type == "embedding":
        return task == "embedding" and info.type == "embedding"
    if not info.chats:
        return False
    if task == "vision":
        known = info.capabilities
        return "vision" in known if known is not None else HINTS["vision"].search(info.id) is not None
    return True


def _score(task: TaskType, candidate: Candidate) -> RankedModel:
    points = [*_of_listing(task, candidate.info), *_of_experience(task, candidate)]
    return RankedModel(candidate, round(sum(gain for gain, _ in points), 2), [reason for _, reason in points])


def _of_listing(task: TaskType, info: ModelInfo) -> Iterator[tuple[float, str]]:
    weights = WEIGHTS[task]
    if info.simulated:
        yield SIMULATED, "it is simulated: its answers are made up by a program"
    if info.template is False:
        yield BASE, "it has no chat template: a base model"
    if task == "vision":
        yield 0.0, "it sees images" if info.capabilities else "by its name it sees images"
    if task == "reasoning" and info.capabilities and "reasoning" in info.capabilities:
        yield weights.hint, "it thinks before it answers"
    elif weights.hint and HINTS[task].search(info.id):
        yield weights.hint, f"by its name it is made for {task}"
    size = billions(info)
    if size is not None:
        yield weights.size * _share(size, FULL_SIZE), f"{_write_size(size)} parameters"
    context = info.max_context or info.context
    if context is not None:
        yield weights.context * _share(context / 1024, FULL_CONTEXT / 1024), f"a context of {context} tokens"
    if info.loaded:
        yield LOADED, "it is loaded"


def _of_experience(task: TaskType, candidate: Candidate) -> Iterator[tuple[float, str]]:
    speed, rating = candidate.speed, candidate.rating
    if speed is not None:
        yield WEIGHTS[task].speed * _share(speed, FULL_SPEED), f"measured here: {speed:g} tokens/s"
    if rating is not None and rating.count:
        trust = rating.count / (rating.count + 1)
        yield RATING * trust * (rating.mean - 3) / 2, f"rated {rating.mean:.1f} of 5 by {rating.count}"

    quality = candidate.quality
    if quality is not None and quality.checked:
        trust = quality.checked / (quality.checked + 3)
        points = QUALITY * trust * (2 * quality.approved / quality.checked - 1)
        yield points, f"{quality.approved} of {quality.checked} checked results were approved here"


def _share(value: float, full: float) -> float:
    """Return how much of the points `value` adds: none at 0, all at `full` and above."""
    return min(1.0, math.log1p(max(0.0, value)) / math.log1p(full))
