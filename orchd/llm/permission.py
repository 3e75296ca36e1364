"""Which models somebody may use: the one check, wherever a model is chosen or asked.

A permission is a list of names, as requests name models: ids, aliases, other spellings that a server takes, or
`id@backend`. It is held against the model that is meant in the end, so that no spelling of a name gets around it.
"""

from collections.abc import Sequence

from orchd.errors import Forbidden, Unavailable
from orchd.llm.backend import Backend
from orchd.llm.choice import narrow
from orchd.llm.types import ModelInfo, Requester


def may_use(backends: Sequence[Backend], requester: Requester, info: ModelInfo) -> bool:
    """Tell whether a model may be used for somebody."""
    if requester.models is None:
        return True
    return any(info.is_called(name) or _is_meant(backends, name, info) for name in requester.models)


def check(backends: Sequence[Backend], requester: Requester, info: ModelInfo) -> None:
    """Raise `Forbidden` for a model that may not be used for somebody."""
    if not may_use(backends, requester, info):
        raise refusal(info.id)


def check_names(
    backends: Sequence[Backend], requester: Requester, fallbacks: Sequence[str], model: str | None = None
) -> None:
    """Raise `Forbidden` if one of these `fallbacks`, or `model`, may not be used for somebody, wherever it is."""
    if model is not None and not may_name(backends, requester, model):
        raise refusal(model)
    for place, name in enumerate(fallbacks):
        if not may_name(backends, requester, name):
            raise refusal(name, "fallbacks", f"$.data.fallbacks[{place}]")


def demand_holders(
    backends: Sequence[Backend], requester: Requester, holders: Sequence[Backend], model: str
) -> Sequence[Backend]:
    """Return those of the holders of a model on which it may be used for somebody. Raises `Forbidden` for none."""
    if requester.models is None:
        return holders
    listed = [(backend, backend.lists(model)) for backend in holders]
    found = [backend for backend, info in listed if info is not None and may_use(backends, requester, info)]
    if not found:
        raise refusal(model)
    return found


def may_name(backends: Sequence[Backend], requester: Requester, name: str) -> bool:
    """Tell whether a name may stand for a model that may be used for somebody; one that no server knows only if it is
    among theirs."""
    if requester.models is None or name in requester.models:
        return True
    place, model = narrow(backends, name)
    found = [info for backend in place if (info := backend.lists(model)) is not None]
    return any(may_use(backends, requester, info) for info in found)


def take_one(able: Sequence[ModelInfo]) -> ModelInfo:
    """Return the model to be taken where none was named: a loaded one first, a simulated one last. Raises `Unavailable`
    when none is there that may be used."""
    if not able:
        raise Unavailable("none of the models that the token may use is there", reason="token_model")
    return min(able, key=lambda info: (info.simulated, info.loaded is not True))


def refusal(name: str, field: str = "model", path: str = "$.data.model") -> Forbidden:
    """Return the error for a model that may not be used."""
    return Forbidden(f"the token may not use the model {name}", reason="token_model", field=field, path=path)


def _is_meant(backends: Sequence[Backend], name: str, info: ModelInfo) -> bool:
    """Tell whether a name means this model on its server: also one of its loaded instances."""
    place, model = narrow(backends, name)
    for backend in place:
        if backend.name == info.backend:
            named = (backend.lists(model), backend.resolve(model))
            if any(found is not None and found.id == info.id for found in named):
                return True
    return False
