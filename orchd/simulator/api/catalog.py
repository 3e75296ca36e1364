"""The lists of models in the three APIs' forms, and loading and unloading by request."""

from orchd.simulator.api.bodies import LoadBody, UnloadBody, decode
from orchd.simulator.api.chat import FaultDesk
from orchd.simulator.api.dialect import json_bytes
from orchd.simulator.http import HttpExchange, HttpRequest
from orchd.simulator.models import Instance, Registry
from orchd.simulator.refusal import model_not_found
from orchd.simulator.settings import ModelSpec

V0_ITEM = "/api/v0/models/"
REASONING = {"allowed_options": ["off", "on"], "default": "on"}


class CatalogDesk:
    """Answers requests about models."""

    def __init__(self, registry: Registry, faults: FaultDesk, *, jit: bool) -> None:
        self._registry = registry
        self._faults = faults
        self._jit = jit

    async def openai(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`GET /v1/models`: all models, or only the loaded ones when loading on request is off."""
        names = list(self._registry.specs if self._jit else self._registry.instances)
        items = [{"id": name, "object": "model", "owned_by": "simulator"} for name in names]
        await exchange.answer(200, json_bytes({"object": "list", "data": items}))

    async def v0(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`GET /api/v0/models`."""
        items = [self._v0(spec) for spec in self._registry.specs.values()]
        await exchange.answer(200, json_bytes({"object": "list", "data": items}))

    async def v0_one(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`GET /api/v0/models/{id}`."""
        name = request.path.removeprefix(V0_ITEM)
        spec = self._registry.specs.get(name)
        if spec is None:
            raise model_not_found(name, list(self._registry.specs))
        await exchange.answer(200, json_bytes(self._v0(spec)))

    async def native_list(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`GET /api/v1/models`."""
        items = [self._v1(spec) for spec in self._registry.specs.values()]
        await exchange.answer(200, json_bytes({"models": items}))

    async def load(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`POST /api/v1/models/load`: answers once the new instance is loaded."""
        body = decode(request.body, LoadBody)
        context = body.context()
        spec = self._registry.specs.get(body.model)
        if spec is None:
            raise model_not_found(body.model, list(self._registry.specs))
        faults = self._faults.of(request, generates=False)
        load = self._registry.load(spec, context, fail=faults.load_error)
        instance = await load.finish()
        answer: dict[str, object] = {
            "type": spec.type,
            "instance_id": instance.id,
            "load_time_seconds": load.seconds,
            "status": "loaded",
        }
        if body.echo_load_config:
            answer["load_config"] = _load_config(instance)
        await exchange.answer(200, json_bytes(answer))

    async def unload(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`POST /api/v1/models/unload`: ends what the instance generates with an error."""
        body = decode(request.body, UnloadBody)
        self._registry.unload(body.instance_id)
        await exchange.answer(200, json_bytes({"instance_id": body.instance_id}))

    def _v0(self, spec: ModelSpec) -> dict[str, object]:
        loaded = self._registry.of(spec)
        item: dict[str, object] = {
            "id": spec.id,
            "object": "model",
            "type": "embeddings" if spec.type == "embedding" else "vlm" if spec.vision else "llm",
            "publisher": "simulator",
            "arch": "simulated",
            "compatibility_type": "gguf",
            "quantization": "none",
            "state": "loaded" if loaded else "not-loaded",
            "max_context_length": spec.max_context,
        }
        return item | ({"loaded_context_length": loaded[0].context} if loaded else {})

    def _v1(self, spec: ModelSpec) -> dict[str, object]:
        instances = [{"id": item.id, "config": _load_config(item)} for item in self._registry.of(spec)]
        item: dict[str, object] = {
            "type": spec.type,
            "publisher": "simulator",
            "key": spec.id,
            "display_name": f"Simulated: {spec.id}",
            "quantization": None,
            "size_bytes": 0,
            "params_string": None,
            "loaded_instances": instances,
            "max_context_length": spec.max_context,
            "format": None,
        }
        if spec.type == "embedding":
            return item
        capabilities: dict[str, object] = {"vision": spec.vision, "trained_for_tool_use": False}
        if spec.reasoning:
            capabilities["reasoning"] = REASONING
        description = "A simulated model: its answers are made up by a program, for tests and demonstrations."
        return item | {"architecture": "simulated", "capabilities": capabilities, "description": description}


def _load_config(instance: Instance) -> dict[str, object]:
    return {"context_length": instance.context, "parallel": instance.parallel}
