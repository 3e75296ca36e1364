"""What models' own counts tell of their tokenizers: how far the guess by characters is off, for each model.

Every generation reports how many tokens its prompt was. The factor between that and the guess is kept as a mean in
which the past fades, weighted by size: a short prompt is mostly its template. In memory only, since a few questions
bring it back.
"""

from typing import NamedTuple

from orchd.features.text.cutting.weights import total
from orchd.llm.types import Outcome, Prompt, Target

TOKENS_PER_TURN = 5
"""What templates add around a message, about."""

FADE = 0.9
"""What is left of the past's weight after each observation."""

ENOUGH_TOKENS = 200
"""Seen of a model before anything is said of it."""

PLAUSIBLE = (0.25, 5.0)
"""Factors outside are not believed: some servers leave out what their cache held."""

MARGIN = 0.05
DEVIATIONS = 3.0
MAX_MODELS = 256


class Factor(NamedTuple):
    """How many times the expected guess: to expect, and hardly ever exceeded by texts like those seen."""

    expected: float
    cautious: float


class _Samples:
    def __init__(self) -> None:
        self.guessed = 0.0
        self.counted = 0.0
        self.deviation = 0.0

    def add(self, guessed: float, counted: float) -> None:
        if self.guessed:
            off = abs(counted / guessed - self.counted / self.guessed)
            share = guessed / (FADE * self.guessed + guessed)
            self.deviation += share * (off - self.deviation)
        self.guessed = FADE * self.guessed + guessed
        self.counted = FADE * self.counted + counted


class Calibration:
    """The factors of all models seen, the latest `MAX_MODELS`. `observe` is for `Backends.observe`."""

    def __init__(self) -> None:
        self._models: dict[str, _Samples] = {}

    def observe(self, target: Target, prompt: Prompt, outcome: Outcome) -> None:
        """Learn from a generation's usage, where it has one."""
        if outcome.usage is None:
            return
        guessed = sum(total(turn.content, "expected") for turn in prompt.turns) / 1000
        counted = outcome.usage.prompt_tokens - TOKENS_PER_TURN * len(prompt.turns)
        if guessed > 0 and PLAUSIBLE[0] <= counted / guessed <= PLAUSIBLE[1]:
            seen = self._models.pop(target.model.id, None) or _Samples()
            self._models[target.model.id] = seen
            seen.add(guessed, counted)
            if len(self._models) > MAX_MODELS:
                del self._models[next(iter(self._models))]

    def factor(self, model: str | None) -> Factor | None:
        """Return what is known of a model, None when that is too little."""
        seen = self._models.get(model) if model is not None else None
        if seen is None or seen.guessed < ENOUGH_TOKENS:
            return None
        mean = seen.counted / seen.guessed
        return Factor(mean, mean * (1 + MARGIN) + DEVIATIONS * seen.deviation)
