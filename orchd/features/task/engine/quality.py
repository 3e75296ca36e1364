"""How models did at kinds of tasks, as other features ask for it.

The figures are added up in the transaction that stores a step's end (`saving_queries.py`), so a result that counts is
one that is stored. A model's verdict on its own result, when there is no other model, counts nowhere.
"""

from orchd.features.models import ModelQuality, TaskType
from orchd.features.task.core.rows import QualityFigures
from orchd.features.task.store.queries import quality
from orchd.storage import Database


class Quality:
    """The door to `model_quality`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, task_type: TaskType) -> dict[str, ModelQuality]:
        """Return how models' results at a kind of task were judged, by "id@backend". Raises `Unavailable`."""
        rows = await self._database.read(quality, task_type)
        return {row.model: _quality_of(row) for row in rows if row.checked}

    async def rows(self, task_type: TaskType | None = None) -> list[QualityFigures]:
        """Return all figures, of one kind of task or of all. Raises `Unavailable`."""
        return await self._database.read(quality, task_type)


def _quality_of(row: QualityFigures) -> ModelQuality:
    score = round(row.score_sum / row.scored, 1) if row.scored else None
    return ModelQuality(row.checked, row.approved, score)
