"""What came of a trial: whether a judge's approval verifies anything, and how much its word on a claim weighs.

A judge passes that refuses at least five of the six wrong results and approves at least one of the two right ones. One
that approves of everything never passes; one that tosses a coin does 8 times of 100 (7/64 times 3/4). What can't be
read is neither an approval nor a refusal.

What a word on a claim weighs follows from the claims that it was asked about: how often it called right ones supported
(its sensitivity) and wrong ones not (its specificity), each with a prior of Beta(1, 1), so that a few samples never
make it certain. It counts less by half of what a standard deviation of the two is to what they tell: a judge that was
right by chance must not outweigh the texts. One that tells nothing weighs nothing, and less than nothing doesn't count
for the contrary.
"""

import math

from msgspec import Struct

from orchd.features.verification.judging.standing import JudgeStanding, JudgeWeight
from orchd.features.verification.remarks import VerifyRemark

LEAST_REFUSED, LEAST_APPROVED = 5, 1
"""Of the wrong results and of the right ones."""

DOUBT = 0.5
"""By how many standard deviations of what a judge tells its word counts less."""


class Trial(Struct, frozen=True):
    """What a judge said of the samples, counted: `approved`, `refused` and the `supported`, `doubted` ones of those
    that are right or wrong."""

    right: int
    right_approved: int
    wrong: int
    wrong_approved: int
    wrong_refused: int
    claims_right: int
    claims_right_supported: int
    claims_right_doubted: int
    claims_wrong: int
    claims_wrong_supported: int
    claims_wrong_doubted: int

    @property
    def failure(self) -> VerifyRemark | None:
        """Why its approval verifies nothing; None when it does."""
        if self.wrong_approved > self.wrong - LEAST_REFUSED:
            return VerifyRemark(code="approved_wrong", count=self.wrong_approved, total=self.wrong)
        if self.wrong_refused < LEAST_REFUSED:
            return VerifyRemark(code="refused_few", count=self.wrong_refused, total=self.wrong)
        if self.right_approved < LEAST_APPROVED:
            return VerifyRemark(code="approved_none", total=self.right)
        return None

    @property
    def weight(self) -> JudgeWeight:
        """What its word on a claim weighs. A claim of which it says nothing is none that it was asked about."""
        sensitivity, right = _rate(self.claims_right_supported, self.claims_right_doubted)
        specificity, wrong = _rate(self.claims_wrong_doubted, self.claims_wrong_supported)
        told = sensitivity + specificity - 1
        trust = 1 - DOUBT * math.sqrt(right + wrong) / told if told > 0 else 0.0
        if trust <= 0:
            return JudgeWeight(0.0, 0.0)
        return JudgeWeight(
            trust * math.log(sensitivity / (1 - specificity)), trust * math.log((1 - sensitivity) / specificity)
        )

    @property
    def standing(self) -> JudgeStanding:
        """What follows from it for a check."""
        return JudgeStanding(self.failure, self.weight)


def _rate(hits: int, misses: int) -> tuple[float, float]:
    """Return the mean and the variance of a rate, Beta(1, 1) before anything was seen."""
    mean = (hits + 1) / (hits + misses + 2)
    return mean, mean * (1 - mean) / (hits + misses + 3)
