"""What a llama.cpp server keeps of the answers that are asked for under an id: found again, and dropped.

Such an answer is generated to its end whoever listens: the server no longer stops when the connection is closed, but
only when the id is dropped. It keeps some MiB of each, the oldest bytes go first, and forgets an answer minutes after
its end, or when it is restarted. Source: README-dev of llama.cpp's server, "Resumable streaming"; tried with 2026.10.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import quote

import httpx
import structlog
import trio

from orchd.errors import NotFound, OrchdError
from orchd.llm.accounting import tally_here
from orchd.llm.answers.failures import reply_within
from orchd.llm.answers.fetch import fetch
from orchd.llm.probing.address import ServerLocation
from orchd.llm.replay.place import PlaceListener, StreamPlace
from orchd.llm.types import ServerKind
from orchd.llm.wire.transport import WireBody, body_of

HEADER = b"X-Conversation-Id: %b\r\n"
"""By this an answer is asked for under an id."""
ID_BYTES = 24
"""Of randomness in an id. The server lists none, so whoever does not know one can neither read nor drop its answer."""

DROP_SECONDS = 2.0
"""How long dropping an answer may take: whoever cancels one waits for it."""
LOOK_SECONDS = 6.0
"""How long the server may take to say what it has."""


class ReplayBuffer:
    """The buffer of one server. `client` asks it; `place` is where its API is. `there`: it is known to have one, as
    far as that is `known`; `possible`: it is no process of our own, which would end with us."""

    def __init__(self, client: httpx.AsyncClient, place: ServerLocation, name: str, *, possible: bool = True) -> None:
        self._client = client
        self._place = place
        self._name = name
        self._possible = possible
        self.there = self.known = False

    @property
    def url(self) -> str:
        """The server's address, as it may be shown."""
        return self._place.address.shown

    def forget(self) -> None:
        """The server went away: it may be another one when it comes back."""
        self.there = self.known = False

    async def find_out(self, kind: ServerKind) -> None:
        """Find out whether there is one, unless that is known; what could not be asked is asked next time.

        A page that lists nothing proves nothing, for programs in front of servers answer so themselves: it must also
        miss the id in a request that names none, which only the real thing does. LOOK_SECONDS at most.
        """
        if self.known or kind != "llamacpp" or not self._possible:
            return
        if (found := await reply_within(self._name, LOOK_SECONDS, self._is_there)) is not None:
            self.there, self.known = found, True

    async def _is_there(self) -> bool:
        listed = await fetch(self._client, f"{self._place.base}/streams/lookup", {"conversation_ids": []})
        if listed.status != 200 or listed.json() != []:
            return False
        missed = await fetch(self._client, f"{self._place.base}/stream")
        return missed.status == 400 and isinstance(missed.json(), dict)

    def new_id(self) -> str:
        """Return an id for an answer, which nobody can guess."""
        return f"orchd-{secrets.token_urlsafe(ID_BYTES)}"

    async def read(self, stream_id: str, offset: int) -> WireBody:
        """Return the bytes of an answer from `offset` on, those that are still to come included; the caller closes.

        Raises NotFound when the server does not have them, or not within LOOK_SECONDS.
        """
        request = self._client.build_request("GET", f"{self._url(stream_id)}&from={offset}")
        response = await reply_within(self._name, LOOK_SECONDS, partial(self._client.send, request, stream=True))
        if response is not None and response.status_code == 200:
            return body_of(response)
        if response is not None:
            await response.aclose()
        raise NotFound(f"{self._name} does not have the rest of that answer", backend=self._name)

    @asynccontextmanager
    async def keeping(self, place: StreamPlace | None, keep: PlaceListener) -> AsyncIterator[None]:
        """Drop the answer, if it is kept, unless the block ends well: closing the connection would not stop the model.

        Whoever has the answer then stores it, and drops it after that. One that is cancelled, and that `keep` has left,
        stays where it is, and whoever hears the rest counts what it takes.
        """
        try:
            yield
        except BaseException as error:
            if keep.left and not isinstance(error, Exception):
                tally_here().forget()
                raise
            unreached = isinstance(error, OrchdError) and error.reason == "connect"
            if place is not None and not unreached and not await self.drop(place.id):
                structlog.get_logger().warning(
                    "a model server may go on with an answer that nobody wants", server=self._name, model=place.model
                )
            raise

    async def drop(self, stream_id: str) -> bool:
        """Have an answer neither generated nor kept any longer; False when the server did not say that it isn't.

        Cancelling does not keep it from that: DROP_SECONDS at most.
        """
        with trio.CancelScope(shield=True):  # bounded by DROP_SECONDS
            request = self._client.build_request("DELETE", self._url(stream_id))
            response = await reply_within(self._name, DROP_SECONDS, partial(self._client.send, request))
        return response is not None and response.status_code < 300

    def _url(self, stream_id: str) -> str:
        return f"{self._place.base}/stream?conv_id={quote(stream_id, safe='')}"
