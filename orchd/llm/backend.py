"""One model server: what is known of it, its probes, and the generations that run on it.

What is known is a *listing* and whether the server answered last time. The last good listing stays when the server goes
away, so that a model can be called away rather than unknown. Probing is the job of one task; whoever needs a fresh
answer asks that task and waits for its next round, so that a hundred requests cause one probe. A probe that fails
while an answer is streaming proves nothing, a busy server is slow; and on some servers a probe would interrupt that
answer: then none is made.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import httpx
import trio
from msgspec.structs import replace

from orchd.errors import OrchdError, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.guard import Supervisor, guarded
from orchd.llm.answers.failures import map_errors, reply_within
from orchd.llm.answers.fetch import make_client
from orchd.llm.answers.no_chat import ChatRefusals
from orchd.llm.asking.ask import ending, path_of, request_members, with_bound
from orchd.llm.asking.members import RefusedMembers
from orchd.llm.asking.running import RunningAnswers
from orchd.llm.asking.stream import AttemptSpec, Watch
from orchd.llm.asking.taking_up import LostAnswer, keep_stream, take_up
from orchd.llm.loading import Loads, SharedLoads, load_lmstudio, unload
from orchd.llm.probing.address import ServerLocation, read_address
from orchd.llm.probing.held_key import HeldKey
from orchd.llm.probing.names import Names
from orchd.llm.probing.offer import MAX_SHOWN, ListNotes, list_notes, with_named_models
from orchd.llm.probing.prefill import Fingerprint, Prefill, Prefills
from orchd.llm.probing.probe import Listing, Prober
from orchd.llm.probing.sightings import Sightings, says_somebody
from orchd.llm.probing.slots import wait_until_idle
from orchd.llm.probing.tokens import COUNT_SECONDS, Countable, count
from orchd.llm.replay import PlaceListener
from orchd.llm.replay.buffer import ReplayBuffer
from orchd.llm.scheduler import Breaker, Queue, adjust
from orchd.llm.scoring.exchange import SmallRequest, exchange, limits
from orchd.llm.types import BackendHealth, BackendSpec, Deadlines, Listener, ModelInfo, Outcome, Prompt, ServerKind
from orchd.llm.wire.endpoint import Endpoint
from orchd.llm.wire.pipe import Connect, connect_tcp
from orchd.llm.wire.transport import WireTransport
from orchd.telemetry.daemon import ModelFigures
from orchd.wakeup import Signal, beat_after

RELIST_FACTOR = 3
"""A server that is there is listed again after this many times the pause between probes of one that is away."""

UNLOAD_SECONDS = 30.0

PREFILL_SECONDS = 20.0
"""For finding out whether a loaded model continues an answer; one that must be loaded gets that time, too."""


class Backend:
    """A model server. `name` is unique among the backends; `explicit`: the configuration names it. `transport` carries
    its requests, over sockets of its own unless given; `notes` tell what is worth knowing, instead of its list.

    Made by `Backends`, which runs `watch` in its nursery and closes it with `aclose`.
    """

    def __init__(
        self,
        spec: BackendSpec,
        *,
        explicit: bool,
        connect: Connect = connect_tcp,
        transport: httpx.AsyncBaseTransport | None = None,
        notes: Callable[[], ListNotes] | None = None,
        figures: ModelFigures | None = None,
    ) -> None:
        address = read_address(spec.url)
        self.name, self.url = spec.name or address.host, address.shown
        self.simulated, self.explicit, self.ok = spec.simulated, explicit, False
        self.reason: str | None = "not probed yet"  # why it can't be asked; None while it can
        self._failure: OrchdError | None = None
        self.probed, self._probe_scope = trio.Event(), trio.CancelScope()
        self.figures = figures or ModelFigures()
        self.queue, self.breaker = Queue(self.name, self._note_move, self.figures), Breaker(self.name)
        self._last_error: str | None = None
        self._latency: float | None = None
        self._moves, self._own_notes = 0, notes
        self.spec, self._refusals = spec, ChatRefusals(self.name)
        self._listing: Listing | None = None
        self._names, self.somebody = Names(None, ()), False
        """Something answers there, though nothing that can be used."""
        self._place, self._sightings = ServerLocation(address), Sightings(self.name, self.url, explicit=explicit)
        self._client = make_client(spec, carrier := transport or WireTransport(connect))
        self._endpoint = Endpoint(self._client, carrier, "")
        self.key = HeldKey(self._client, spec.credential, self._note_key)
        self.buffer = ReplayBuffer(self._client, self._place, self.name, possible=transport is None)
        self._prober = Prober(self._client, self._place, self.name, named=bool(spec.models), connect=connect)
        self._prefills, self._members = Prefills(self._client, self._place, self.name), RefusedMembers(self.name)
        self.running, self._wanted, self._round = RunningAnswers(), Signal(), trio.lowlevel.ParkingLot()
        self._loads: Loads | None = None
        self.shared: SharedLoads | None = None
        """The loads that were asked for; there while it is watched."""
        self.closed = self.closing = False  # nothing more can be asked; nothing new is to be asked

    @property
    def listing(self) -> Listing | None:
        """What it listed last, with what its settings add; None before it has answered once."""
        return self._listing

    @listing.setter
    def listing(self, listing: Listing) -> None:
        self._listing = listing = listing._replace(models=self._refusals.mark(listing.models))
        self._names = Names(listing.kind, listing.models, listing.instances)

    @property
    def kind(self) -> ServerKind | None:
        """What it is, None until that is known."""
        return self.listing.kind if self.listing is not None else self.spec.kind

    @property
    def known(self) -> bool:
        """It is meant to be there: it was configured, or has answered once."""
        return self.explicit or self.listing is not None

    def models(self) -> tuple[ModelInfo, ...]:
        """Return the first MAX_SHOWN of what it listed last, whether it is there now or not."""
        found = self.listing.models[:MAX_SHOWN] if self.listing is not None else ()
        return tuple(map(self._with_load, found))

    def find(self, model: str) -> ModelInfo | None:
        """Return the language model that is called so, by its id, an instance's, or another name that it has."""
        found = self._names.find(model)
        return found if found is not None and found.type == "llm" else None

    def resolve(self, model: str) -> ModelInfo | None:
        """Return what `find` returns, with the id by which the server is to be asked for it."""
        return self._names.resolve(model) if self.find(model) is not None else None

    def lists(self, model: str) -> ModelInfo | None:
        """Return the model that is called so, embedding models included."""
        found = self._names.find(model)
        return None if found is None else self._with_load(found)

    def _with_load(self, info: ModelInfo) -> ModelInfo:
        loading = self.queue.plan.loading
        return info if loading is None or loading.model != info.id else replace(info, loading=True)

    def health(self) -> BackendHealth:
        """Return how it was when last probed."""
        wait = self.breaker.wait(None, trio.current_time()) if self.listing is not None else 0.0
        return BackendHealth(
            self.name,
            self.url,
            self.kind,
            self.ok,
            self.reason,
            len(self.listing.models) if self.ok and self.listing is not None else 0,
            self.simulated,
            latency_ms=None if self._latency is None else round(self._latency * 1000, 2),
            version=self._prober.version,
            last_error=self._last_error,
            retry_after_ms=round(wait * 1000) or None,
            known=self.known,
            memory_bytes=sum(info.memory_bytes or 0 for info in self.models()) or None,
            notes=list_notes(self.listing) if self._own_notes is None else self._own_notes(),
            somebody=self.somebody and not self.ok,
            failure=None if self.ok else self._failure,
        )

    async def watch(self, supervisor: Supervisor, probe_seconds: float) -> None:
        """Probe for ever: at once, then after a pause or when asked to; `supervisor` runs what it loads. Once that is
        cancelled, the server counts as closed: nobody waits for a probe any more, and nothing can be asked."""
        self._loads, self.shared = Loads(supervisor), SharedLoads(supervisor)
        supervisor.keep("queue", self.queue.run)
        try:
            await self._keep_probing(supervisor, probe_seconds)
        finally:
            self.closed = True
            self.probed.set()
            self._round.unpark_all()

    async def _keep_probing(self, supervisor: Supervisor, probe_seconds: float) -> None:
        while True:
            with guarded("probe", server=self.name) as guard:
                await self._probe()
            if guard.error is not None:  # a defect of ours: this server is away, the others are not
                supervisor.note("probe", guard.error, server=self.name)
                self._away(guard.error)
            self.probed.set()
            self._round.unpark_all()
            with trio.move_on_at(beat_after(trio.current_time(), probe_seconds * (RELIST_FACTOR if self.ok else 1))):
                await self._wanted.wait()

    def probe_soon(self) -> None:
        """Have it probed soon: what it would list is known to have changed."""
        self._wanted.set()

    async def refresh(self) -> None:
        """Have it probed now, once for all who want that; returns when that is done, a few seconds at most."""
        if not self.closed:
            self._wanted.set()
            await self._round.park()

    async def stream(self, model: ModelInfo, prompt: Prompt, listener: Listener, max_bytes: int) -> Outcome:
        """Generate an answer at once; `front` has the turns. Raises like `Backends.stream`."""
        prefill = None
        if prompt.prefill:
            prefill = self._prefills.finding(model.id) or await self._prefill(model, listener)
            if prefill is None:
                raise UpstreamError(f"{self.name} does not continue an answer", reason="no_prefill", backend=self.name)
        watch, prompt = Watch(self.spec.deadlines, self.name, self.figures), with_bound(prompt, model, self.kind)
        with self._work(watch, model.id), watch.bounds():
            ask, body = await self._ask(model, prompt, prefill, listener, max_bytes)
            self._endpoint = self._endpoint.at(self._place.base + path_of(prompt))
            async with keep_stream(self.buffer, prompt, ask) as ask:
                return await self._members.generate(self._endpoint, ask, body, prompt.soft, watch, listener)

    async def take_up(self, model: ModelInfo, lost: LostAnswer, listener: Listener, keep: PlaceListener) -> Outcome:
        """Go on with an answer; `front` has it hold a turn. Raises like `Backends.take_up`."""
        watch = Watch(self.spec.deadlines, self.name, self.figures)
        with self._work(watch, model.id), watch.bounds():
            return await take_up(self.buffer, lost, watch, listener, keep)

    async def continues(self, model: ModelInfo, listener: Listener) -> bool:
        """Tell whether the model continues an unfinished answer; see `Backends.continues`."""
        with suppress(OrchdError):
            return not self.closed and await self._prefill(model, listener) is not None
        return False

    async def wait_idle(self, model: ModelInfo, patience: float) -> float | None:
        """Wait until the server no longer does anything that we can't account for; see `Backends.wait_idle`."""
        if self.closed or self.kind != "llamacpp":
            return None
        ours = partial(self.running.speaking, model.id)
        idle = partial(wait_until_idle, self._client, self._place.root, model.id, ours)
        return await reply_within(self.name, patience, idle)

    async def count_tokens(self, model: ModelInfo, what: Countable) -> int | None:
        """Ask the server's tokenizer; see `Backends.count_tokens`."""
        listing = self.listing
        if self.closed or not self.ok or listing is None or (self.lists(model.id) or model).loaded is False:
            return None
        if listing.kind != "llamacpp" and not listing.vllm:
            return None
        asked = partial(count, self._client, self._place.root, listing.kind, model.id, what)
        return await reply_within(self.name, COUNT_SECONDS, asked)

    async def exchange(self, model: ModelInfo, request: SmallRequest, listener: Listener) -> Any:
        """Send a small request at once; `front` has the turns. Raises like `Backends.exchange`."""
        watch = Watch(limits(request, model, self.spec.deadlines), self.name)
        with self._work(watch, model.id), watch.bounds(), map_errors(self.name, self._endpoint.key):
            instance = await self.instance(model.id, listener)
            listener.on_phase("loading" if instance is None and model.loaded is False else "prompt", None)
            url = (self._place.root if request.at_root else self._place.base) + request.path
            return await exchange(self._endpoint.at(url), request, instance or model.id, self.name, listener)

    async def unload(self, names: tuple[str, ...]) -> None:
        """Unload instances now, whatever they do. Raises UpstreamError, NotFound, Unavailable, Timeout."""
        if self.closed or self.listing is None:
            raise Unavailable(f"{self.name} is not there", reason="removed")
        with trio.move_on_after(UNLOAD_SECONDS), map_errors(self.name):
            await unload(self._client, self._place.root, self.name, self.listing, names)
            return
        raise Timeout(f"{self.name} did not unload it within {UNLOAD_SECONDS:g} s", reason="unload", backend=self.name)

    def note(self, model: str, error: OrchdError | None) -> None:
        """Keep how a request ended (None: well): for `health`, and to know which models don't chat."""
        self._last_error = self._last_error if error is None else error.message
        known = self._names.find(model)
        if self._listing is not None and self._refusals.note(model if known is None else known.id, error):
            self.listing = self._listing
            self._wanted.set()

    async def aclose(self) -> None:
        await self._client.aclose()

    @property
    def harmless(self) -> bool:
        return self.listing.harmless if self.listing is not None else self.spec.kind not in (None, "openai")

    @contextmanager
    def _work(self, watch: Watch, model: str) -> Iterator[None]:
        """Count what the block does as a running generation."""
        if self.closed:
            raise Unavailable("the model client is closed", reason="stopping")
        self.key.demand(self.name)
        with self.running.during(watch, model):
            if not self.harmless:
                self._probe_scope.cancel()
            try:
                yield
            except OrchdError as error:
                self._suspect(error)
                raise

    async def _prefill(self, model: ModelInfo, listener: Listener) -> Prefill | None:
        """Return how to have the model continue an answer; loads it where it isn't loaded."""
        fragile = not self.harmless and bool(self.running)
        instance, info = await self.instance(model.id, listener), self.find(model.id)
        seconds = PREFILL_SECONDS
        if instance is None and info is not None and info.loaded is False:
            listener.on_phase("loading", None)
            seconds += self.spec.deadlines.first_event
        instances = self.listing.instances.get(model.id, ()) if self.listing is not None else ()
        watch = Watch(Deadlines(first_event=seconds), self.name)
        mark = Fingerprint(self.kind, info, instances)
        with self._work(watch, model.id), watch.bounds():
            return await self._prefills.find(model.id, instance or model.id, mark, fragile=fragile)

    async def _ask(
        self, model: ModelInfo, prompt: Prompt, prefill: Prefill | None, listener: Listener, max_bytes: int
    ) -> tuple[AttemptSpec, dict[str, Any]]:
        instance = await self.instance(model.id, listener)
        more = prefill.members if prefill else None
        ask = AttemptSpec(
            *(self.name, b"", model.id, instance is None and model.loaded is False, max_bytes),
            continued=prefill is not None,
            echo=prefill.echo(prompt.turns[-1].content) if prefill else "",
            relayed=prompt.relayed,
        )
        return ask, request_members(ending(prompt, model), instance or model.id, self.kind, more)

    async def instance(self, model: str, listener: Listener) -> str | None:
        """Return the loaded instance to ask, loading the model where the server lets us; None: just name the model.

        Raises like `loading.load_lmstudio`.
        """
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
        seconds = self.spec.deadlines.first_event
        found = await load_lmstudio(
            self._client, self._place.root, self.name, model, seconds=seconds, prober=self._prober
        )
        self._wanted.set()
        return found

    def _suspect(self, error: OrchdError) -> None:
        """Have the server probed after a failure that may say something about it; a refused connection says enough."""
        if error.reason == "connect" and len(self.running) == 1:
            self._away(error)
        if not isinstance(error, TooLarge):
            self._wanted.set()

    async def _probe(self) -> None:
        if self.running and not self.harmless:
            return
        try:
            with trio.CancelScope() as self._probe_scope:
                self.key.demand(self.name)
                moves = None
                while moves != self._moves:  # a list from before a load is not what is loaded now
                    moves = self._moves
                    listing = with_named_models(await self._look(), self.spec, self.name)
                self.ok, self.reason, self._latency = True, None, self._prober.latency
                self.breaker.reachable()
                self.listing = listing
                await self.buffer.find_out(listing.kind)
                adjust(self.queue, listing, self.spec.slots)
                self._sightings.well(listing.kind, len(listing.models), list_notes(listing))
        except OrchdError as error:
            self._last_error = error.message
            if not self.running:
                self._away(error)

    async def _look(self) -> Listing:
        """List it anew. A kind that nobody configured is found out again when it comes back: it may be another one."""
        kind = self.spec.kind
        return await self._prober.probe(kind or (self.kind if self.ok else None), sure=kind is not None)

    def _away(self, error: OrchdError) -> None:
        self.ok, self.reason, self._failure = False, error.message, error.bare(error.message)
        self.somebody = says_somebody(error)
        self.buffer.forget()
        self._prefills.forget()
        self._members.forget()
        self._refusals.forget()
        self._sightings.ill(error)

    def _note_key(self) -> None:
        """It is sent another key from now on, or asked nothing any more."""
        self._endpoint = self._endpoint.anew()
        self._wanted.set()

    def _note_move(self, model: str | None) -> None:
        """A model was loaded, or may have been: note what is certain, and have the rest listed."""
        self._moves += 1
        if self.listing is not None and model is not None:
            models = tuple(replace(info, loaded=True) if info.id == model else info for info in self.listing.models)
            self.listing = self.listing._replace(models=models)
        self._wanted.set()
