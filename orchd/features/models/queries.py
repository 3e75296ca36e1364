"""SQL of the tables `model_benchmark`, `model_rating` and `assistant`."""

from collections.abc import Collection

from orchd.entity import Owner, SortOrder
from orchd.entity.wire import Entity
from orchd.features.models.assistants.messages import AssistantItem
from orchd.features.models.generating.benchmark_messages import ModelBenchmarkItem
from orchd.features.models.messages import ModelStars
from orchd.features.models.rows import Measurement, Rating, as_json, read_benchmark
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

_NARROWER = (
    "SELECT 1 FROM model_rating AS own WHERE own.user_id = model_rating.user_id"
    " AND own.model = model_rating.model AND own.task_type = ?"
)

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


def rate(given: Rating) -> Steps[ModelStars]:
    """Store a rating in place of the user's earlier one; return what all users think."""
    key = (given.user_id, given.model, given.task_type)
    yield Statement("DELETE FROM model_rating WHERE user_id = ? AND model = ? AND task_type = ?", key)
    yield Statement(
        "INSERT INTO model_rating (user_id, model, task_type, rating, comment, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        (*key, given.rating, given.comment, given.now),
    )
    found = yield Statement(
        "SELECT SUM(rating), COUNT(*) FROM model_rating WHERE model = ? AND task_type = ?",
        (given.model, given.task_type),
    )
    return _stars(*found.rows[0])


def ratings(task_type: str | None) -> Steps[dict[str, ModelStars]]:
    """Return the ratings by model: for a kind of task each user's word on it, or for want of one that on all tasks;
    None: all there are.
    """
    chosen = "" if task_type is None else f"WHERE task_type = ? OR (task_type = '' AND NOT EXISTS ({_NARROWER}))"
    found = yield Statement(
        f"SELECT model, SUM(rating), COUNT(*) FROM model_rating {chosen} GROUP BY model",
        () if task_type is None else (task_type, task_type),
    )
    return {model: _stars(total, count) for model, total, count in found.rows}


def _stars(total: int, count: int) -> ModelStars:
    """Sums come as decimals from MySQL."""
    return ModelStars(round(float(total) / count, 2), int(count))


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
