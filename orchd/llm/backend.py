"""One model server: what is known of it, its probes, and the generations that run on it.

What is known is a *listing* and whether the server answered last time. The last good listing stays when the server goes
away, so that a model can be called away rather than unknown. Probing is the job of one task; whoever needs a fresh
answer asks that task and waits for its next round, so that a hundred requests cause one probe. A probe that fails
while an answer is streaming proves nothing, a busy server is slow; and on some servers a probe would interrupt that
answer: then none is made.
"""

import httpx
import trio

from orchd.errors import ConfigurationError, OrchdError, TooLarge, Unavailable
from orchd.llm.address import read_address
from orchd.llm.ask import COMPLETIONS_PATH, request_body
from orchd.llm.loading import Loads, load_lmstudio
from orchd.llm.pipe import Connect, connect_tcp
from orchd.llm.probe import Listing, Prober
from orchd.llm.stream import Ask, Watch, generate
from orchd.llm.types import BackendHealth, BackendSpec, Kind, Listener, ModelInfo, Outcome, Prompt
from orchd.llm.wire import WireTransport

RELIST_FACTOR = 3
"""A server that is there is listed again after this many times the pause between probes of one that is away."""


class Backend:
    """A model server. `name` is unique among the backends; `explicit`: the configuration names it, it was not just
    looked for.

    Made by `Backends`, which runs `watch` in its nursery and closes it with `aclose`.
    """

    def __init__(self, spec: BackendSpec, *, explicit: bool, connect: Connect = connect_tcp) -> None:
        address = read_address(spec.url)
        self.name = spec.name or address.host
        self.url = address.shown
        self.simulated = spec.simulated
        self.explicit = explicit
        self.ok = False
        self.listing: Listing | None = None
        self.probed = trio.Event()
        self._reason: str | None = "not probed yet"
        self._spec = spec
        self._root = address.root
        self._client = _client(spec, connect)
        self._prober = Prober(self._client, self._root, self.name)
        self._streams = 0
        self._wanted = trio.Event()
        self._round = trio.Event()
        self._probe_scope = trio.CancelScope()
        self._loads: Loads | None = None
        self._closed = False

    @property
    def kind(self) -> Kind | None:
        """What it is, None until that is known."""
        return self.listing.kind if self.listing is not None else self._spec.kind

    @property
    def known(self) -> bool:
        """It is meant to be there: it was configured, or has answered once."""
        return self.explicit or self.listing is not None

    def models(self) -> tuple[ModelInfo, ...]:
        """Return what it listed last, whether it is there now or not."""
        return self.listing.models if self.listing is not None else ()

    def find(self, model: str) -> ModelInfo | None:
        """Return the language model with that id, or with an instance of that id."""
        if self.listing is None:
            return None
        for info in self.listing.models:
            if info.type == "llm" and (info.id == model or model in self.listing.instances.get(info.id, ())):
                return info
        return None

    def health(self) -> BackendHealth:
        """Return how it was when last probed."""
        count = len(self.models()) if self.ok else 0
        return BackendHealth(self.name, self.url, self.kind, self.ok, self._reason, count, self.simulated)

    async def watch(self, nursery: trio.Nursery, probe_seconds: float) -> None:
        """Probe for ever: at once, then after a pause or when asked to. `nursery` runs what it loads.

        When it is cancelled the server counts as closed: nobody waits for a probe any more, and nothing can be asked.
        """
        self._loads = Loads(nursery)
        try:
            await self._keep_probing(probe_seconds)
        finally:
            self._closed = True
            self.probed.set()
            self._round.set()

    async def _keep_probing(self, probe_seconds: float) -> None:
        while True:
            self._wanted = trio.Event()
            await self._probe()
            self.probed.set()
            self._round.set()
            self._round = trio.Event()
            with trio.move_on_after(probe_seconds * (RELIST_FACTOR if self.ok else 1)):
                await self._wanted.wait()

    async def refresh(self) -> None:
        """Have it probed now, together with whoever else wants that; returns when that is done, a few seconds at
        most.
        """
        if not self._closed:
            done = self._round
            self._wanted.set()
            await done.wait()

    async def stream(self, model: ModelInfo, prompt: Prompt, listener: Listener, max_bytes: int) -> Outcome:
        """Generate an answer on this server; see `Backends.stream`, which also tells the listener of the end."""
        if self._closed:
            raise Unavailable("the model client is closed")
        watch = Watch(self._spec.deadlines, self.name)
        self._streams += 1
        if not self._harmless:
            self._probe_scope.cancel()
        try:
            with watch.bounds():
                return await self._generate(model, prompt, listener, watch, max_bytes)
        except OrchdError as error:
            self._suspect(error)
            raise
        finally:
            self._streams -= 1

    async def aclose(self) -> None:
        """Close the HTTP client."""
        await self._client.aclose()

    @property
    def _harmless(self) -> bool:
        return self.listing.harmless if self.listing is not None else self._spec.kind not in (None, "openai")

    async def _generate(
        self, model: ModelInfo, prompt: Prompt, listener: Listener, watch: Watch, max_bytes: int
    ) -> Outcome:
        instance = await self._instance(model.id, listener)
        ask = Ask(
            backend=self.name,
            url=self._root + COMPLETIONS_PATH,
            body=request_body(prompt, instance or model.id, self.kind),
            model=model.id,
            loading=instance is None and model.loaded is False,
            max_bytes=max_bytes,
        )
        return await generate(self._client, ask, watch, listener)

    async def _instance(self, model: str, listener: Listener) -> str | None:
        """Return the loaded instance to ask, loading the model where the server lets us; None: just name the model."""
        listing = self.listing
        if listing is None or not listing.native or self._loads is None:
            return None
        known = listing.instances.get(model)
        if known is None:
            return model if any(model in ids for ids in listing.instances.values()) else None
        if known and known[0] == model:
            return model
        if not known:
            listener.on_phase("loading", None)
        return await self._loads.ensure(model, lambda: self._load(model))

    async def _load(self, model: str) -> str | None:
        seconds = self._spec.deadlines.first_event
        found = await load_lmstudio(self._client, self._root, self.name, model, seconds=seconds, prober=self._prober)
        self._wanted.set()
        return found

    def _suspect(self, error: OrchdError) -> None:
        """Have the server probed after a failure that may say something about it; a refused connection says enough."""
        if error.details.get("reason") == "connect" and self._streams == 1:
            self.ok, self._reason = False, error.message
        if not isinstance(error, TooLarge):
            self._wanted.set()

    async def _probe(self) -> None:
        if self._streams and not self._harmless:
            return
        try:
            with trio.CancelScope() as self._probe_scope:
                self.listing = self._marked(await self._prober.probe(self.kind))
                self.ok, self._reason = True, None
        except OrchdError as error:
            if not self._streams:
                self.ok, self._reason = False, error.message

    def _marked(self, listing: Listing) -> Listing:
        if not self.simulated:
            return listing
        models = (ModelInfo(m.id, m.backend, m.type, m.loaded, m.context, True) for m in listing.models)
        return listing._replace(models=tuple(models))


def _client(spec: BackendSpec, connect: Connect) -> httpx.AsyncClient:
    key = spec.api_key
    if key is not None and not (key.isascii() and key.isprintable()):
        raise ConfigurationError("backend apiKey: only printable ASCII characters can be sent")
    return httpx.AsyncClient(
        transport=WireTransport(connect),
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=httpx.Timeout(None, connect=spec.deadlines.connect),
        trust_env=False,
    )
