"""On whose behalf a feature asks models: from who asks it to whose turn it is, and which ones that may be."""

from collections.abc import Hashable

from orchd.llm import Backends
from orchd.llm.types import Priority, Requester
from orchd.protocol.identity import Identity


def requester_for(who: Identity, priority: Priority = Priority.CHAT, conversation: Hashable = None) -> Requester:
    """Return the requester for somebody; what a token of the background asks waits for people, whatever it is."""
    urgency = max(priority, Priority.BACKGROUND) if who.background else priority
    return Requester(urgency, who.user_id, conversation, who.token_id, who.models)


async def require_models(backends: Backends, who: Identity, model: object, fallbacks: object = ()) -> None:
    """Look at the names of models that somebody has stored: `model` a text, `fallbacks` a tuple, where they were sent.
    Waits some seconds at most, where any was sent. Raises `Forbidden` for one that they may not use."""
    first = model if isinstance(model, str) else None
    names = [name for name in fallbacks if isinstance(name, str)] if isinstance(fallbacks, tuple) else []
    if who.models is not None and (names or first is not None):
        await backends.wait_first_probe()
        backends.check_names(requester_for(who), names, first)
