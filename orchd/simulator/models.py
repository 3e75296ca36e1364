"""Which models are there and which are loaded: names, instances, loading on request, slots.

Loading follows LM Studio: each explicit load makes an instance (`id`, then `id:2`, ...), a request for a model that
is not loaded loads it, and every instance answers a few requests at once while the others wait in order. A load
belongs to the server, not to the request that caused it: it goes on when that client leaves.
"""

import itertools

import trio

from orchd.simulator.refusal import RefusedError, model_not_found
from orchd.simulator.settings import ModelSpec, SimulatorConfig
from orchd.simulator.stats import StatCounters

MAX_INSTANCES = 100


class Instance:
    """A loaded model. `unloaded` is set when it goes; what it generates then fails."""

    def __init__(self, name: str, spec: ModelSpec, context: int, *, parallel: int, on_request: bool) -> None:
        self.id = name
        self.spec = spec
        self.context = context
        self.parallel = parallel
        self.on_request = on_request
        self.unloaded = trio.Event()
        self.slots = trio.Semaphore(parallel)
        self.users = 0


class ModelLoadJob:
    """A load under way. `seconds` is how long it takes in all; `error` is set if it failed."""

    def __init__(self, instance: Instance, seconds: float) -> None:
        self.instance = instance
        self.seconds = seconds
        self.began = trio.current_time()
        self.ended = trio.Event()
        self.error: str | None = None

    def progress(self) -> float:
        """How far it is, 0..1."""
        return 1.0 if not self.seconds else min(1.0, (trio.current_time() - self.began) / self.seconds)

    async def finish(self) -> Instance:
        """Wait until it has ended; raises `RefusedError` if it failed."""
        await self.ended.wait()
        if self.error is not None:
            raise RefusedError(500, self.error, type="internal_error", code="model_load_failed", param="model")
        return self.instance


class Registry:
    """All models and their instances. Loads run in `nursery`, which must be given before the first one."""

    def __init__(self, config: SimulatorConfig, counters: StatCounters) -> None:
        self._config = config
        self._counters = counters
        self.specs = {spec.id: spec for spec in config.models}
        self.instances: dict[str, Instance] = {}
        self._loads: dict[str, ModelLoadJob] = {}
        self.nursery: trio.Nursery | None = None
        for spec in config.models:
            if spec.loaded:
                self.instances[spec.id] = self._instance(spec, None, on_request=False)

    def of(self, spec: ModelSpec) -> list[Instance]:
        """The loaded instances of a model."""
        return [instance for instance in self.instances.values() if instance.spec is spec]

    def find(self, name: str, kind: str) -> Instance | ModelSpec:
        """What a request's `model` names: an instance, or a model that has to be loaded first.

        Raises `RefusedError` when there is none, when it is of another kind, or when loading on request is off.
        """
        found = self.instances.get(name) or self.specs.get(name)
        if found is None:
            return self._stand_in(name)
        spec = found.spec if isinstance(found, Instance) else found
        if spec.type != kind:
            raise RefusedError(
                400, f"Model '{name}' is not of type {kind}", type="invalid_request_error", param="model"
            )
        if isinstance(found, Instance):
            return found
        loaded = self.of(spec)
        if loaded:
            return min(loaded, key=lambda instance: instance.users)
        if not self._config.jit:
            message = "No models loaded. Please load a model first: loading on request is off."
            raise RefusedError(404, message, type="invalid_request_error", param="model")
        return spec

    def _stand_in(self, name: str) -> Instance:
        loaded = [instance for instance in self.instances.values() if instance.spec.type == "llm"]
        if self._config.serve_unknown and len(loaded) == 1:
            return loaded[0]
        raise model_not_found(name, list(self.specs))

    def load(self, spec: ModelSpec, context: int | None = None, *, fail: bool = False) -> ModelLoadJob:
        """Begin a load that was asked for; returns at once."""
        return self._begin(spec, context, fail=fail, on_request=False)

    def load_on_request(self, spec: ModelSpec, context: int | None = None, *, fail: bool = False) -> ModelLoadJob:
        """Begin a load because a request needs the model, or join one under way; returns at once."""
        if not self._config.duplicate_loads:
            for load in self._loads.values():
                if load.instance.spec is spec:
                    return load
        if self._config.evict:
            self._evict(spec)
        return self._begin(spec, context, fail=fail, on_request=True)

    def unload(self, instance_id: str) -> None:
        """Unload an instance; what it generates fails. Raises `RefusedError` when there is none of that id."""
        instance = self.instances.pop(instance_id, None)
        if instance is None:
            message = f"Model instance '{instance_id}' is not loaded"
            raise RefusedError(404, message, type="model_not_found", param="instance_id")
        instance.unloaded.set()
        self._counters.count_unload(instance.spec.id)

    def _evict(self, spec: ModelSpec) -> None:
        for instance in list(self.instances.values()):
            if instance.on_request and instance.spec is not spec and instance.spec.type == spec.type:
                self.unload(instance.id)

    def _begin(self, spec: ModelSpec, context: int | None, *, fail: bool, on_request: bool) -> ModelLoadJob:
        if self.nursery is None:
            raise RefusedError(503, "The simulator is not running", type="internal_error")
        if len(self.instances) + len(self._loads) >= MAX_INSTANCES:
            raise RefusedError(500, "insufficient system resources (simulated)", type="internal_error")
        load = ModelLoadJob(self._instance(spec, context, on_request=on_request), self._config.load_seconds)
        self._loads[load.instance.id] = load
        self.nursery.start_soon(self._run, load, fail)
        return load

    async def _run(self, load: ModelLoadJob, fail: bool) -> None:
        await trio.sleep(load.seconds)
        instance = self._loads.pop(load.instance.id).instance
        if fail:
            load.error = f'Failed to load model "{instance.spec.id}". Error: simulated load failure.'
        else:
            self.instances[instance.id] = instance
            self._counters.count_load(instance.spec.id)
        load.ended.set()

    def _instance(self, spec: ModelSpec, context: int | None, *, on_request: bool) -> Instance:
        taken = self.instances.keys() | self._loads.keys()
        names = itertools.chain([spec.id], (f"{spec.id}:{number}" for number in itertools.count(2)))
        name = next(name for name in names if name not in taken)
        length = spec.context if context is None else min(context, spec.max_context)
        return Instance(name, spec, length, parallel=self._config.parallel, on_request=on_request)
