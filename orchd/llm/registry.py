"""All model servers together: which models there are, which one answers, and the way to ask it.

`resolve` keeps one promise above all: nobody gets an answer from another model than the one asked for without being
told. A model that isn't available is an error, `unavailable` while its server is away, `not_found` when no server knows
it any more; and the simulated model never stands in for a real server that fails.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias

import trio
from msgspec.structs import replace

from orchd.errors import NotFound, RateLimited, Unavailable
from orchd.guard import Troubles
from orchd.llm import front, permission
from orchd.llm import local as local_models
from orchd.llm.accounting import FREE, Accounts, charging, counting
from orchd.llm.asking.fallback import Attempts, try_each
from orchd.llm.asking.lost_answers import LostAnswers
from orchd.llm.asking.recording import Recording
from orchd.llm.asking.running import Workload
from orchd.llm.backend import Backend
from orchd.llm.billing import ServerBills
from orchd.llm.choice import choose, narrow
from orchd.llm.loading import ReportProgress
from orchd.llm.local.spec import NAME as LOCAL_NAME
from orchd.llm.placement import Placement
from orchd.llm.probing.held_key import KeyReference, KeyTrial, ServerTrial
from orchd.llm.probing.tokens import Countable
from orchd.llm.scoring.exchange import SmallRequest
from orchd.llm.servers import ServerSet, make_backends
from orchd.llm.types import (
    ANY_REQUESTER,
    BackendHealth,
    BackendSpec,
    Listener,
    ModelInfo,
    Outcome,
    Prompt,
    QueueEntry,
    Requester,
    Selection,
    Target,
)
from orchd.llm.wire.pipe import Connect, connect_tcp
from orchd.telemetry.daemon import ModelFigures

MAX_ANSWER_BYTES = 8 * 1024 * 1024
OutcomeListener: TypeAlias = Callable[[Target, Prompt, Outcome], None]
"""Told of each generation that ended well; never waits, never raises."""


class Backends:
    """The model servers of `specs`, or those found on the loopback when there are none. To be used while `run` runs.

    `simulated` is the demo model's server, `local` the models in processes of our own, if there are any. Raises
    ConfigurationError for addresses and names that can't be used.
    """

    def __init__(
        self,
        specs: Sequence[BackendSpec],
        *,
        simulated: BackendSpec | None = None,
        local: "local_models.Local | None" = None,
        probe_seconds: float = 10.0,
        connect: Connect = connect_tcp,
        troubles: Troubles | None = None,
        figures: ModelFigures | None = None,
    ) -> None:
        self._connect, self._accounts, figures = connect, FREE, figures or ModelFigures()
        first = make_backends(specs, simulated, local, connect, figures)
        self._servers = ServerSet(first, connect, probe_seconds, troubles, figures)
        self._backends = self._servers.present
        self._observers, self._arrivals = list[OutcomeListener](), list[Callable[[Requester], None]]()
        self._placement, self.bills = Placement(self._backends), ServerBills(self._backends, figures)
        self.lost = LostAnswers(self._backends, self.bills, lambda: self._accounts)

    def observe(self, observer: OutcomeListener) -> None:
        """Have `observer` called at the end of each successful generation, whoever asked for it."""
        self._observers.append(observer)

    def keep_accounts(self, accounts: Accounts) -> None:
        """Have `accounts` asked before each generation, and told what it took."""
        self._accounts = accounts

    def tell_arrivals(self, told: Callable[[Requester], None]) -> None:
        """Have `told` called whenever somebody asks a model for something, before it waits for a turn."""
        self._arrivals.append(told)

    def tell_queue(self, told: Callable[[], None]) -> None:
        """Have `told` called, which must not wait, whenever `queue` has changed, besides that time has passed."""
        self._servers.queue_listeners.append(told)

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Watch the servers until cancelled, then close; `started` at once, without waiting for a first probe."""
        await self._servers.run(task_status=task_status)

    def specs_of_settings(self) -> list[BackendSpec]:
        """Return the servers that the settings name, as they name them, with their names and keys."""
        first = (backend for backend in self._servers.first if backend.explicit and backend.spec.name != LOCAL_NAME)
        return [replace(backend.spec, name=backend.name, url=backend.url) for backend in first]

    def serve_more(self, specs: Mapping[str, BackendSpec]) -> dict[str, str]:
        """Have these servers asked besides those of the settings, by their names, and no others; return by name why
        some can't be. A new one is probed at once; one that goes, or is changed, ends the answers that run there, and
        what waits for it is refused with Unavailable."""
        return self._servers.serve_more(specs)

    async def try_server(self, spec: BackendSpec) -> ServerTrial:
        """Have a server that need not be one of these list its models; half a minute at most. Raises ConfigurationError
        for an address that is none, Busy where that would interrupt an answer, else as `load` does."""
        return await front.try_server(self._backends.values(), spec, self._connect)

    async def wait_first_probe(self) -> None:
        """Wait until every server of the settings has been probed once: some seconds at most."""
        for backend in self._servers.first:
            await backend.probed.wait()

    async def refresh(self) -> None:
        """Probe all servers now; single-flight, some seconds at most."""
        async with trio.open_nursery() as nursery:
            for backend in self._backends.values():
                nursery.start_soon(backend.refresh)

    async def resolve(
        self, asked: str | None, conversation: str | None, default: str | None, *, requester: Requester = ANY_REQUESTER
    ) -> Target:
        """Return the model to answer: the one asked for, else the conversation's, else the default, else one that is
        there. Each is an id, or `id@backend`.

        Of several servers that have it the one is chosen where the answer may be expected soonest, or not much later
        the one that `requester.conversation` used last. Waits for the first probe; when the model isn't found, for one
        more. Raises NotFound (`details.field` is `model`) when no server has it, Unavailable when its server is away or
        there is none.
        """
        await self.wait_first_probe()
        backends = tuple(self._backends.values())
        if requester.models is not None and not any((asked, conversation, default)):
            return await self._first_allowed(requester)
        prefer = partial(self._placement.prefer, requester)
        try:
            target = choose(backends, asked, conversation, default, prefer)
            if asked or not target.model.simulated:
                permission.check(backends, requester, target.model)
                return target
        except (NotFound, Unavailable):
            pass
        await self.refresh()
        if asked and not permission.may_name(backends, requester, asked):
            raise permission.refusal(asked)
        target = choose(backends, asked, conversation, default, prefer)
        permission.check(backends, requester, target.model)
        return target

    async def _first_allowed(self, requester: Requester) -> Target:
        """Return a model for chats that may be used, a loaded one before others, when none is named at all."""
        able = [info for info in self.models(requester=requester) if info.chats]
        if not able:
            await self.refresh()
            able = [info for info in self.models(requester=requester) if info.chats]
        return await self.resolve(permission.take_one(able).full_name, None, None, requester=requester)

    async def first(
        self,
        asked: str | None,
        fallbacks: Sequence[str],
        conversation: str | None,
        default: str | None,
        *,
        requester: Requester = ANY_REQUESTER,
    ) -> Selection:
        """Return the first model that is available, and whose server's account may spend more: what `resolve` returns
        for the first three names, else one of `fallbacks`. Raises the first one's error when none can, with
        `details.attempts` if there were several.
        """
        if requester.models is not None:
            await self.wait_first_probe()
            permission.check_names(tuple(self._backends.values()), requester, fallbacks)
        await self._accounts.check(requester)
        attempts, names = Attempts(), (conversation, default)
        for place, name in enumerate((asked, *fallbacks)):
            try:
                target = await self.resolve(name, *(names if place == 0 else (None, None)), requester=requester)
                await self.bills.admit(target.backend)
                return Selection(target, tuple(fallbacks[place:]), tuple(attempts.failures))
            except (NotFound, Unavailable, RateLimited) as error:
                attempts.note_failure(name or conversation or default or "", "", error)
        raise attempts.error(0)

    async def stream(
        self,
        target: Target,
        prompt: Prompt,
        listener: Listener,
        *,
        max_bytes: int = MAX_ANSWER_BYTES,
        requester: Requester = ANY_REQUESTER,
        fallbacks: Sequence[str] = (),
        reprompt: Callable[[Target], Prompt] | None = None,
    ) -> Outcome:
        """Wait for a turn and generate an answer, telling `listener` as it comes; `on_close` is its last call, once the
        connection is closed.

        Whoever must wait hears the phase `queued`, and its place if it is a `QueueListener`; `requester` says whose
        turn it is. `fallbacks` are models to ask instead, in order, if an attempt fails before its first token for a
        reason that lies with the model or its server; `reprompt` gives the prompt for one, else it is the same; an
        `AttemptListener` hears of it. Over `max_bytes` of UTF-8, both channels together, the answer is cut off with
        finish reason `length`. Raises RateLimited (`quota`), Timeout, Unavailable (`details.retryAfterMs`
        when the model is left alone), NotFound, TooLarge (context overflow), UpstreamError (`details.reason`); after
        several attempts the last one's error, with `details.attempts`. Cancelling closes the connection at once.
        """
        for told in self._arrivals:
            told(requester)

        async def ask(chosen: Target, heard: Listener) -> Outcome:
            wanted = prompt if chosen is target or reprompt is None else reprompt(chosen)
            await self.bills.admit(chosen.backend)
            with counting(self.bills.charge(charge, chosen.backend, requester), chosen.model.id, wanted):
                return await self._answer(chosen, wanted, heard, max_bytes, requester)

        async def resolve(name: str) -> Target:
            return await self.resolve(name, None, None, requester=requester)

        try:
            async with charging(self._accounts, requester) as charge:
                answer = try_each(target, fallbacks, resolve, ask, listener) if fallbacks else ask(target, listener)
                return await answer
        finally:
            listener.on_close()

    async def continues(
        self, target: Target, listener: Listener | None = None, *, requester: Requester = ANY_REQUESTER
    ) -> bool:
        """Tell whether the model continues an unfinished answer, so that a prompt may have `prefill`.

        To be asked right before such a generation: the model is loaded if need be, and on most servers a few tokens
        are generated; `listener` hears `on_phase` only. What was found is remembered until the server lists the model
        otherwise or goes away. Never raises an OrchdError: no answer is a no. Waits for a turn as `stream` does, then
        some 20 s at most, and the time of a load.
        """
        backend = self._backends.get(target.backend)
        if backend is None or not permission.may_use(tuple(self._backends.values()), requester, target.model):
            return False
        with suppress(RateLimited, Unavailable):  # the generation itself is refused in the same way
            async with self.bills.paying(self._accounts, target.backend, requester, target.model.id):
                return await front.continues(backend, target.model, listener or Recording(target), requester)
        return False

    async def exchange(
        self,
        target: Target,
        request: SmallRequest,
        listener: Listener | None = None,
        *,
        requester: Requester = ANY_REQUESTER,
    ) -> Any:
        """Wait for a turn, send a small request about the model and return the JSON value that comes back.

        `listener` hears `on_phase` only. Raises Timeout after `request.seconds` of the server's time, else as `stream`.
        """
        backend = self._server(target, requester)
        async with self.bills.paying(self._accounts, target.backend, requester, target.model.id):
            return await front.exchange(backend, target.model, request, listener or Recording(target), requester)

    async def wait_idle(self, target: Target, *, patience: float) -> float | None:
        """Return after how many seconds the server had stopped working on the model, our other running generations
        aside.

        None when it does not tell (only llama.cpp does), or still worked after `patience` seconds, be it for someone
        else. To be called once the generation has ended. Never raises an OrchdError.
        """
        backend = self._backends.get(target.backend)
        return None if backend is None else await backend.wait_idle(target.model, patience)

    async def count_tokens(self, target: Target, what: Countable) -> int | None:
        """Return how many tokens a text is, or the prompt that the model's template makes of turns, exactly.

        None when the server can't tell: only llama.cpp and vLLM have a tokenizer to ask, and none of them loads a model
        for that. Never disturbs a generation, never raises an OrchdError; waits some seconds at most.
        """
        backend = self._backends.get(target.backend)
        return None if backend is None else await backend.count_tokens(target.model, what)

    async def load(
        self,
        model: str,
        *,
        progress: ReportProgress = front.nobody,
        force: bool = False,
        requester: Requester = ANY_REQUESTER,
    ) -> ModelInfo:
        """Have a model loaded and return it as it is then: natively on LM Studio, elsewhere by asking for one token.

        `model` is an id or `id@backend`. One load at a time on a server, and none while it answers for another model,
        which might be thrown out: `force` doesn't wait for that. All who want the model share one load, which ends with
        the last of them. `progress` is told its place, the time left by earlier loads, and how far it is where the
        server tells. Waits for minutes. Raises NotFound (`field` is `model`), Unavailable, Timeout, UpstreamError.
        """
        backend, info = await self._find(model)
        permission.check(tuple(self._backends.values()), requester, info)
        async with self.bills.paying(self._accounts, backend.name, requester, info.id):
            await front.load(backend, info, progress, force=force)
        await backend.refresh()
        return backend.lists(info.id) or info

    async def unload(self, model: str) -> None:
        """Have a model unloaded, all its instances, if it is loaded; `model` is an id or `id@backend`.

        Raises NotFound, Conflict while it generates, Unavailable, Timeout, UpstreamError (`details.reason`: `no_unload`
        where the server doesn't do that). Waits for a load under way, then up to half a minute.
        """
        backend, info = await self._find(model)
        await front.unload(backend, info)

    def credentials(self) -> dict[str, KeyReference]:
        """Return which keys servers are sent that somebody else keeps, by the servers' names: a key's name or its id;
        and whether that server waits to be told it for the first time."""
        named = ((backend, backend.spec.credential) for backend in self._backends.values())
        return {server.name: KeyReference(key, server.key.awaited) for server, key in named if key is not None}

    def give_key(self, server: str, key: str | None, missing: str = "") -> None:
        """Have a server sent this key from now on; None: ask it nothing, since its key is `missing`, as users read."""
        if (backend := self._backends.get(server)) is not None:
            backend.key.withhold(missing) if key is None else backend.key.give(key)

    async def try_key(self, server: str, key: str) -> KeyTrial:
        """Have a server list its models for a key, and for none, over connections of their own; half a minute at most.

        Raises NotFound (`field` is `backend`), Busy where that would interrupt an answer, else as `load` does.
        """
        backend = self._backends.get(server)
        if backend is None:
            raise NotFound(f"no model server is called {server}", field="backend", path="$.data.backend")
        return await front.try_key(backend, key, self._connect)

    def check_names(self, requester: Requester, fallbacks: Sequence[str], model: str | None = None) -> None:
        """Raise `Forbidden` if one of these may not be used for somebody."""
        permission.check_names(tuple(self._backends.values()), requester, fallbacks, model)

    def queue(self) -> list[QueueEntry]:
        """Return what runs and what waits on each server, in the order in which it would begin."""
        return [entry for backend in self._servers.watched for entry in backend.queue.entries()]

    def workload(self, server: str | None = None) -> Workload:
        """Return what the servers that there are do, or one of them, and what has come of it so far."""
        watched = (each for each in self._servers.watched if server is None or each.name == server)
        return Workload.of((*each.queue.counts(), each.running.written) for each in watched)

    def models(self, *, away: bool = False, requester: Requester = ANY_REQUESTER) -> list[ModelInfo]:
        """Return the models of all servers that are there, embedding models included, in the order of the servers, as
        far as `requester` may use them; `away`: also what servers that are away listed last."""
        servers = tuple(self._backends.values())
        listed = (model for backend in servers if backend.ok or away for model in backend.models())
        return [model for model in listed if permission.may_use(servers, requester, model)]

    def health(self) -> list[BackendHealth]:
        """Return how each server was when last probed."""
        return [backend.health() for backend in self._backends.values()]

    async def _answer(
        self, target: Target, prompt: Prompt, listener: Listener, max_bytes: int, requester: Requester
    ) -> Outcome:
        backend = self._server(target, requester)
        try:
            outcome = await front.answer(backend, target.model, prompt, listener, max_bytes, requester)
        except Unavailable as error:
            if error.reason != "removed" or target.backend not in self._backends:
                raise
            return await self._answer(target, prompt, listener, max_bytes, requester)  # it was changed meanwhile
        for observer in self._observers:
            observer(target, prompt, outcome)
        return outcome._replace(price=self.bills.price(target, outcome.usage))

    def _server(self, target: Target, requester: Requester) -> Backend:
        """Return the server that is asked for somebody: the last gate before it."""
        permission.check(tuple(self._backends.values()), requester, target.model)
        backend = self._backends.get(target.backend)
        if backend is None:
            raise Unavailable(f"{target.backend} is no model server of this daemon", reason="removed")
        return backend

    async def _find(self, name: str) -> tuple[Backend, ModelInfo]:
        """Return a model of any type by its name, looking once more if need be."""
        await self.wait_first_probe()
        for again in (False, True):
            if again:
                await self.refresh()
            place, model = narrow(tuple(self._backends.values()), name)
            holders = [backend for backend in place if backend.ok and backend.lists(model) is not None]
            if holders:
                backend = self._placement.prefer(ANY_REQUESTER, holders, model)
                info = backend.lists(model)
                assert info is not None
                return backend, info
        choose(tuple(self._backends.values()), name, None, None)  # says whether it is unknown or away
        raise NotFound(f"no model server has a model {name}", field="model")
