"""What this and other features do with models besides asking them: listing, loading, switching, suggesting.

State is read afresh before a load is decided on; whoever lists models gets what is known, which is some seconds old.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from orchd.errors import Forbidden, Invalid, NotFound, OrchdError, Timeout, Unavailable, UpstreamError
from orchd.features.models import queries
from orchd.features.models.catalog import catalog
from orchd.features.models.catalog.recommend import Candidate, ModelQuality, recommend
from orchd.features.models.enums import TaskType
from orchd.features.models.generating.reporting import failure
from orchd.features.models.loading.memory import check_memory, is_local
from orchd.features.models.loading.progress import Progress
from orchd.features.models.messages import BackendItem, ModelAttempt, ModelItem, ModelStars, ModelSuggestion
from orchd.features.models.ratings.rating_queries import ratings
from orchd.features.monitoring import FreeMemory
from orchd.llm import Backends, LoadNews
from orchd.llm.types import ANY_REQUESTER, Requester, Target
from orchd.storage import Database

ANOTHER_MAY = (NotFound, Unavailable, Timeout, UpstreamError)
"""Failures of a model that say nothing against asking another one."""


QualityReader: TypeAlias = Callable[[TaskType], Awaitable[Mapping[str, ModelQuality]]]
"""Returns how models' results at a kind of task were judged, by "id@backend". May raise `Unavailable`."""


class LoadedModel(NamedTuple):
    """A model that is loaded now; `load_ms` None when it was before."""

    target: Target
    load_ms: int | None


