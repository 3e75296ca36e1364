"""SQL of the table `model_rating`."""

from orchd.entity import Belonging, Owner
from orchd.features.models.messages import ModelStars
from orchd.features.models.ratings.rating import RATING, RatingDraft
from orchd.storage import Statement, Steps

_NARROWER = (
    "SELECT 1 FROM model_rating AS own WHERE own.user_id = model_rating.user_id"
    " AND own.model = model_rating.model AND own.task_type = ? AND own.deleted_at IS NULL"
)


def rate(user_id: int, given: RatingDraft, now: int) -> Steps[ModelStars]:
    """Store a rating in place of the user's earlier one; return what all users think."""
    own, task_type = RATING.rows.owned_by(Owner(user_id)), given.task_type or ""
    earlier = yield from own.page(1, model=given.model, task_type=task_type)
    if earlier:
        row = yield from own.change(earlier[0].id, given, now)
    else:
        row = yield from own.add(given, now)
    found = yield Statement(
        "SELECT SUM(rating), COUNT(*) FROM model_rating WHERE model = ? AND task_type = ? AND deleted_at IS NULL",
        (given.model, task_type),
    )
    yield from RATING.note_change(row.id, "updated" if earlier else "created", Belonging(user_id), now)
    return _stars(*found.rows[0])


def ratings(task_type: str | None) -> Steps[dict[str, ModelStars]]:
    """Return the ratings by model: for a kind of task each user's word on it, or for want of one that on all tasks;
    None: all there are.
    """
    chosen = "" if task_type is None else f" AND (task_type = ? OR (task_type = '' AND NOT EXISTS ({_NARROWER})))"
    found = yield Statement(
        f"SELECT model, SUM(rating), COUNT(*) FROM model_rating WHERE deleted_at IS NULL{chosen} GROUP BY model",
        () if task_type is None else (task_type, task_type),
    )
    return {model: _stars(total, count) for model, total, count in found.rows}


def _stars(total: int, count: int) -> ModelStars:
    """Sums come as decimals from MySQL."""
    return ModelStars(round(float(total) / count, 2), int(count))
