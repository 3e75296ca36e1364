"""Answers to `model:*` and `backend:*`, besides generating."""

import secrets
from functools import partial

from orchd.clock import unix_now
from orchd.errors import Conflict, Forbidden
from orchd.features.models import queries
from orchd.features.models.generating.benchmark import PROMPT_VERSION, BenchmarkPlan, measure
from orchd.features.models.generating.benchmark_messages import (
    ModelBenchmark,
    ModelBenchmarkItem,
    ModelBenchmarkPage,
    ModelBenchmarks,
)
from orchd.features.models.live_queue import seen_queue
from orchd.features.models.loading.progress import telling
from orchd.features.models.messages import (
    PROGRESS,
    BackendList,
    BackendPage,
    ModelList,
    ModelLoad,
    ModelLoaded,
    ModelPage,
    ModelRate,
    ModelRated,
    ModelRecommend,
    ModelRecommended,
    ModelSwitch,
    ModelSwitched,
    ModelUnload,
    ModelUnloaded,
)
from orchd.features.models.queue_messages import ModelQueue, ModelQueued
from orchd.features.models.ratings.rating import RatingDraft
from orchd.features.models.ratings.rating_queries import rate
from orchd.features.models.rows import Measurement
from orchd.features.models.service import Models
from orchd.features.requester import requester_for
from orchd.llm import Backends
from orchd.llm.types import Priority, Target
from orchd.protocol.command import LOOKUP, MODEL_CALL, Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.identity import Identity
from orchd.protocol.page import by_id, fitting, itself, page
from orchd.protocol.router import Context
from orchd.storage import Database


class ModelHandlers:
    """One method a frame."""

    def __init__(self, database: Database, backends: Backends, models: Models) -> None:
        self._database = database
        self._backends = backends
        self._models = models

    async def list(self, context: Context, data: ModelList) -> ModelPage:
        found, stale = await self._models.catalogue(refresh=data.refresh, requester=requester_for(context.identity))
        start = one_number(data.cursor, 0)
        models = fitting(found[start:])
        after = start + len(models)
        return ModelPage(models, stale, str(after) if after < len(found) else None)

    async def servers(self, context: Context, data: BackendList) -> BackendPage:
        return BackendPage(fitting(await self._models.servers(refresh=data.refresh)))

    async def queue(self, context: Context, data: ModelQueue) -> ModelQueued:
        del data
        return ModelQueued(seen_queue(self._backends, context.identity))

    async def load(self, context: Context, data: ModelLoad) -> ModelLoaded:
        async with telling(partial(context.emit, PROGRESS), data.model) as progress:
            loaded = await self._models.load(
                data.model, progress, force=data.force, requester=requester_for(context.identity)
            )
        return ModelLoaded(await self._models.item(loaded.target), loaded.load_ms)

    async def unload(self, context: Context, data: ModelUnload) -> ModelUnloaded:
        target = await self._models.unload(data.model, requester_for(context.identity))
        return ModelUnloaded(target.model.id, target.backend)

    async def switch(self, context: Context, data: ModelSwitch) -> ModelSwitched:
        names = [data.preferred, *data.fallbacks]
        async with telling(partial(context.emit, PROGRESS), data.preferred) as progress:
            try:
                loaded, attempts = await self._models.switch(
                    names, progress, force=data.force, requester=requester_for(context.identity)
                )
            except Forbidden as refused:
                raise _name_preferred(refused) from None
        return ModelSwitched(await self._models.item(loaded.target), loaded.load_ms, attempts)

    async def benchmark(self, context: Context, data: ModelBenchmark) -> ModelBenchmarkItem:
        """Its runs wait behind people's chats."""
        requester = requester_for(context.identity, Priority.TASK)
        await self._models.check_answers(data.model, requester)
        async with telling(partial(context.emit, PROGRESS), data.model) as progress:
            loaded = await self._models.load(data.model, progress, force=data.force, requester=requester)
            plan = BenchmarkPlan(loaded.target, data.runs, data.max_tokens, secrets.token_hex(4), requester)
            runs = await measure(self._backends, plan, progress)
        done = Measurement(
            model=loaded.target.model.id,
            backend=loaded.target.backend,
            prompt=PROMPT_VERSION,
            max_tokens=data.max_tokens,
            load_ms=loaded.load_ms,
            runs=runs,
            now=unix_now(),
        )
        return await self._database.write(queries.add_benchmark, done)

    async def benchmarks(self, context: Context, data: ModelBenchmarks) -> ModelBenchmarkPage:
        before = None if data.cursor is None else int(data.cursor)
        allowed = _usable(self._backends, context.identity)
        rows = await self._database.read(queries.benchmarks, data.model, data.limit + 1, before, allowed)
        return ModelBenchmarkPage(*page(rows, data.limit, itself, by_id))

    async def recommend(self, context: Context, data: ModelRecommend) -> ModelRecommended:
        return ModelRecommended(
            fitting(await self._models.suggest(data.task_type, data.limit, requester=requester_for(context.identity)))
        )

    async def rate(self, context: Context, data: ModelRate) -> ModelRated:
        model = await self._models.id_of(data.model, requester_for(context.identity))
        given = RatingDraft(model, data.rating, data.task_type, data.comment)
        return ModelRated(model, await self._database.write(rate, context.identity.user_id, given, unix_now()))


def _usable(backends: Backends, who: Identity) -> list[Target] | None:
    """Return the models that somebody may use; None: all."""
    if who.models is None:
        return None
    infos = backends.models(away=True, requester=requester_for(who))
    return [Target(info, info.backend) for info in infos]


def _name_preferred(refused: Forbidden) -> Forbidden:
    """Return a refusal of a model as the members of `model:switch` call it."""
    if refused.field == "model":
        refused.field, refused.path = "preferred", "$.data.preferred"
    return refused


COMMANDS = Commands(
    Command("model:list", ModelList, ModelPage, right="read", scope="models").by(ModelHandlers.list),
    Command(
        "model:load", ModelLoad, ModelLoaded, right="change", scope="models", errors=MODEL_CALL, before=(PROGRESS,)
    ).by(ModelHandlers.load),
    Command(
        "model:unload", ModelUnload, ModelUnloaded, right="admin", scope="models", errors=(Conflict, *MODEL_CALL)
    ).by(ModelHandlers.unload),
    Command(
        "model:switch",
        ModelSwitch,
        ModelSwitched,
        right="change",
        scope="models",
        errors=MODEL_CALL,
        before=(PROGRESS,),
    ).by(ModelHandlers.switch),
    Command(
        "model:benchmark",
        ModelBenchmark,
        ModelBenchmarkItem,
        right="change",
        scope="models",
        errors=MODEL_CALL,
        before=(PROGRESS,),
    ).by(ModelHandlers.benchmark),
    Command("model:benchmarks", ModelBenchmarks, ModelBenchmarkPage, right="read", scope="models").by(
        ModelHandlers.benchmarks
    ),
    Command("model:recommend", ModelRecommend, ModelRecommended, right="read", scope="models").by(
        ModelHandlers.recommend
    ),
    Command("model:rate", ModelRate, ModelRated, right="own", scope="models", errors=LOOKUP).by(ModelHandlers.rate),
    Command("model:queue", ModelQueue, ModelQueued, right="read", scope="models").by(ModelHandlers.queue),
    Command("backend:list", BackendList, BackendPage, right="read", scope="models").by(ModelHandlers.servers),
)
