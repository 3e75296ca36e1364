"""What goes through a server's queue and its circuit breaker: answers, loads, unloads, probes that generate.

Nothing is asked of a model server but by way of here. The circuit is looked at twice, before the wait and after it:
what fails while a hundred requests wait must not be asked a hundred times more.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import trio
from msgspec.structs import replace

from orchd.errors import Busy, Conflict, OrchdError, Unavailable, UpstreamError
from orchd.llm.accounting import tally_here
from orchd.llm.asking.taking_up import LostAnswer
from orchd.llm.backend import Backend
from orchd.llm.loading import LOADED_ANYWAY, ONE_TOKEN, LoadListener, LoadNews, ReportProgress
from orchd.llm.probing import held_key
from orchd.llm.probing.address import read_address
from orchd.llm.probing.held_key import KeyTrial, ServerTrial, find_what_it_lists
from orchd.llm.replay import PlaceListener
from orchd.llm.scoring.exchange import SmallRequest
from orchd.llm.types import ANY_REQUESTER, BackendSpec, Listener, ModelInfo, Outcome, Prompt, Requester
from orchd.llm.wire.pipe import Connect

MAX_LOAD_BYTES = 4096


async def answer(
    backend: Backend, model: ModelInfo, prompt: Prompt, listener: Listener, max_bytes: int, requester: Requester
) -> Outcome:
    """Wait for a turn and generate an answer; see `Backends.stream`, which also tells the listener of the end."""
    _demand_open(backend, model.id)
    async with backend.queue.turn(model.id, requester, listener) as heard:
        span = backend.figures.tracing.span("attempt", operation="chat", backend=backend.name, model=model.id)
        with backend.figures.attempt(backend.name), span as opened, _circuit(backend, model.id):
            outcome = await backend.stream(_fresh(backend, model), prompt, heard, max_bytes)
            if outcome.usage is not None:
                opened.note("tokens_in", outcome.usage.prompt_tokens)
                opened.note("tokens_out", outcome.usage.completion_tokens)
        backend.note(model.id, None)
        return outcome


async def take_up(
    backend: Backend, model: ModelInfo, lost: LostAnswer, listener: Listener, keep: PlaceListener, requester: Requester
) -> Outcome:
    """Go on with an answer that the server is at work on, which therefore holds a turn; see `Backends.take_up`."""
    async with backend.queue.turn(model.id, requester, listener, measured=False, under_way=True) as heard:
        return await backend.take_up(model, lost, heard, keep)


async def exchange(
    backend: Backend, model: ModelInfo, request: SmallRequest, listener: Listener, requester: Requester
) -> Any:
    """Wait for a turn and send a small request; see `Backends.exchange`."""
    _demand_open(backend, model.id)
    async with backend.queue.turn(model.id, requester, listener, measured=False) as heard:
        with _circuit(backend, model.id):
            return await backend.exchange(_fresh(backend, model), request, heard)


async def try_key(backend: Backend, key: str, connect: Connect) -> KeyTrial:
    """Have the server list its models for a key; see `Backends.try_key`."""
    if backend.queue.entries() and not backend.harmless:
        raise Busy(
            f"{backend.name} is answering, which listing its models would interrupt",
            reason="answering",
            backend=backend.name,
        )
    return await find_what_it_lists(replace(backend.spec, kind=backend.kind), backend.name, key, connect)


async def try_server(backends: Iterable[Backend], spec: BackendSpec, connect: Connect) -> ServerTrial:
    """Have a server list its models; see `Backends.try_server`."""
    address = read_address(spec.url)
    for backend in backends:
        if backend.url == address.shown and backend.queue.entries() and not backend.harmless:
            raise Busy(
                f"{backend.name} is answering, which listing its models would interrupt",
                reason="answering",
                backend=backend.name,
            )
    return await held_key.try_server(spec, spec.name or address.host, connect)


async def continues(backend: Backend, model: ModelInfo, listener: Listener, requester: Requester) -> bool:
    """Wait for a turn and find out whether the model continues an answer; see `Backends.continues`."""
    if backend.closed or backend.breaker.wait(model.id, trio.current_time()):
        return False
    async with backend.queue.turn(model.id, requester, listener, measured=False) as heard:
        return await backend.continues(_fresh(backend, model), heard)


async def load(backend: Backend, model: ModelInfo, progress: ReportProgress, *, force: bool) -> None:
    """Have the model loaded, by one load for all who want it; see `Backends.load`."""
    if _fresh(backend, model).loaded:
        return
    _demand_open(backend, model.id)
    if backend.shared is None:
        raise Unavailable("the model client is closed", reason="stopping")
    tally_here().on_call()
    key = f"{model.id} at once" if force else model.id
    await backend.shared.join(key, progress, partial(_load, backend, model, force=force))


async def _load(backend: Backend, model: ModelInfo, progress: ReportProgress, *, force: bool) -> None:
    requester, listener = Requester(conversation=f"load {model.id}"), LoadListener(progress)
    async with backend.queue.turn(model.id, requester, listener, alone=force, measured=False) as heard:
        if _fresh(backend, model).loaded:
            return
        with _circuit(backend, model.id):
            if await backend.instance(model.id, heard) is None:
                await _load_by_asking(backend, model, heard)
        heard.on_phase("prompt", None)


async def unload(backend: Backend, model: ModelInfo) -> None:
    """Have the model unloaded; see `Backends.unload`."""
    if _fresh(backend, model).loaded is False and not backend.queue.runs(model.id):
        return
    names = (backend.listing.instances.get(model.id) if backend.listing is not None else None) or (model.id,)
    if any(backend.queue.runs(name) for name in {model.id, *names}):
        raise Conflict(f"{model.id} is generating an answer", reason="answering", model=model.id, backend=backend.name)
    async with backend.queue.turn(model.id, ANY_REQUESTER, LoadListener(nobody), alone=True, measured=False):
        await backend.unload(names)
    await backend.refresh()


async def _load_by_asking(backend: Backend, model: ModelInfo, listener: Listener) -> None:
    if model.type != "llm":
        raise UpstreamError(
            f"{backend.name} loads such a model only when it is used", reason="no_load", backend=backend.name
        )
    try:
        await backend.stream(model, ONE_TOKEN, listener, MAX_LOAD_BYTES)
    except UpstreamError as error:
        if error.reason not in LOADED_ANYWAY:
            raise


def _fresh(backend: Backend, model: ModelInfo) -> ModelInfo:
    """Return what is known of a model now: its turn may have come long after it was chosen."""
    info = backend.lists(model.id)
    return model if info is None else replace(info, id=model.id)


def _demand_open(backend: Backend, model: str) -> None:
    if backend.closed:
        raise Unavailable("the model client is closed", reason="stopping")
    backend.breaker.check(model, trio.current_time())


@contextmanager
def _circuit(backend: Backend, model: str) -> Iterator[None]:
    """Let the block try the model, unless it failed too often by now."""
    breaker, who = backend.breaker, object()
    breaker.check(model, trio.current_time())
    breaker.begin(model, who)
    try:
        yield
    except OrchdError as error:
        backend.note(model, error)
        breaker.record_failure(model, who, error, trio.current_time())
        raise
    else:
        breaker.record_success(model)
    finally:
        breaker.end(model, who)


def nobody(news: LoadNews) -> None:
    """Nobody is told."""
