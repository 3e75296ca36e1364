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
from orchd.features.models import messages
from orchd.features.models.assistants import messages as assistant_messages
from orchd.features.models.assistants.handlers import AssistantHandlers
from orchd.features.models.assistants.messages import AssistantItem
from orchd.features.models.catalog.recommend import ModelQuality, size_share
from orchd.features.models.enums import TaskType
from orchd.features.models.generating import benchmark_messages
from orchd.features.models.generating.handlers import GeneratingHandlers
from orchd.features.models.generating.response import Objection, check_response
from orchd.features.models.handlers import ModelHandlers
from orchd.features.models.messages import ModelSuggestion
from orchd.features.models.queries import assistants, find_assistant
from orchd.features.models.service import Models
from orchd.features.monitoring import MemoryMeter
from orchd.protocol.exchange import Exchange
from orchd.protocol.router import Handler
from orchd.protocol.types import ClientPayload

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
async def open_feature(house: House) -> AsyncIterator[Mapping[type[ClientPayload], Handler]]:
    """Offer the models' door; nothing runs but requests."""
    models = Models(house.database, house.backends, house.door(MemoryMeter).read)
    house.offer(models)
    about = ModelHandlers(house.database, house.backends, models)
    generating = GeneratingHandlers(house.backends, house.default_model, house.workers)
    people = AssistantHandlers(house.database)
    yield {
        messages.ModelList: about.list,
        messages.ModelLoad: about.load,
        messages.ModelUnload: about.unload,
        messages.ModelSwitch: about.switch,
        benchmark_messages.ModelBenchmark: about.benchmark,
        benchmark_messages.ModelBenchmarks: about.benchmarks,
        messages.ModelRecommend: about.recommend,
        messages.ModelRate: about.rate,
        messages.ModelQueue: about.queue,
        messages.BackendList: about.servers,
        messages.ModelComplete: generating.complete,
        messages.ModelCompare: generating.compare,
        assistant_messages.AssistantCreate: people.create,
        assistant_messages.AssistantGet: people.get,
        assistant_messages.AssistantList: people.list,
        assistant_messages.AssistantUpdate: people.update,
        assistant_messages.AssistantDelete: people.delete,
    }


FEATURE = Feature(
    name="models",
    prefixes=("model:", "backend:", "assistant:"),
    client={
        "model:list": messages.ModelList,
        "model:complete": messages.ModelComplete,
        "model:load": messages.ModelLoad,
        "model:unload": messages.ModelUnload,
        "model:switch": messages.ModelSwitch,
        "model:benchmark": benchmark_messages.ModelBenchmark,
        "model:benchmarks": benchmark_messages.ModelBenchmarks,
        "model:compare": messages.ModelCompare,
        "model:recommend": messages.ModelRecommend,
        "model:rate": messages.ModelRate,
        "model:queue": messages.ModelQueue,
        "backend:list": messages.BackendList,
        "assistant:create": assistant_messages.AssistantCreate,
        "assistant:get": assistant_messages.AssistantGet,
        "assistant:list": assistant_messages.AssistantList,
        "assistant:update": assistant_messages.AssistantUpdate,
        "assistant:delete": assistant_messages.AssistantDelete,
    },
    server={
        "model:list": messages.ModelPage,
        "model:complete": messages.ModelCompleted,
        "model:load": messages.ModelLoaded,
        "model:unload": messages.ModelUnloaded,
        "model:switch": messages.ModelSwitched,
        "model:benchmark": benchmark_messages.ModelBenchmarked,
        "model:benchmarks": benchmark_messages.ModelBenchmarkPage,
        "model:compare": messages.ModelCompared,
        "model:recommend": messages.ModelRecommended,
        "model:rate": messages.ModelRated,
        "model:queue": messages.ModelQueued,
        "model:progress": messages.ModelProgress,
        "model:streaming": messages.ModelStreaming,
        "backend:list": messages.BackendPage,
        "assistant:create": assistant_messages.AssistantCreated,
        "assistant:get": assistant_messages.AssistantFound,
        "assistant:list": assistant_messages.AssistantPage,
        "assistant:update": assistant_messages.AssistantUpdated,
        "assistant:delete": assistant_messages.AssistantDeleted,
    },
    exchanges={
        kind: Exchange(kind, before=("model:progress",))
        for kind in ("model:complete", "model:load", "model:switch", "model:benchmark")
    }
    | {"model:compare": Exchange("model:compare", before=("model:streaming",))},
    open=open_feature,
)
