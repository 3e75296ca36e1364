"""Which models suit a kind of task: a score with its reasons, from what is known and nothing else.

A model is never told from its answers here. What servers list (capabilities, parameters, context), what its name says
of its makers' purpose, how fast it was measured on this machine and what its users think of it: each adds points,
and each point has its reason. What is unknown adds none. A rating weighs more the more there are of it, and outweighs
everything else in the end: who has used a model knows better. So do the verdicts of other models on its results.

The larger the better is a guess, for want of anything measured: a speed below what is comfortable takes points, and the
more results were checked, the less the size counts. Where it is known how hard the work is, the size that suits it
counts instead.
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from orchd.features.models.catalog.grounds import GroundCode, ModelGround, ground_words
from orchd.features.models.catalog.sizes import SizeLadder, billions, write_size
from orchd.features.models.enums import TaskType
from orchd.features.models.messages import ModelStars
from orchd.llm.types import ModelInfo
from orchd.patterns import lazy_pattern

HINTS: dict[TaskType, re.Pattern[str]] = {
    "code": lazy_pattern(r"cod(?:e|er|ing|estral)|devstral|starcoder|granite-code", re.I),
    "reasoning": lazy_pattern(r"reason|think|qwq|(?:^|[-/_])r1(?:[-_:]|$)|gpt-oss|magistral", re.I),
    "vision": lazy_pattern(r"vision|(?:^|[-/_0-9.])vl(?:[-_:]|$)|llava|pixtral", re.I),
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
STEP = 1.5
"""What each rung between a model's size and the one that suits the difficulty takes."""
SIMULATED = -100.0
BASE = -50.0
"""Of one without a chat template, which goes on with a text rather than answers."""

FULL_SIZE, FULL_SPEED, FULL_CONTEXT = 70.0, 60.0, 131_072.0
"""Thousands of millions of parameters, tokens a second and tokens that add the most; less adds by its logarithm. A
speed below about 7 tokens a second takes points."""


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
    grounds: list[ModelGround]

    @property
    def reasons(self) -> list[str]:
        """What it is made of, for people."""
        return [*map(ground_words, self.grounds)]


def recommend(task: TaskType, candidates: Sequence[Candidate], difficulty: int | None = None) -> list[RankedModel]:
    """Return the models that can do such a task at all, the best first; equal ones keep their order. Never waits.

    `difficulty`, from 1 to 10, has sizes from the least to the largest that is there suit best.
    """
    able = [candidate for candidate in candidates if _can(task, candidate.info)]
    proper = [
        candidate.info for candidate in able if not candidate.info.simulated and candidate.info.template is not False
    ]
    ladder = None if difficulty is None else SizeLadder(proper)
    scored = [_score(task, candidate, ladder, difficulty or 0) for candidate in able]
    return sorted(scored, key=lambda one: -one.score)


def _can(task: TaskType, info: ModelInfo) -> bool:
    if task == "embedding" or info.type == "embedding":
        return task == "embedding" and info.type == "embedding"
    if not info.chats:
        return False
    if task == "vision":
        return HINTS["vision"].search(info.id) is not None if info.sees is None else info.sees
    return True


def _score(task: TaskType, candidate: Candidate, ladder: SizeLadder | None, difficulty: int) -> RankedModel:
    size = _of_size(task, candidate) if ladder is None else _of_fit(candidate.info, ladder, difficulty)
    points = [*size, *_of_listing(task, candidate.info), *_of_experience(task, candidate)]
    return RankedModel(candidate, round(sum(gain for gain, _ in points), 2), [ground for _, ground in points])


def _of_listing(task: TaskType, info: ModelInfo) -> Iterator[tuple[float, ModelGround]]:
    weights = WEIGHTS[task]
    if info.simulated:
        yield SIMULATED, ModelGround(code="simulated")
    if info.template is False:
        yield BASE, ModelGround(code="no_template")
    if task == "vision":
        yield 0.0, ModelGround(code="sees" if info.sees else "sees_by_name")
    if task == "reasoning" and info.capabilities and "reasoning" in info.capabilities:
        yield weights.hint, ModelGround(code="thinks")
    elif weights.hint and HINTS[task].search(info.id):
        yield weights.hint, ModelGround(code="made_for", task_type=task)
    context = info.max_context or info.context
    if context is not None:
        share = _share(context / 1024, FULL_CONTEXT / 1024)
        yield weights.context * share, ModelGround(code="context", count=context)
    if info.loaded:
        yield LOADED, ModelGround(code="loaded")


def _of_size(task: TaskType, candidate: Candidate) -> Iterator[tuple[float, ModelGround]]:
    size, quality = billions(candidate.info), candidate.quality
    if size is not None:
        guessed = 1.0 if quality is None else 1 - _trust(quality)
        ground = ModelGround(code="size", size=write_size(size))
        yield guessed * WEIGHTS[task].size * _share(size, FULL_SIZE), ground


def _of_fit(info: ModelInfo, ladder: SizeLadder, difficulty: int) -> Iterator[tuple[float, ModelGround]]:
    size = billions(info)
    if size is None:
        yield -STEP, ModelGround(code="size_unknown")
        return
    steps = ladder.steps(size, difficulty)
    code: GroundCode = "size_fits" if steps == 0 else "size_above" if steps > 0 else "size_below"
    yield -STEP * abs(steps), ModelGround(code=code, size=write_size(size), difficulty=difficulty)


def _of_experience(task: TaskType, candidate: Candidate) -> Iterator[tuple[float, ModelGround]]:
    speed, rating = candidate.speed, candidate.rating
    if speed is not None:
        yield WEIGHTS[task].speed * (2 * _share(speed, FULL_SPEED) - 1), ModelGround(code="speed", value=speed)
    if rating is not None and rating.count:
        trust = rating.count / (rating.count + 1)
        ground = ModelGround(code="rated", value=rating.mean, count=rating.count)
        yield RATING * trust * (rating.mean - 3) / 2, ground

    quality = candidate.quality
    if quality is not None and quality.checked:
        points = QUALITY * _trust(quality) * (2 * quality.approved / quality.checked - 1)
        yield points, ModelGround(code="approved", count=quality.approved, total=quality.checked)


def _trust(quality: ModelQuality) -> float:
    """Return how much is known of a model by its checked results, from 0 to 1."""
    return quality.checked / (quality.checked + 3)


def _share(value: float, full: float) -> float:
    """Return how much of the points `value` adds: none at 0, all at `full` and above."""
    return min(1.0, math.log1p(max(0.0, value)) / math.log1p(full))
