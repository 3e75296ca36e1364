"""The model servers of the settings, as the llm room wants them, and their opening."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import partial

import trio

from orchd.config import BackendSettings, LocalSettings, Settings
from orchd.guard import Supervisor, Troubles
from orchd.llm import Backends, BackendSpec, Deadlines
from orchd.llm import local as local_models
from orchd.telemetry.daemon import ModelFigures


@asynccontextmanager
async def open_backends(settings: Settings, troubles: Troubles, figures: ModelFigures) -> AsyncIterator[Backends]:
    """Watch the model servers, the built-in simulated one included when the demo is on, and models of our own."""
    specs = backend_specs(settings.backends)
    own = local_models.open_local(local_spec(settings.local), troubles) if settings.local.models else nullcontext()
    async with own as local, trio.open_nursery() as nursery:
        simulated, supervisor = None, Supervisor(nursery, troubles)
        if settings.models.demo:
            from orchd.simulator import Simulator, demo  # most daemons have none

            # A defect in the simulated model makes it unavailable and nothing else
            url = await supervisor.start("simulator", Simulator(demo()).serve)
            simulated = BackendSpec(url, name="simulated", kind="lmstudio", simulated=True)
        probe_seconds = settings.models.probe_seconds
        own_ones = partial(Backends, specs, simulated=simulated, local=local)
        backends = own_ones(probe_seconds=probe_seconds, troubles=troubles, figures=figures)
        await supervisor.start("model servers", backends.run)
        yield backends
        nursery.cancel_scope.cancel()


def backend_specs(backends: tuple[BackendSettings, ...]) -> list[BackendSpec]:
    """The model servers of the settings as the llm room wants them."""
    return [
        BackendSpec(
            url=backend.url,
            name=backend.name,
            kind=backend.kind,
            api_key=backend.api_key,
            credential=backend.credential,
            account=backend.account,
            slots=backend.slots,
            models=backend.models,
            aliases=backend.aliases,
            deadlines=Deadlines(
                connect=backend.connect_seconds,
                first_event=backend.first_event_seconds,
                gap=backend.gap_seconds,
                total=backend.total_seconds,
            ),
        )
        for backend in backends
    ]


def local_spec(settings: LocalSettings) -> "local_models.LocalSpec":
    """The models without a server as the llm room wants them."""
    return local_models.LocalSpec(
        paths=settings.models,
        context=settings.context_tokens,
        slots=settings.slots,
        threads=settings.threads,
        gpu_layers=settings.gpu_layers,
        max_loaded=settings.max_loaded,
        idle_seconds=settings.idle_seconds,
        load_seconds=settings.load_seconds,
    )
