"""Frames of benchmarks: measuring a model, and what was measured before."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.features.models.messages import ModelFailure
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, ModelName, RowId, ServerPayload, Timestamp


class ModelBenchmark(ClientPayload, frozen=True):
    """`model:benchmark`: load a model, ask it a fixed question `runs` times, and store what was measured."""

    model: ModelName
    runs: Annotated[int, Meta(ge=1, le=20)] = 3
    max_tokens: Annotated[int, Meta(ge=1, le=4_096)] = 128
    force: bool = False


class ModelBenchmarks(ClientPayload, frozen=True):
    """`model:benchmarks`: what was measured, the latest first; `cursor` is the `nextCursor` of the page before."""

    model: ModelName | None = None
    limit: PageSize = 50
    cursor: Annotated[str, Meta(pattern="^[0-9]{1,16}$")] | None = None


class ModelSpread(Struct, frozen=True):
    """What several runs measured."""

    min: float
    median: float
    max: float


class ModelRun(Struct, frozen=True, rename="camel"):
    """One run of a benchmark; `error` is null when it went well. Times are null when it had to wait for its turn."""

    first_token_ms: Count | None
    total_ms: Count | None
    tokens_per_second: float | None
    prompt_tokens: Count | None
    completion_tokens: Count | None
    error: ModelFailure | None


class ModelBenchmarkItem(ServerPayload, frozen=True):
    """A benchmark as it is stored: the spread of its good runs, and each run.

    Only benchmarks with the same `prompt` and `maxTokens` can be compared. `loadMs` is null when the model was loaded
    already; speeds are null when the server did not report `usage`, or all output came at once.
    """

    id: RowId
    model: str
    backend: str
    timestamp: Timestamp
    prompt: Count
    max_tokens: Count
    load_ms: Count | None
    failed: Count
    first_token_ms: ModelSpread | None
    total_ms: ModelSpread | None
    tokens_per_second: ModelSpread | None
    runs: list[ModelRun]


class ModelBenchmarkPage(ServerPayload, frozen=True):
    """The reply to `model:benchmarks`; `nextCursor` is null on the last page."""

    items: list[ModelBenchmarkItem]
    next_cursor: str | None
