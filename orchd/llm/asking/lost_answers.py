"""Answers that servers went on with while nobody heard them: taken up, or dropped.

A server is found by its address, since another run's settings may call it otherwise; failing that by its name.
"""

from collections.abc import Callable, Mapping

import trio

from orchd.errors import NotFound
from orchd.llm import front
from orchd.llm.accounting import Accounts, counting
from orchd.llm.asking.taking_up import LostAnswer
from orchd.llm.backend import Backend
from orchd.llm.billing import ServerBills
from orchd.llm.replay.place import PlaceListener, StreamPlace
from orchd.llm.types import Listener, ModelInfo, Outcome, Requester, Target

PROBE_SECONDS = 30.0
"""How long a server's first probe is awaited."""


class LostAnswers:
    """What `backends` keep. `accounts` gives who is told what an answer took; `bills` the same for the servers."""

    def __init__(self, backends: Mapping[str, Backend], bills: ServerBills, accounts: Callable[[], Accounts]) -> None:
        self._backends = backends
        self._bills = bills
        self._accounts = accounts

    def target(self, place: StreamPlace) -> Target:
        """Return which model gives an answer, as far as its server tells by now."""
        backend = self._server(place)
        name = place.server if backend is None else backend.name
        known = None if backend is None else backend.lists(place.model)
        return Target(known or ModelInfo(place.model, name), name)

    async def take_up(self, lost: LostAnswer, listener: Listener, keep: PlaceListener, requester: Requester) -> Outcome:
        """Tell `listener` what is not known of an answer, as it comes, and `keep` how far it is read; `on_close` is its
        last call.

        It waits for no turn, since the model is at work on it, and no quota refuses it: it was let through before. What
        it takes as a whole is noted. Raises NotFound when the server does not have it, or isn't there; else as
        `Backends.stream`. Cancelling it drops the answer at the server before this returns.
        """
        try:
            backend = await self._find(lost.place)
            charge = self._accounts().go_on(requester)
            try:
                target = self.target(lost.place)
                with counting(self._bills.charge(charge, backend.name, requester), target.model.id):
                    outcome = await front.take_up(backend, target.model, lost, listener, keep, requester)
            finally:
                charge.end()
            return outcome._replace(price=self._bills.price(target, outcome.usage))
        finally:
            listener.on_close()

    async def drop(self, place: StreamPlace) -> None:
        """Have a server keep an answer no longer, nor go on with it; some seconds at most, and it may fail."""
        backend = self._server(place)
        if backend is not None and not backend.closed:
            await backend.buffer.drop(place.id)

    async def _find(self, place: StreamPlace) -> Backend:
        """Return the server, once it is known what is there. Raises NotFound."""
        backend = self._server(place)
        if backend is not None:
            with trio.move_on_after(PROBE_SECONDS):
                await backend.probed.wait()
                if not backend.ok:
                    await backend.refresh()
        if backend is None or backend.closed or not backend.ok or not backend.buffer.there:
            raise NotFound(f"{place.server} is not there, or keeps no answers", backend=place.server)
        return backend

    def _server(self, place: StreamPlace) -> Backend | None:
        """Return the server that may keep an answer; None where this run has none."""
        named = self._backends.get(place.server)
        if named is not None and place.url in ("", named.url):
            return named
        there = (backend for backend in self._backends.values() if place.url and backend.url == place.url)
        return next(there, named)