class Models:
    """The door's object. `free_memory` reads what is free now."""

    def __init__(
        self, database: Database, backends: Backends, free_memory: Callable[[], Awaitable[FreeMemory]]
    ) -> None:
        self._database = database
        self._backends = backends
        self._free_memory = free_memory
        self._judged: QualityReader | None = None
        self._measured: tuple[int, dict[tuple[str, str], float]] = (0, {})

    def add_quality(self, judged: QualityReader) -> None:
        """Have suggestions also follow from how models' results were judged, as another feature knows."""
        self._judged = judged

    async def catalogue(
        self, *, refresh: bool = False, requester: Requester = ANY_REQUESTER
    ) -> tuple[list[ModelItem], bool]:
        """Return the models that may be used for `requester`, and whether that is stale: a server that is known of is
        away.

        Waits for the servers' first probe, with `refresh` for one now: some seconds at most.
        """
        await (self._backends.refresh() if refresh else self._backends.wait_first_probe())
        ratings = await self._ratings(None)
        health = self._backends.health()
        stale = any(backend.known and not backend.ok for backend in health)
        return catalog.items(self._backends.models(away=True, requester=requester), health, ratings), stale

    async def servers(self, *, refresh: bool) -> list[BackendItem]:
        """Return the model servers, probed now if wanted: some seconds at most."""
        await (self._backends.refresh() if refresh else self._backends.wait_first_probe())
        return [catalog.server(health) for health in self._backends.health()]

    async def item(self, target: Target) -> ModelItem:
        """Return a model as lists show it now."""
        items, _ = await self.catalogue()
        for item in items:
            if item.backend == target.backend and target.model.id in (item.id, item.name):
                return item
        health = {backend.name: backend for backend in self._backends.health()}
        return catalog.item(target.model, target.model.id, health.get(target.backend), None)

    async def load(
        self, name: str, progress: Progress, *, force: bool, requester: Requester = ANY_REQUESTER
    ) -> LoadedModel:
        """Load a model unless it is loaded; cancelling gives the load up. May take minutes: it also waits for answers
        of other models on that server, which a load might throw out. `force` is about memory only.

        Raises NotFound, Forbidden, Unavailable (its server is away, or `details.reason` `memory`), Timeout,
        UpstreamError.
        """
        await self._backends.refresh()
        target = await self._find(name, requester)
        progress.of(target)
        if target.model.loaded:
            return LoadedModel(target, None)
        if not force and self._is_here(target):
            check_memory(target.model, await self._free_memory())
        begun = time.monotonic()
        progress.loading(LoadNews("loading"))
        await self._backends.load(target.full_name, progress=progress.loading, requester=requester)
        return LoadedModel(target, round((time.monotonic() - begun) * 1000))

    async def unload(self, name: str, requester: Requester = ANY_REQUESTER) -> Target:
        """Have a model taken out of memory; return which. Some seconds at most.

        Raises NotFound, Unavailable, Conflict while it generates, UpstreamError where the server can't unload.
        """
        target = await self._find(name, requester)
        await self._backends.unload(target.full_name)
        return target

    async def switch(
        self, names: Sequence[str], progress: Progress, *, force: bool, requester: Requester = ANY_REQUESTER
    ) -> tuple[LoadedModel, list[ModelAttempt]]:
        """Load the first of `names` that is available; return it, and why those before it were not.

        Raises the last one's error with `attempts` when none can.
        """
        attempts: list[ModelAttempt] = []
        self._backends.check_names(requester, names[1:])
        for name in names:
            try:
                return await self.load(name, progress, force=force, requester=requester), attempts
            except ANOTHER_MAY as error:
                attempts.append(ModelAttempt(name, failure(error)))
                last: OrchdError = error
        failed = last.again(f"none of these models is available: {last.message}")
        failed.attempts = _describe(attempts)
        raise failed

    async def suggest(
        self, task: TaskType, limit: int, difficulty: int | None = None, *, requester: Requester = ANY_REQUESTER
    ) -> list[ModelSuggestion]:
        """Return the models that suit a kind of task (its `difficulty`, 1 to 10, where it is known), the best first, of
        those that may be used for `requester`."""
        items, _ = await self.catalogue(requester=requester)
        ratings, speeds = await self._ratings(task), await self._speeds()
        judged = {} if self._judged is None else await self._judged(task)
        shown = {(item.id, item.backend): item for item in items}
        candidates = [
            Candidate(
                info,
                speeds.get((info.id, info.backend)),
                ratings.get(info.id),
                judged.get(info.full_name),
            )
            for info in self._backends.models()
            if (info.id, info.backend) in shown
        ]
        return [
            ModelSuggestion(
                shown[ranked.candidate.info.id, ranked.candidate.info.backend],
                ranked.score,
                ranked.reasons,
                ranked.grounds,
            )
            for ranked in recommend(task, candidates, difficulty)[:limit]
        ]

    async def id_of(self, name: str, requester: Requester) -> str:
        """Return the id of a model that is named in a frame. Raises NotFound, Forbidden or Unavailable."""
        return (await self._find(name, requester)).model.id

    async def check_answers(self, name: str, requester: Requester) -> None:
        """Raise Invalid for a model that makes embeddings and answers nothing; else as `id_of`."""
        if (await self._find(name, requester)).model.type == "embedding":
            raise Invalid("an embedding model gives no answers", reason="no_chat", field="model", path="$.data.model")

    async def _find(self, name: str, requester: Requester) -> Target:
        """Return a model by its name; other than to `Backends.resolve` it may be one for embeddings."""
        await self._backends.wait_first_probe()
        if (known := self._embedding(name)) is not None:
            return self._demand(known, requester)
        try:
            return await self._backends.resolve(name, None, None, requester=requester)
        except NotFound:  # it has had the servers list their models anew
            if (known := self._embedding(name)) is not None:
                return self._demand(known, requester)
            if (gone := self._embedding(name, away=True)) is not None:
                why = f"{gone.backend}, which has the model {name}, is away"
                raise Unavailable(why, reason="no_server", backend=gone.backend) from None
            raise

    def _demand(self, target: Target, requester: Requester) -> Target:
        if target.model not in self._backends.models(away=True, requester=requester):
            raise Forbidden(
                f"the token may not use the model {target.model.id}",
                reason="token_model",
                field="model",
                path="$.data.model",
            )
        return target

    def _embedding(self, name: str, *, away: bool = False) -> Target | None:
        for info in self._backends.models(away=away):
            if info.type == "embedding" and info.is_called(name):
                return Target(info, info.backend)
        return None

    async def _speeds(self) -> dict[tuple[str, str], float]:
        """Return measured speeds; the runs of hundreds of benchmarks are only read again when there is a new one."""
        newest = await self._database.read(queries.newest_benchmark)
        if newest != self._measured[0]:
            self._measured = newest, await self._database.read(queries.speeds)
        return self._measured[1]

    async def _ratings(self, task: TaskType | None) -> dict[str, ModelStars]:
        return await self._database.read(ratings, task)

    def _is_here(self, target: Target) -> bool:
        """Tell whether loading it takes memory of this machine."""
        if target.model.simulated:
            return False
        return any(backend.name == target.backend and is_local(backend.url) for backend in self._backends.health())


def _describe(attempts: list[ModelAttempt]) -> list[dict[str, object]]:
    """Return attempts as an error's details hold them."""
    return [{"model": failed.model, "code": failed.error.code, "message": failed.error.message} for failed in attempts]
