"""Which of several servers that have a model is asked: where the answer may be expected soonest."""

from collections.abc import Hashable, Mapping, Sequence

import trio

from orchd.llm import permission
from orchd.llm.backend import Backend
from orchd.llm.types import Requester

STICKY_SECONDS = 5.0
"""How much longer a conversation rather waits for the server that has its prompt in its cache."""
MAX_STICKY = 10_000


class Placement:
    """Chooses among `backends`, and remembers where conversations were answered."""

    def __init__(self, backends: Mapping[str, Backend]) -> None:
        self._backends = backends
        self._sticky: dict[tuple[int, Hashable, str], str] = {}

    def prefer(self, requester: Requester, holders: Sequence[Backend], model: str) -> Backend:
        """Choose the server where the answer may be expected soonest; with some patience, the conversation's last.
        Raises `Forbidden` when on none of them the model may be used."""
        holders = permission.demand_holders(tuple(self._backends.values()), requester, holders, model)
        if len(holders) == 1:
            return holders[0]
        now = trio.current_time()
        costs = {
            backend: max(backend.queue.expected_wait(model), backend.breaker.wait(model, now)) for backend in holders
        }
        best = min(holders, key=costs.__getitem__)
        if requester.conversation is None:
            return best
        key = requester.user, requester.conversation, model
        last = self._sticky.pop(key, None)
        stay = next(
            (backend for backend in holders if backend.name == last and costs[backend] <= costs[best] + STICKY_SECONDS),
            best,
        )
        self._sticky[key] = stay.name
        if len(self._sticky) > MAX_STICKY:
            del self._sticky[next(iter(self._sticky))]
        return stay
