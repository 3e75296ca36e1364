"""Finding out what kind of model server answers at an address, and what it offers.

The order matters: LM Studio answers any unknown path with status 200 and an `error`, so nothing counts by its status;
and `/v1/models`, which all of them have, is asked last, since on llama-cpp-python even that request interrupts a
running generation. The kind is found once; later rounds only list.
"""

import math
from typing import Any, NamedTuple

import httpx
import trio

from orchd.errors import OrchdError, Timeout, Unavailable, UpstreamError
from orchd.llm import listing
from orchd.llm.failures import judge, map_errors, read_body
from orchd.llm.fetch import Fetched, fetch
from orchd.llm.types import Kind, ModelInfo

PROBE_SECONDS = 5.0
"""For a whole probe: a server on the loopback answers within milliseconds, a busy one may take a while."""


class Listing(NamedTuple):
    """What a server is and offers.

    `native`: LM Studio's API for loading models is there; `instances`: the instances that it has loaded of each model.
    `harmless`: listing again does not disturb a running generation. `vllm`: it says that it is vLLM.
    `single`: it generates one answer at a time, whatever the model.
    """

    kind: Kind
    models: tuple[ModelInfo, ...]
    native: bool = False
    instances: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 (never changed)
    harmless: bool = True
    vllm: bool = False
    single: bool = False


class Prober:
    """Probes one server. `root` is its address without `/v1`."""

    def __init__(self, client: httpx.AsyncClient, root: str, name: str) -> None:
        self._client = client
        self._root = root
        self._name = name
        self.version: str | None = None
        """What the server calls itself, where it says so."""
        self.latency: float | None = None
        """Seconds of one of the last requests: the quickest of those made since the last probe began."""

    async def probe(self, kind: Kind | None) -> Listing:
        """Find out the kind unless it is given, and list the models; at most PROBE_SECONDS.

        Raises Timeout, Unavailable (nobody there, or still loading), UpstreamError (not a model server, key refused).
        """
        self.latency = None
        with trio.move_on_after(PROBE_SECONDS), map_errors(self._name):
            return await (self.find() if kind is None else self.list(kind))
        raise Timeout(f"{self._name} did not answer a probe within {PROBE_SECONDS:g} s", reason="probe")

    async def find(self) -> Listing:
        """Ask for what only one kind of server has, in the order that disturbs least."""
        greeting = (await self._get("/lmstudio-greeting")).found()
        if greeting is not None and greeting.get("lmstudio") is True:
            return await self.list("lmstudio")
        if (found := await self._lmstudio()) is not None:
            return found
        version = (await self._get("/api/version")).found()
        if version is not None and isinstance(version.get("version"), str):
            self.version = version["version"]
            return await self.list("ollama")
        props = await self._get("/props")
        if isinstance((props.found() or {}).get("default_generation_settings"), dict):
            return await self.list("llamacpp")
        if props.status == 503:
            raise judge(self._name, read_body(props.status, props.body))
        return await self.list("openai")

    async def list(self, kind: Kind) -> Listing:
        """List the models of a server of a known kind."""
        if kind == "lmstudio":
            return await self._lmstudio() or await self._openai("lmstudio")
        if kind == "ollama":
            tags = self._demand(await self._get("/api/tags"))
            running = (await self._get("/api/ps")).found() or {}
            return Listing(kind, listing.ollama(tags, running, self._name), single=True)
        return await self._openai(kind)

    async def lmstudio_instances(self, model: str) -> tuple[str, ...] | None:
        """Return the loaded instances of an LM Studio model now; None when the server does not know the model."""
        found = (await self._get("/api/v1/models")).found() or {}
        _, instances = listing.lmstudio_v1(found, self._name)
        return instances.get(model)

    async def _lmstudio(self) -> Listing | None:
        """Return what LM Studio's native APIs list, the older one where the newer is unknown; None when neither is
        there.
        """
        found = (await self._get("/api/v1/models")).found()
        if found is not None and isinstance(found.get("models"), list):
            models, instances = listing.lmstudio_v1(found, self._name)
            return Listing("lmstudio", models, native=True, instances=instances)
        found = (await self._get("/api/v0/models")).found()
        if found is not None and any("state" in item for item in listing.objects(found.get("data"))):
            return Listing("lmstudio", listing.lmstudio_v0(found, self._name))
        return None

    async def _openai(self, kind: Kind) -> Listing:
        found = self._demand(await self._get("/v1/models"))
        owners = {listing.text(item.get("owned_by")) for item in listing.objects(found.get("data"))}
        if kind == "openai" and "llamacpp" in owners:
            kind = "llamacpp"
        context, loaded, slots = None, None, None
        if kind == "llamacpp":
            props = (await self._get("/props")).found() or {}
            context, loaded, slots = _llamacpp_context(props), True, listing.number(props.get("total_slots"))
            self.version = listing.text(props.get("build_info")) or None
        models = listing.openai(found, self._name, loaded=loaded, context=context, slots=slots)
        return Listing(kind, models, harmless=kind != "openai", vllm="vllm" in owners, single=owners == {"me"})

    async def _get(self, path: str) -> Fetched:
        began = trio.current_time()
        fetched = await fetch(self._client, self._root + path)
        self.latency = min(self.latency or math.inf, trio.current_time() - began)
        return fetched

    def _demand(self, fetched: Fetched) -> dict[str, Any]:
        """Return the list that must be there, or raise why it isn't."""
        found = fetched.found()
        if found is not None and any(isinstance(found.get(key), list) for key in ("data", "models")):
            return found
        raise self._refused(fetched)

    def _refused(self, fetched: Fetched) -> OrchdError:
        said = read_body(fetched.status, fetched.body)
        error = judge(self._name, said)
        if isinstance(error, Unavailable) or error.details.get("reason") == "unauthorized":
            return error
        return UpstreamError(f"{self._name} is no model server that this program knows", reason="unknown_server")


def _llamacpp_context(props: dict[str, Any]) -> int | None:
    settings = props.get("default_generation_settings")
    return listing.number(settings.get("n_ctx")) if isinstance(settings, dict) else None
