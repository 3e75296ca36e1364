"""Models: what there is, loading, measuring, comparing and suggesting; ratings; assistants.

Frames: `model:list`, `model:complete`, `model:load`, `model:unload`, `model:switch`, `model:benchmark`,
`model:benchmarks`, `model:compare`, `model:recommend`, `model:rate`, `model:queue` and its
subscription, with `model:progress` and
`model:streaming` on the way; `backend:list`; `instruction:preview`, `rating:summary` and those of the entities
`assistant`, `instruction` and `rating`. Tables: `model_benchmark`, `model_rating`, `assistant`, `instruction`. Other
features ask `Models`, tell by `no_answer`, `check_response` and `repetition` what is no good as an answer, find
assistants by `assistants` and `find_assistant`, refer to them by `ASSISTANTS`, and find what models are told besides by
`instructions_for` and `instructions_of`.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import trio

from orchd.entity.wire import EntityHandlers, EntityRooms, commands_of
from orchd.features.feature import OpenFeatures, Services
from orchd.features.models import handlers, live_queue
from orchd.features.models.assistants import instruction_handlers
from orchd.features.models.assistants.instruction_queries import (
    INSTRUCTION,
    Instructions,
    count_told,
    instructions_for,
    instructions_of,
)
from orchd.features.models.assistants.messages import AssistantItem
from orchd.features.models.catalog.grounds import ModelGround, ground_words
from orchd.features.models.catalog.recommend import ModelQuality
from orchd.features.models.enums import BackendKind, TaskType
from orchd.features.models.generating import handlers as generating_handlers
from orchd.features.models.generating.first_benchmark import FirstBenchmarks, IdleMeasurement
from orchd.features.models.live_queue import LiveQueue, LiveQueueHandlers
from orchd.features.models.messages import ModelSuggestion
from orchd.features.models.queries import ASSISTANT, ASSISTANTS, assistants, find_assistant
from orchd.features.models.ratings import rating_handlers
from orchd.features.models.ratings.rating import RATING
from orchd.features.models.ratings.rating_handlers import VotesByModel
from orchd.features.models.response.repetition import Repetition, repetition
from orchd.features.models.response.rules import Objection, ResponseRule, check_response, no_answer, objection_words
from orchd.features.models.service import LoadedModel, Models
from orchd.features.monitoring import LoadMeter, MemoryMeter
from orchd.features.requester import require_models
from orchd.guard import Supervisor
from orchd.llm import Backends
from orchd.protocol.command import AnyCommand
from orchd.protocol.identity import Identity
from orchd.protocol.types import ClientPayload
from orchd.settings.models import BenchmarkSettings
from orchd.storage import Steps

__all__ = [
    "ASSISTANTS",
    "COMMANDS",
    "ENTITIES",
    "AssistantItem",
    "BackendKind",
    "IdleMeasurement",
    "Instructions",
    "LoadedModel",
    "ModelGround",
    "ModelQuality",
    "ModelSuggestion",
    "Models",
    "Objection",
    "Repetition",
    "ResponseRule",
    "TaskType",
    "assistants",
    "check_response",
    "count_told",
    "find_assistant",
    "ground_words",
    "instructions_for",
    "instructions_of",
    "measure_when_idle",
    "no_answer",
    "objection_words",
    "open_assistants",
    "open_models",
    "open_queue",
    "repetition",
]

ENTITIES = (ASSISTANT, INSTRUCTION, RATING)
ASSISTANT_COMMANDS = commands_of(ASSISTANT)
COMMANDS: tuple[AnyCommand, ...] = (
    *handlers.COMMANDS,
    *generating_handlers.COMMANDS,
    *live_queue.COMMANDS,
    *ASSISTANT_COMMANDS,
    *instruction_handlers.COMMANDS,
    *instruction_handlers.MORE,
    *rating_handlers.COMMANDS,
)


def open_models(services: Services, memory: MemoryMeter) -> OpenFeatures[Models]:
    """Make the feature; nothing runs but requests."""
    database, backends = services.database, services.backends
    models = Models(database, backends, memory.read)
    about = handlers.ModelHandlers(database, backends, models)
    generating = generating_handlers.GeneratingHandlers(backends, services.default_model, services.workers)
    serves = {
        **handlers.COMMANDS.bind(about),
        **generating_handlers.COMMANDS.bind(generating),
    }
    return OpenFeatures(models, serves)


@asynccontextmanager
async def open_queue(services: Services) -> AsyncIterator[OpenFeatures[None]]:
    """Tell of the queue of the model servers while the block lasts."""
    queue = LiveQueue(services.hub, services.backends)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("live queue", queue.run)
        yield OpenFeatures(None, {**live_queue.COMMANDS.bind(LiveQueueHandlers(queue))})
        nursery.cancel_scope.cancel()


class AssistantHandlers(EntityHandlers[AssistantItem]):
    """Whoever may use some models only names no other one."""

    def __init__(self, backends: Backends, rooms: EntityRooms) -> None:
        super().__init__(ASSISTANT, rooms)
        self._backends = backends

    async def permit(self, who: Identity, sent: ClientPayload) -> None:
        """Raises `Forbidden` for a model that they may not use."""
        await require_models(self._backends, who, getattr(sent, "model", None), getattr(sent, "fallbacks", ()))


def open_assistants(
    backends: Backends, rooms: EntityRooms, count_votes: Callable[[], Steps[VotesByModel]]
) -> OpenFeatures[None]:
    """Make what answers the frames of assistants, of their instructions, and of ratings; `count_votes` says what people
    think of answers."""
    instructions = instruction_handlers.InstructionHandlers(INSTRUCTION, rooms)
    serves = {
        **ASSISTANT_COMMANDS.bind(AssistantHandlers(backends, rooms)),
        **instruction_handlers.COMMANDS.bind(instructions),
        **instruction_handlers.MORE.bind(instructions),
        **rating_handlers.serve(backends, rooms, count_votes),
    }
    return OpenFeatures(None, serves)


@asynccontextmanager
async def measure_when_idle(
    services: Services,
    settings: BenchmarkSettings,
    models: Models,
    load: LoadMeter,
    further: Sequence[IdleMeasurement] = (),
) -> AsyncIterator[None]:
    """Measure models that never were while the block lasts and nobody asks any for anything, unless that is off.

    `further` is measured after their speed.
    """
    async with trio.open_nursery() as nursery:
        if settings.models != "off":
            first = FirstBenchmarks(services.database, services.backends, models, load, settings, further)
            Supervisor(nursery, services.troubles).keep("first benchmarks", first.run)
        yield
        nursery.cancel_scope.cancel()
