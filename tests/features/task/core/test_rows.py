"""How a step stands follows from its end."""

import pytest
from msgspec import structs

from orchd.features.task.core.rows import (
    RESULTS,
    STEP_ENDS,
    BetterAttempt,
    StepEnd,
    StepError,
    StepFailure,
    StepKey,
    StepRow,
    StepStatus,
    StepSuccess,
)

BEGUN = StepRow(StepKey("better:1:2", 1), "better", 1, 2, 1)
BETTER, SLOW = BetterAttempt(1, 2, 1), StepError("timeout", "slow", True)


@pytest.mark.parametrize(
    ("end", "status", "result", "error"),
    [
        (None, "intent", None, None),
        (StepSuccess(BETTER, 7), "done", BETTER, None),
        (StepFailure(SLOW, 7), "failed", None, SLOW),
    ],
)
def test_a_step_is_what_its_end_is(
    end: StepEnd | None, status: StepStatus, result: BetterAttempt | None, error: StepError | None
) -> None:
    step = structs.replace(BEGUN, end=end)
    assert (step.status, step.result, step.error) == (status, result, error)
    assert STEP_ENDS[status] == (None if end is None else type(end))


def test_each_kind_of_step_has_a_result() -> None:
    assert RESULTS.keys() == {"plan", "execute", "check", "better", "consolidate"}
