"""The fit: presence times consistency, each a logistic sum, by maximum likelihood.

Which claim of an answer, and which sentence for it, decides depends on the weights, so it is asked anew now and then.
Each sign may only count for the side that it was made for; the weights of conflict are drawn towards weights set by
hand, since some signs are rare. Families weigh the same, and so do the supported and the unsupported claims of each.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from orchd.claims.signs.presence import PresenceSigns
from orchd.claims.signs.scoring import ConflictSigns
from tests.eval.public.examples import OWN, Example, Vector

SIDES = PresenceSigns(known=1, runs=1, covered=1, absent=-1, personal=-1)
PRIOR = ConflictSigns(
    number=-4.5,
    date=-5.0,
    name=-3.0,
    stranger=-4.5,
    denied=-4.0,
    replaced=-4.0,
    joined=-4.5,
    swapped=-4.0,
    strength=-4.0,
    excluded=-4.0,
    moved=-2.0,
    frame=-5.0,
    symbol=-5.0,
)
RIDGE = ConflictSigns(
    number=60.0,
    date=30.0,
    name=10.0,
    stranger=100.0,
    denied=30.0,
    replaced=60.0,
    joined=60.0,
    swapped=30.0,
    strength=100.0,
    excluded=30.0,
    moved=10.0,
    frame=100.0,
    symbol=100.0,
)
"""How firmly weights are drawn to these: more where what a sign sees is rare in the sets, or sure by its meaning."""
RIDGE_PRESENCE = 50.0
OWN_SHARE = 1.2
"""What our own claims weigh beside a public family."""
MOST_BIAS = 3.0
TOTAL = 6_000.0
ROUNDS, STEPS, PACE = 6, 400, 0.05


class Model(NamedTuple):
    """Weights in the order of the signs' fields."""

    presence: Vector
    presence_bias: float
    conflict: Vector
    conflict_bias: float


START = Model(np.array([1.0, 1.0, 1.5, -4.5, -1.0]), 0.3, np.array(PRIOR), 3.0)


def predict(model: Model, examples: Sequence[Example]) -> Vector:
    """Return the support of each example's weakest claim."""
    return np.array(
        [min([example.settled, *(support for support, _, _ in _claims(model, example))]) for example in examples]
    )


def _claims(model: Model, one: Example) -> list[tuple[float, Vector, Vector]]:
    """Return for each claim its support, its presence, and the conflict that decides."""
    found = []
    for presence, conflicts in zip(one.presence, one.conflicts, strict=True):
        sums = conflicts @ model.conflict + model.conflict_bias
        best = int(np.argmax(sums))
        present = float(_logistic(presence @ model.presence + model.presence_bias))
        found.append((present * float(_logistic(sums[best])), presence, conflicts[best]))
    return found


def fit(examples: Sequence[Example]) -> Model:
    """Return the weights that fit best."""
    known = [example for example in examples if example.presence]
    labels = np.array([item.supported for item in known], dtype=float)
    shares = _shares(known)
    model = START
    for _ in range(ROUNDS):
        weakest = [min(_claims(model, item), key=lambda claim: claim[0]) for item in known]
        presence, conflict = np.array([each[1] for each in weakest]), np.array([each[2] for each in weakest])
        model = _descend(model, presence, conflict, labels, shares)
    return model


def _shares(examples: Sequence[Example]) -> Vector:
    groups = [(example.family, example.supported, example.joined) for example in examples]
    sizes = Counter(groups)
    shares = np.array([(OWN_SHARE if group[0] == OWN else 1.0) / sizes[group] for group in groups])
    return np.asarray(shares * TOTAL / shares.sum(), dtype=np.float64)


def _descend(model: Model, presence: Vector, conflict: Vector, labels: Vector, shares: Vector) -> Model:
    """Descend by Adam (Kingma and Ba 2015), put back within the bounds after each step."""
    size = presence.shape[1]
    side, prior = np.array(SIDES, dtype=float), np.array(PRIOR)
    middle, spread = presence.mean(axis=0), presence.std(axis=0) + 1e-6
    scaled = (presence - middle) / spread
    # In one row: the weights of presence, standardized, its bias, the weights of conflict, its bias.
    at = np.r_[
        model.presence * spread, model.presence_bias + middle @ model.presence, model.conflict, model.conflict_bias
    ]
    first, second = np.zeros_like(at), np.zeros_like(at)
    for step in range(1, STEPS + 1):
        one = _logistic(scaled @ at[:size] + at[size])
        other = _logistic(conflict @ at[size + 1 : -1] + at[-1])
        both = np.minimum(one * other, 1 - 1e-9)
        off = -shares * np.where(labels > 0, 1.0, -both / (1 - both))
        here, there = off * (1 - one), off * (1 - other)
        slope = np.r_[
            scaled.T @ here + RIDGE_PRESENCE * at[:size],
            here.sum(),
            conflict.T @ there + np.array(RIDGE) * (at[size + 1 : -1] - prior),
            there.sum(),
        ]
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        pace = PACE * (1 - step / (STEPS + 1))
        at = at - pace * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        at[:size] = np.where(side * at[:size] < 0, 0, at[:size])
        at[size + 1 : -1] = np.minimum(at[size + 1 : -1], 0)
        at[-1] = min(max(at[-1], 0.0), MOST_BIAS)
    weights = at[:size] / spread
    return Model(weights, float(at[size] - middle @ weights), at[size + 1 : -1], float(at[-1]))


def _logistic(values: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-values)), dtype=np.float64)
