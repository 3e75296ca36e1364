"""The first, short benchmark of a model, made while nobody asks for anything: until then its size is all that is known.
What other features measure of models for the first time comes after that.

It comes after everything else, and is given up as soon as anybody asks a model for something; then the time without
work begins anew. A model that isn't loaded is left alone unless that is allowed, and so is one whose server doesn't say
whether it is, since asking it might throw out another. One that failed is not tried again by this daemon.
"""

import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Protocol

import structlog
import trio

from orchd.clock import unix_now
from orchd.errors import OrchdError, Unavailable
from orchd.features.models import queries
from orchd.features.models.generating.benchmark import PROMPT_VERSION, BenchmarkPlan, measure
from orchd.features.models.loading.memory import is_local
from orchd.features.models.loading.progress import Progress
from orchd.features.models.rows import Measurement
from orchd.features.models.service import LoadedModel, Models
from orchd.features.monitoring import LoadMeter
from orchd.llm import Backends
from orchd.llm.types import BackendHealth, ModelInfo, Priority, Requester, Target
from orchd.protocol.identity import DAEMON_USER_ID
from orchd.settings.models import BenchmarkSettings
from orchd.storage import Database

LOOK_SECONDS = 60.0
RUNS, MAX_TOKENS = 2, 64
BUSY_CPU = 50.0
"""Percent of the processor that others use from which on the machine is not idle."""
MEASURING = Requester(Priority.BACKGROUND, DAEMON_USER_ID, "first benchmark")


class IdleMeasurement(Protocol):
    """What is measured of a model once, while nobody asks any for anything."""

    @property
    def name(self) -> str:
        """What people are told that it is."""

    async def names_measured(self, infos: Sequence[ModelInfo]) -> Collection[str]:
        """Return which of these models need it no more, by `id@backend`. Raises Unavailable."""

    async def measure(self, loaded: LoadedModel, requester: Requester) -> None:
        """Measure a model that is there and keep the result; cancelling gives it up. Raises OrchdError."""


class FirstBenchmarks:
    """Measures models one by one, first their speed and then what `further` is wanted. `run` runs for ever."""

    def __init__(
        self,
        database: Database,
        backends: Backends,
        models: Models,
        load: LoadMeter,
        settings: BenchmarkSettings,
        further: Sequence[IdleMeasurement] = (),
    ) -> None:
        self._database = database
        self._backends = backends
        self._models = models
        self._load = load
        self._settings = settings
        self._asked_at = float("-inf")
        self._scope: trio.CancelScope | None = None
        self._tried: set[tuple[str, str]] = set()
        self._measurements: tuple[IdleMeasurement, ...] = (_Speed(database, backends), *further)
        backends.tell_arrivals(self._hear)

    async def run(self) -> None:
        """Measure whenever there is time and something to measure."""
        self._asked_at = trio.current_time()
        while True:
            due = self._asked_at + self._settings.idle_seconds
            await trio.sleep(max(LOOK_SECONDS, due - trio.current_time()))
            with suppress(Unavailable):
                if await self._is_idle() and (due_next := await self._next()) is not None:
                    await self._measure(*due_next)

    def _hear(self, requester: Requester) -> None:
        """Somebody asks a model for something."""
        if requester == MEASURING:
            return
        self._asked_at = trio.current_time()
        if self._scope is not None:
            self._scope.cancel()

    async def _is_idle(self) -> bool:
        if self._backends.queue():
            self._asked_at = trio.current_time()
        if trio.current_time() - self._asked_at < self._settings.idle_seconds:
            return False
        cpu = (await self._load.read("/")).cpu
        return cpu is None or cpu < BUSY_CPU

    async def _next(self) -> tuple[IdleMeasurement, ModelInfo] | None:
        """Return what is to be measured of which model, the loaded ones first; None when there is nothing."""
        for measurement in self._measurements:
            if (info := await self._find_for(measurement)) is not None:
                return measurement, info
        return None

    async def _find_for(self, measurement: IdleMeasurement) -> ModelInfo | None:
        infos = self._backends.models()
        known = await measurement.names_measured(infos)
        servers = {server.name: server for server in self._backends.health()}
        counts = {name: sum(info.backend == name for info in infos) for name in servers}
        able = [
            info
            for info in infos
            if info.full_name not in known
            and (measurement.name, info.full_name) not in self._tried
            and self._may(info, servers.get(info.backend), counts.get(info.backend, 0))
        ]
        return min(able, key=lambda info: info.loaded is not True, default=None)

    def _may(self, info: ModelInfo, server: BackendHealth | None, listed: int) -> bool:
        if server is None or not server.ok or not info.chats or info.simulated or info.template is False:
            return False
        if self._settings.models == "local" and not is_local(server.url):
            return False
        there = info.loaded is True or (info.loaded is None and listed == 1)
        return there or self._settings.loads

    async def _measure(self, measurement: IdleMeasurement, info: ModelInfo) -> None:
        log = structlog.get_logger().bind(model=info.id, name=info.backend, what=measurement.name)
        with trio.CancelScope() as self._scope:
            try:
                loaded = LoadedModel(Target(info, info.backend), None)
                if info.loaded is False:
                    progress = Progress(lambda _: None, info.id)
                    loaded = await self._models.load(info.full_name, progress, force=False)
                await measurement.measure(loaded, MEASURING)
            except OrchdError as error:
                log.info("model could not be measured", error=error.code)
            finally:
                self._scope = None
            self._tried.add((measurement.name, info.full_name))


class _Speed:
    """How fast a model is: the short benchmark."""

    name = "speed"

    def __init__(self, database: Database, backends: Backends) -> None:
        self._database = database
        self._backends = backends

    async def names_measured(self, infos: Sequence[ModelInfo]) -> set[str]:
        known = await self._database.read(queries.speeds)
        return {info.full_name for info in infos if (info.id, info.backend) in known}

    async def measure(self, loaded: LoadedModel, requester: Requester) -> None:
        target = loaded.target
        plan = BenchmarkPlan(target, RUNS, MAX_TOKENS, secrets.token_hex(4), requester)
        runs = await measure(self._backends, plan, Progress(lambda _: None, target.model.id))
        done = Measurement(
            target.model.id, target.backend, PROMPT_VERSION, MAX_TOKENS, loaded.load_ms, runs, unix_now()
        )
        stored = await self._database.write(queries.add_benchmark, done)
        speed = None if stored.tokens_per_second is None else stored.tokens_per_second.median
        log = structlog.get_logger().bind(model=target.model.id, name=target.backend)
        log.info("model measured while idle", tokens_per_second=speed)
