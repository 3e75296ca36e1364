"""What a request takes while it is answered: memory for its body, and a place among those of its user."""

import trio

from orchd.budget import Allotment, MemoryBudget
from orchd.errors import Invalid, TooLarge
from orchd.protocol.identity import Identity
from orchd.server.entry.body import IncomingBody
from orchd.server.shares import Shares

STEP_BYTES = 256 * 1024
"""By so much memory is taken for a body of unknown length."""

MAX_STRUCTURE = 50_000
"""Objects, lists and members of a body: what is made of them takes some microseconds each, in which nobody else is
answered. A long session of a coding agent has some 10 000."""
_STRUCTURE = (b"{", b"[", b":")
_OTHERS = bytes(set(range(256)) - set(b'{[:"'))


class RequestPlaces:
    """Places for requests, which they leave when they are answered."""

    def __init__(self, shares: Shares, memory: MemoryBudget) -> None:
        self._shares = shares
        self._memory = memory

    def take(self, who: Identity) -> "RequestPlace":
        """Return a place for a request. Raises `Busy` or `RateLimited`."""
        now = trio.current_time()
        refused = self._shares.count_frame(who.user_id, now)
        if refused is not None:
            raise refused
        self._shares.begin(who.user_id, now)
        return RequestPlace(self._shares, self._memory, who.user_id)


class RequestPlace:
    """One request's place, until `leave`."""

    def __init__(self, shares: Shares, memory: MemoryBudget, user_id: int) -> None:
        self._shares = shares
        self._memory = memory
        self._user_id = user_id
        self._held: list[Allotment] = []
        self._left = False

    async def read(self, body: IncomingBody | None) -> bytes:
        """Return a request's whole body. Raises `Busy` where there is no memory for it, and as `IncomingBody.read`
        does."""
        if body is None:
            raise Invalid("a body is needed")
        room = self._hold(body.length or STEP_BYTES)
        pieces = bytearray()
        async for piece in body.pieces():
            while len(pieces) + len(piece) > room:
                room += self._hold(STEP_BYTES)
            pieces += piece
        self._keep(len(pieces))
        return bytes(pieces)

    def leave(self) -> None:
        """The request is answered. Idempotent."""
        if self._left:
            return
        self._left = True
        self._shares.end(self._user_id)
        for allotment in self._held:
            allotment.release()

    def _keep(self, amount: int) -> None:
        """Hold no more than it turned out to be."""
        first, *further = self._held
        for allotment in further:
            allotment.release()
        first.resize(amount)

    def _hold(self, amount: int) -> int:
        self._held.append(self._memory.hold(self._user_id, amount))
        return amount


def check_structure(text: bytes, required: str | None = None) -> None:
    """Raise `TooLarge`, about the member `required`, where a body has more objects, lists and members than one may
    have. What stands in texts doesn't count. Takes at most some milliseconds."""
    if len(text) <= MAX_STRUCTURE or sum(map(text.count, _STRUCTURE)) <= MAX_STRUCTURE:
        return
    # Backslashes stand in texts alone, so that all quotes which are left begin or end one. Two that come together then
    # change nothing of what stands within or between texts.
    plain = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = plain.translate(None, _OTHERS).replace(b'""', b"")
    # Between two texts there is at least one mark now.
    if marks.count(b'"') > 2 * MAX_STRUCTURE + 2 or sum(map(len, marks.split(b'"')[::2])) > MAX_STRUCTURE:
        told = f"the body may have {MAX_STRUCTURE} objects, lists and members"
        raise TooLarge(told, field=required, maxItems=MAX_STRUCTURE)
