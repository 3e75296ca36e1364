"""SQL of the tables `model_benchmark` and `assistant`."""

from collections.abc import Collection

from orchd.entity import Owner, SortOrder
from orchd.entity.wire import Entity
from orchd.features.models.assistants.messages import AssistantItem
from orchd.features.models.generating.benchmark_messages import ModelBenchmarkItem
from orchd.features.models.rows import Measurement, as_json, read_benchmark
from orchd.llm.types import Target
from orchd.protocol.types import MAX_INTEGER
from orchd.storage import Statement, Steps

_BENCHMARK = "id, model, backend, prompt, max_tokens, load_ms, runs_json, created_at"
ASSISTANT = Entity(
    "assistant",
    AssistantItem,
    unique=("name",),
    filters=("category", "active"),
    orders=("name", "created_at", "updated_at"),
    long=("system_prompt",),
    search=("name", "description", "system_prompt"),
)
ASSISTANTS = ASSISTANT.rows
BY_NAME = SortOrder(("name", "id"))

MAX_SPEEDS = 500
"""How many of the latest benchmarks say how fast models are."""


def add_benchmark(done: Measurement) -> Steps[ModelBenchmarkItem]:
    """Store a benchmark; return it as stored."""
    row = (done.model, done.backend, done.prompt, done.max_tokens, done.load_ms, as_json(done.runs), done.now)
    inserted = yield Statement(
        "INSERT INTO model_benchmark (model, backend, prompt, max_tokens, load_ms, runs_json, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    return read_benchmark(inserted.last_id, *row)


def benchmarks(
    model: str | None, limit: int, before: int | None, allowed: Collection[Target] | None = None
) -> Steps[list[ModelBenchmarkItem]]:
    """Return up to `limit` benchmarks, of one model if named and of those `allowed` if that is said, latest first,
    below the id `before`."""
    named = "" if model is None else "model = ? AND"
    if allowed is not None:
        either = " OR ".join(["model = ? AND backend = ?"] * len(allowed)) or "NULL"
        named = f"{named} ({either}) AND"
    found = yield Statement(
        f"SELECT {_BENCHMARK} FROM model_benchmark WHERE {named} id < ? ORDER BY id DESC LIMIT ?",
        (
            *(() if model is None else (model,)),
            *(value for target in allowed or () for value in (target.model.id, target.backend)),
            MAX_INTEGER if before is None else before,
            limit,
        ),
    )
    return [read_benchmark(*row) for row in found.rows]


def newest_benchmark() -> Steps[int]:
    """Return the id of the latest benchmark, 0 when there is none: what tells whether speeds have changed."""
    found = yield Statement("SELECT MAX(id) FROM model_benchmark")
    return int(found.rows[0][0] or 0)


def speeds() -> Steps[dict[tuple[str, str], float]]:
    """Return the median tokens a second that was measured last, by model and backend."""
    known: dict[tuple[str, str], float] = {}
    for done in (yield from benchmarks(None, MAX_SPEEDS, None)):
        if done.tokens_per_second is not None:
            known.setdefault((done.model, done.backend), done.tokens_per_second.median)
    return known


def assistants(owner: Owner, category: str | None, active: bool | None, limit: int) -> Steps[list[AssistantItem]]:
    """Return up to `limit` assistants that somebody sees, by name, of a category and active or not if that is asked."""
    seen = ASSISTANTS.seen_by(owner)
    return (yield from seen.page(limit, None, BY_NAME, category=category, active=active))


def find_assistant(owner: Owner, name: str) -> Steps[AssistantItem | None]:
    """Return the active assistant of a name that somebody sees, the older one of two; None where there is none."""
    found = yield from ASSISTANTS.seen_by(owner).page(1, name=name, active=True)
    return found[0] if found else None
