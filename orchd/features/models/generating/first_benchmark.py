"""The first, short benchmark of a model, made while nobody asks for anything: until then its size is all that is known.

It comes after everything else, and is given up as soon as anybody asks a model for something; then the time without
work begins anew. A model that isn't loaded is left alone unless that is allowed, and so is one whose server doesn't say
whether it is, since asking it might throw out another. One that failed is not tried again by this daemon.
"""

import secrets
from contextlib import suppress

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


class FirstBenchmarks:
    """Measures models one by one. `run` runs for ever."""

    def __init__(
        self, database: Database, backends: Backends, models: Models, load: LoadMeter, settings: BenchmarkSettings
    ) -> None:
        self._database = database
        self._backends = backends
        self._models = models
        self._load = load
        self._settings = settings
        self._asked_at = float("-inf")
        self._scope: trio.CancelScope | None = None
        self._tried: set[str] = set()
        backends.tell_arrivals(self._hear)

    async def run(self) -> None:
        """Measure whenever there is time and something to measure."""
        self._asked_at = trio.current_time()
        while True:
            due = self._asked_at + self._settings.idle_seconds
            await trio.sleep(max(LOOK_SECONDS, due - trio.current_time()))
            with suppress(Unavailable):
                if await self._is_idle() and (info := await self._next()) is not None:
                    await self._measure(info)

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

    async def _next(self) -> ModelInfo | None:
        """Return a model that was never measured and may be, the loaded ones first; None when there is none."""
        known = await self._database.read(queries.speeds)
        infos = self._backends.models()
        servers = {server.name: server for server in self._backends.health()}
        counts = {name: sum(info.backend == name for info in infos) for name in servers}
        able = [
            info
            for info in infos
            if (info.id, info.backend) not in known
            and info.full_name not in self._tried
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

    async def _measure(self, info: ModelInfo) -> None:
        log = structlog.get_logger().bind(model=info.id, name=info.backend)
        progress = Progress(lambda _: None, info.id)
        with trio.CancelScope() as self._scope:
            try:
                loaded = LoadedModel(Target(info, info.backend), None)
                if info.loaded is False:
                    loaded = await self._models.load(info.full_name, progress, force=False)
                plan = BenchmarkPlan(loaded.target, RUNS, MAX_TOKENS, secrets.token_hex(4), MEASURING)
                runs = await measure(self._backends, plan, progress)
            except OrchdError as error:
                self._tried.add(info.full_name)
                log.info("model could not be measured", error=error.code)
                return
            finally:
                self._scope = None
            target = loaded.target
            done = Measurement(
                target.model.id, target.backend, PROMPT_VERSION, MAX_TOKENS, loaded.load_ms, runs, unix_now()
            )
            stored = await self._database.write(queries.add_benchmark, done)
            self._tried.add(info.full_name)
            speed = None if stored.tokens_per_second is None else stored.tokens_per_second.median
            log.info("model measured while idle", tokens_per_second=speed)
