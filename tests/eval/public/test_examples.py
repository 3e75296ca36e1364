"""What a fit sees is what the ledger weighs."""

import numpy as np
import pytest

from orchd.claims import Source, ledger, weights
from orchd.claims.signs.presence import PresenceSigns
from orchd.claims.signs.scoring import ConflictSigns
from tests.eval.public.examples import example, joined
from tests.eval.public.regression import Model, predict
from tests.eval.public.sets import PublicClaim

SOURCE = "The red boat left the harbour in 1950. It sank near Porto with 40 men."
SHIPPED = Model(
    np.array(list(weights.PRESENCE.values())),
    weights.PRESENCE_BIAS,
    np.array(list(weights.CONFLICT.values())),
    weights.CONFLICT_BIAS,
)


@pytest.mark.parametrize(
    "claim",
    [
        "The boat left in 1960.",
        "The red boat left the harbour in 1950.",
        "The red boat sank near Porto and 50 men were lost.",
        "Zebras sleep. The boat sank near Lisbon.",
    ],
)
def test_the_weights_give_the_support_of_the_ledger(claim: str) -> None:
    (found,) = predict(SHIPPED, [example("a", "a_b", PublicClaim(SOURCE, claim, True))])
    assert found == pytest.approx(min(item.support for item in ledger(claim, [Source("s", SOURCE)])), abs=1e-3)


def test_an_answer_without_claims_has_no_support() -> None:
    assert predict(SHIPPED, [example("a", "a_b", PublicClaim(SOURCE, "Sure!", True))]).tolist() == [0]


def test_claims_are_put_into_longer_answers() -> None:
    given = [
        PublicClaim(f"The {name} is {number} m high.", f"The {name} has {number} m.", True)
        for number, name in enumerate("ABCDEFGH", 10)
    ]
    found = list(joined("a", "a_b", given))
    assert len(found) == len(given)
    assert all(item.joined and item.supported for item in found)
    assert all(len(item.presence) == 1 for item in found)


def test_the_fields_are_in_the_order_of_the_weights() -> None:
    one = example("a", "a_b", PublicClaim(SOURCE, "The boat left in 1960.", False))
    assert one.presence[0].shape == (len(PresenceSigns._fields),)
    assert one.conflicts[0].shape[1] == len(ConflictSigns._fields)
