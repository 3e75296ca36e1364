"""Models: what there is, loading, measuring, comparing and suggesting; ratings; assistants.

Frames: `model:list`, `model:complete`, `model:load`, `model:unload`, `model:switch`, `model:benchmark`,
`model:benchmarks`, `model:compare`, `model:recommend`, `model:rate`, `model:queue`, with `model:progress` and
`model:streaming` on the way; `backend:list`; `assistant:create`, `get`, `list`, `update`, `delete`. Tables:
`model_benchmark`, `model_rating`, `assistant`. Other features ask `Models`, judge an answer by `check_response`, and
find assistants by `assistants` and `find_assistant`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from orchd.features.feature import Feature, House
from orchd.features.models import handlers
from orchd.features.models.assistants import handlers as assistant_handlers
from orchd.features.models.assistants.messages import AssistantItem
from orchd.features.models.catalog.recommend import ModelQuality, size_share
from orchd.features.models.enums import TaskType
from orchd.features.models.generating import handlers as generating_handlers
from orchd.features.models.generating.response import Objection, check_response
from orchd.features.models.messages import ModelSuggestion
from orchd.features.models.queries import assistants, find_assistant
from orchd.features.models.service import Models
from orchd.features.monitoring import MemoryMeter
from orchd.protocol.router import Serve

__all__ = [
    "FEATURE",
    "AssistantItem",
    "ModelQuality",
    "ModelSuggestion",
    "Models",
    "Objection",
    "TaskType",
    "assistants",
    "check_response",
    "find_assistant",
    "size_share",
]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[str, Serve]]:
    """Offer the models' door; nothing runs but requests."""
    models = Models(house.database, house.backends, house.door(MemoryMeter).read)
    house.offer(models)
    about = handlers.ModelHandlers(house.database, house.backends, models)
    generating = generating_handlers.GeneratingHandlers(house.backends, house.default_model, house.workers)
    people = assistant_handlers.AssistantHandlers(house.database)
    yield {
        **handlers.COMMANDS.bind(about),
        **generating_handlers.COMMANDS.bind(generating),
        **assistant_handlers.COMMANDS.bind(people),
    }


COMMANDS = (*handlers.COMMANDS, *generating_handlers.COMMANDS, *assistant_handlers.COMMANDS)
FEATURE = Feature("models", open_feature, COMMANDS)
