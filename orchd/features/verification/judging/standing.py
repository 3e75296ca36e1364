"""What the trial of a judge shows: whether its approval verifies anything, and how much its word on a claim weighs."""

import math
from typing import NamedTuple

from orchd.features.verification.remarks import VerifyRemark


class JudgeWeight(NamedTuple):
    """By how much a judge's word moves the log-odds of a claim: `supported` upwards (0 and more), `doubted` (it calls
    it contradicted or unsupported) downwards."""

    supported: float
    doubted: float


class JudgeStanding(NamedTuple):
    """`failure`: why its approval verifies nothing; None when it does."""

    failure: VerifyRemark | None
    weight: JudgeWeight


UNTRIED_RIGHT = 2 / 3
"""How often the word of a judge on a claim is taken to be right that was never tried."""

UNTRIED = JudgeStanding(
    None, JudgeWeight(math.log(UNTRIED_RIGHT / (1 - UNTRIED_RIGHT)), math.log((1 - UNTRIED_RIGHT) / UNTRIED_RIGHT))
)
