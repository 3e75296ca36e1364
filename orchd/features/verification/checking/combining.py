"""What the texts and further opinions come to: a sum of logits, each opinion with the weight of its kind.

A judge's word weighs what its own trial has shown: the logarithm of how much oftener it calls right claims supported
than wrong ones, or the other way round. The more that is, the less the texts' support counts beside it (`TEMPERED`):
what that is worth differs by the kind of text more than its figure tells, which was seen when both were put together on
public sets, each predicted by a fit without its family (`python -m tests.eval.combined`).

The weights of all others are judgements on the careful side, not a fit: none of these models could be run on labelled
claims here. `python -m tests.eval --judge URL` measures one, and says which weight would have been best for it.
Published figures guide them: a checker of seven thousand million parameters is right about 77 times of 100
(LLM-AggreFact), which is a logit of 1.2, and its own numbers are far surer than that. So an opinion counts at most
`CLIP` times its weight: 1.6 for a model made for it, as much as from 0.5 to 0.83; 1.2 for one that chats. A reranker
tells what a text is about, not whether it says so: it may only doubt, and hardly.

No opinion lifts a claim whose number or date the sources clearly contradict: models overlook just that.
"""

import math
from collections.abc import Mapping, Sequence

from orchd.claims import SUPPORTED
from orchd.features.verification.messages import OpinionSource, VerifyClaimItem, VerifyClaimOpinion

WEIGHTS: Mapping[OpinionSource, float] = {
    "minicheck": 0.4,
    "guardian": 0.4,
    "entailment": 0.4,
    "chat": 0.3,
    "reranker": 0.15,
}
"""Of all but judges, whose opinions have weights of their own."""

MOST_OF_JUDGE = 2.2
"""What a judge's word moves at most: as much as from 0.5 to 0.9."""
LEAST_OF_JUDGE = 0.5
"""A judge that calls right claims supported hardly oftener than wrong ones (less than 1.6 times) bears nothing out."""
TEMPERED = 0.35
"""By what share the texts' logit counts less for each unit of a judge's weight."""

CLIP = 4.0
WORD = 0.9
"""The share of Yes that a mere word stands for."""
SURE = 0.6
"""From where on a share is an opinion; from one less it on, the opposite."""
UNLIKE = 0.1
"""The score of a reranker below which a text has nothing to do with a claim."""
MADE_FOR_IT: tuple[OpinionSource, ...] = ("minicheck", "guardian", "entailment")
CONTRADICTING = ("number", "date")


def total_support(claim: VerifyClaimItem) -> float:
    """Return the support of a claim by the texts and all opinions, 0 to 1."""
    moved = sum(_logit(opinion) * WEIGHTS[opinion.kind] for opinion in claim.opinions if opinion.kind in WEIGHTS)
    judged = [
        max(-MOST_OF_JUDGE, min(MOST_OF_JUDGE, opinion.weight))
        for opinion in claim.opinions
        if opinion.weight is not None
    ]
    if not moved and not any(judged):
        return claim.support
    inner = min(max(claim.support, 0.001), 0.999)
    trust = 1 - TEMPERED * max(map(abs, judged), default=0.0)
    total = 1 / (1 + math.exp(-(trust * math.log(inner / (1 - inner)) + sum(judged) + moved)))
    return min(claim.support, total) if is_refuted(claim) else total


def is_refuted(claim: VerifyClaimItem) -> bool:
    """Tell whether the sources clearly have another number or date than a claim."""
    if claim.method not in CONTRADICTING:
        return False
    return claim.verdict == "contradicted" or (claim.verdict is None and claim.support < SUPPORTED)


def is_doubted(opinions: Sequence[VerifyClaimOpinion]) -> bool:
    """Tell whether a model made for it doubts a claim, and none of them finds it borne out."""
    said = {opinion.opinion for opinion in opinions if opinion.kind in MADE_FOR_IT}
    return bool(said & {"unsupported", "contradicted"}) and "supported" not in said


def supporter(opinions: Sequence[VerifyClaimOpinion]) -> str | None:
    """Return the model made for it that finds a claim borne out, None when none does."""
    said = (opinion for opinion in opinions if opinion.kind in MADE_FOR_IT and opinion.opinion == "supported")
    return next((opinion.by for opinion in said), None)


def is_borne_out(claim: VerifyClaimItem) -> bool:
    """Tell whether a judge calls a claim supported whose word on that is worth something by its trial."""
    weights = [opinion.weight for opinion in claim.opinions if opinion.kind == "judge"]
    return claim.judged == "supported" and all(weight is None or weight >= LEAST_OF_JUDGE for weight in weights)


def _logit(opinion: VerifyClaimOpinion) -> float:
    value = opinion.value
    if value is None:
        value = {"supported": WORD, "unsupported": 1 - WORD, "contradicted": 1 - WORD}.get(opinion.opinion or "", 0.5)
    inner = min(max(value, 1e-6), 1 - 1e-6)
    found = max(-CLIP, min(CLIP, math.log(inner / (1 - inner))))
    return min(0.0, found) if opinion.kind == "reranker" else found
