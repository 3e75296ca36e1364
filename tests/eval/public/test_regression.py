"""The fit finds what was put in, within the bounds of what each sign is for."""

import numpy as np

from orchd.claims.signs.presence import PresenceSigns
from orchd.claims.signs.scoring import ConflictSigns
from tests.eval.public.examples import Example
from tests.eval.public.regression import SIDES, fit, predict


def made(count: int, seed: int) -> list[Example]:
    """Claims that are supported where much is covered and no number is missing."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        covered, number = chance.random(), float(chance.random() < 0.3)
        supported = bool(covered > 0.5 and number == 0 and chance.random() < 0.95)
        presence = np.array(PresenceSigns(covered, covered, covered, 1 - covered, 0.0))
        found.append(Example("a", "a_b", supported, [presence], [np.array([ConflictSigns(number=number)])], 1.0))
    return found


def test_it_tells_what_decides() -> None:
    model = fit(made(400, 1))
    assert np.all(np.array(SIDES) * model.presence >= 0)
    assert np.all(model.conflict <= 0)
    unseen = made(200, 2)
    right = [(value >= 0.5) == example.supported for value, example in zip(predict(model, unseen), unseen, strict=True)]
    assert sum(right) > 0.85 * len(unseen)


def test_the_weakest_claim_decides() -> None:
    model = fit(made(200, 1))
    good, bad = np.array(PresenceSigns(1, 1, 1, 0, 0)), np.array(PresenceSigns(0, 0, 0, 1, 0))
    nothing = np.array([ConflictSigns()])
    both = Example("a", "a_b", False, [good, bad], [nothing, nothing], 1.0)
    alone = both._replace(presence=[bad], conflicts=[nothing])
    assert predict(model, [both]) == predict(model, [alone])
    assert predict(model, [both._replace(settled=0.0)]) == 0
