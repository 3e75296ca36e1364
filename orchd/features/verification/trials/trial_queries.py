"""SQL of the table `judge_trial`."""

from typing import NamedTuple

import msgspec

from orchd.features.verification.trials.trial import Trial
from orchd.storage import Statement, Steps

MAX_KNOWN = 500
"""How many of the latest trials are looked at."""


class TrialRow(NamedTuple):
    """A trial as stored; `at` in Unix milliseconds."""

    model: str
    backend: str
    samples: int
    made_of: str
    trial: Trial
    at: int


def keep(made: TrialRow) -> Steps[None]:
    """Store a trial in place of the model's earlier one."""
    yield Statement("DELETE FROM judge_trial WHERE model = ? AND backend = ?", (made.model, made.backend))
    told = msgspec.json.encode(made.trial).decode()
    yield Statement(
        "INSERT INTO judge_trial (model, backend, samples, made_of, trial_json, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        (made.model, made.backend, made.samples, made.made_of, told, made.at),
    )


def trials() -> Steps[list[TrialRow]]:
    """Return the trials, latest first."""
    found = yield Statement(
        "SELECT model, backend, samples, made_of, trial_json, created_at FROM judge_trial ORDER BY id DESC LIMIT ?",
        (MAX_KNOWN,),
    )
    return [
        TrialRow(model, backend, samples, made_of, msgspec.json.decode(told, type=Trial), at)
        for model, backend, samples, made_of, told, at in found.rows
    ]
