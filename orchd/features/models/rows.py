"""What the tables hold, as values, and what follows from them; the SQL is in `queries.py`."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from orchd.features.models.generating.benchmark_messages import ModelBenchmarkItem, ModelRun, ModelSpread
from orchd.protocol.types import timestamp


class Measurement(NamedTuple):
    """A benchmark that is to be stored; `now` in Unix milliseconds."""

    model: str
    backend: str
    prompt: int
    max_tokens: int
    load_ms: int | None
    runs: list[ModelRun]
    now: int


def read_benchmark(
    row_id: int, model: str, backend: str, prompt: int, max_tokens: int, load_ms: int | None, runs_json: str, at: int
) -> ModelBenchmarkItem:
    """Read one row of `model_benchmark`."""
    runs = msgspec.json.decode(runs_json, type=list[ModelRun])
    return ModelBenchmarkItem(
        id=row_id,
        model=model,
        backend=backend,
        timestamp=timestamp(at),
        prompt=prompt,
        max_tokens=max_tokens,
        load_ms=load_ms,
        failed=sum(run.error is not None for run in runs),
        first_token_ms=spread([run.first_token_ms for run in runs]),
        total_ms=spread([run.total_ms for run in runs if run.error is None]),
        tokens_per_second=spread([run.tokens_per_second for run in runs]),
        runs=runs,
    )


def spread(values: Sequence[float | None]) -> ModelSpread | None:
    """Return least, middle and greatest of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return ModelSpread(min(known), round(statistics.median(known), 2), max(known)) if known else None


def as_json(value: object) -> str:
    """Return what a `_json` column holds."""
    return msgspec.json.encode(value).decode()
