from msgspec import structs

from orchd.features.verification.trials import trial_queries
from orchd.features.verification.trials.trial import Trial
from orchd.features.verification.trials.trial_queries import TrialRow
from orchd.storage import Database

TRIAL = Trial(2, 2, 6, 0, 6, 8, 7, 1, 8, 1, 7)


async def test_a_trial_takes_the_place_of_the_one_before(store: Database) -> None:
    first = TrialRow("qwen3:8b", "olläma", 1, "a 1", TRIAL, 5)
    other = first._replace(backend="box")
    later = first._replace(trial=structs.replace(TRIAL, wrong_approved=1), made_of="b 2", at=9)
    for row in (first, other, later):
        await store.write(trial_queries.keep, row)
    assert await store.read(trial_queries.trials) == [later, other]
