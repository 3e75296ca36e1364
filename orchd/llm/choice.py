"""Which model answers: the rules, without any waiting.

In order: the one asked for, the conversation's, the default, the first loaded one, the first listed one; the last two
only of those that are for chats. A name that is
given decides; when it isn't available, that is an error and not a reason to try another. Simulated models are the
exception: one that a conversation or the default names is passed over while there is a real model, and none is chosen
unnamed as soon as a real server is known of: it would answer in place of one that fails.

A name is a model's id or alias, or `id@backend`. When several servers have the model, `Prefer` says which.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from orchd.errors import NotFound, OrchdError, Unavailable
from orchd.llm.backend import Backend
from orchd.llm.types import Target

SIMULATED_PREFIX = "simulated"

MAX_NAMED = 5
"""How many models or servers an error names."""

Prefer: TypeAlias = Callable[[Sequence[Backend], str], Backend]
"""Chooses among servers (never none) that have a model."""


def first(backends: Sequence[Backend], model: str) -> Backend:
    """Prefer them in their order."""
    return backends[0]


def choose(
    backends: Sequence[Backend],
    asked: str | None,
    conversation: str | None,
    default: str | None,
    prefer: Prefer = first,
) -> Target:
    """Return the model to answer. Raises NotFound (`details.field` is `model`) or Unavailable."""
    if asked:
        return _by_name(*narrow(backends, asked), prefer, must_know_all=False)
    for name in (conversation, default):
        if name and not _passed_over(*narrow(backends, name)):
            return _by_name(*narrow(backends, name), prefer, must_know_all=True)
    return _any(backends)


def narrow(backends: Sequence[Backend], name: str) -> tuple[Sequence[Backend], str]:
    """Return the servers that a name speaks of, and the model's id: `id@backend` speaks of one.

    Ids may hold an `@` themselves (LM Studio's variants do): what is a known model's whole id is no such spelling.
    """
    model, _, where = name.rpartition("@")
    place = [backend for backend in backends if backend.name == where]
    if not model or not place or any(backend.lists(name) for backend in backends):
        return backends, name
    return place, model


def _by_name(backends: Sequence[Backend], name: str, prefer: Prefer, *, must_know_all: bool) -> Target:
    """Return the model of that name. `must_know_all`: it is only unknown once every server that we know of is there."""
    holders = [backend for backend in backends if backend.ok and backend.find(name) is not None]
    holders = [backend for backend in holders if not backend.simulated] or holders
    if holders:
        return _target(prefer(holders, name), name)
    raise _not_there(backends, name, must_know_all=must_know_all)


def _not_there(backends: Sequence[Backend], name: str, *, must_know_all: bool) -> OrchdError:
    known = [backend for backend in backends if backend.known and not backend.simulated]
    for backend in backends:
        if not backend.ok and backend.find(name) is not None:
            return Unavailable(
                f"{backend.name}, which has the model {name}, is away", reason="no_server", backend=backend.name
            )
    answering = [backend for backend in known if backend.ok]
    if known and not answering:
        return Unavailable(_nobody_answers(backends), reason="no_server")
    if not any(backend.ok for backend in backends):
        return Unavailable(_nobody_answers(backends), reason="no_server")
    if must_know_all and not answering:
        return Unavailable(f"no model server that could have the model {name} answers", reason="no_server")
    if must_know_all and len(answering) < len(known):
        away = ", ".join(backend.name for backend in known if not backend.ok)
        return Unavailable(f"the model {name} is not there while {away} is away", reason="no_server")
    return NotFound(f"no model server has a model {name}", field="model")


def _passed_over(backends: Sequence[Backend], name: str) -> bool:
    """Tell whether a name that nobody just asked for is that of a simulated model which must not be used."""
    holders = [backend for backend in backends if backend.find(name) is not None]
    if any(not backend.simulated for backend in holders):
        return False
    if not holders:
        return name.startswith(SIMULATED_PREFIX)
    return _first(backends, simulated=False) is not None or _real_known(backends)


def _any(backends: Sequence[Backend]) -> Target:
    real = _first(backends, simulated=False)
    if real is not None:
        return real
    if not _real_known(backends):
        stand_in = _first(backends, simulated=True)
        if stand_in is not None:
            return stand_in
    answering = [backend for backend in backends if backend.ok and not backend.simulated]
    if answering:
        raise _nothing_chats(answering)
    raise Unavailable(_nobody_answers(backends), reason="no_server")


def _nothing_chats(backends: Sequence[Backend]) -> Unavailable:
    names = [info.id for backend in backends for info in backend.models() if info.type == "llm"]
    if not names:
        return Unavailable("the model servers have no language model", reason="no_model")
    more = f" and {len(names) - MAX_NAMED} others" if len(names) > MAX_NAMED else ""
    told = f"no model here is for chats ({', '.join(names[:MAX_NAMED])}{more}): name the one to ask"
    return Unavailable(told, reason="no_chat")


def _nobody_answers(backends: Sequence[Backend]) -> str:
    """Say why, of each server that is meant to be there; else where it was looked, and what to do."""
    real = [backend for backend in backends if not backend.simulated]
    if known := [backend for backend in real if backend.known]:
        return f"no model server answers: {'; '.join(_why(backend) for backend in known[:MAX_NAMED])}"
    if found := [backend for backend in real if backend.somebody]:
        return f"no model server answers: {'; '.join(_why(backend) for backend in found)}"
    looked = ", ".join(backend.name for backend in real) or "any address"
    return f"no model server was found at {looked}: start one, or name one to the daemon with `--backend URL`"


def _why(backend: Backend) -> str:
    reason = backend.reason or "it is away"
    return reason if backend.name in reason else f"{backend.name}: {reason}"


def _first(backends: Sequence[Backend], *, simulated: bool) -> Target | None:
    """Return the first loaded model for chats of the living servers, else the first one at all.

    One without a chat template only goes on with what it is given, so it is the last choice.
    """
    found = [
        (backend, info)
        for backend in backends
        if backend.ok and backend.simulated == simulated and backend.listing is not None
        for info in backend.listing.models
        if info.chats
    ]
    answering = [pair for pair in found if pair[1].template is not False] or found
    if not answering:
        return None
    backend, info = next((pair for pair in answering if pair[1].loaded), answering[0])
    return _target(backend, info.id)


def _real_known(backends: Sequence[Backend]) -> bool:
    return any(backend.known and not backend.simulated for backend in backends)


def _target(backend: Backend, name: str) -> Target:
    """Return the model of that name by the id that its server is asked for, be it that of a loaded instance."""
    info = backend.resolve(name)
    assert info is not None
    return Target(info, backend.name)
