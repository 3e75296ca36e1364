"""A text that grows, and the connections that read along.

Who writes the text never waits for a reader. While a connection is congested nothing is sent to it: the text stays
where it is anyway, and goes out merged, in bites, when the connection has drained. For readers that are in step each
frame is encoded once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from math import inf
from typing import Generic, TypeAlias, TypeVar

from orchd.hub.growing_text import GrowingText, Piece
from orchd.protocol.router import Peer
from orchd.wakeup import Signal

C = TypeVar("C", bound=str)

BITE_CHARACTERS = 16 * 1024
"""Longest text of one frame, so that a merged backlog goes out in bites that the send limits can measure."""

MakeFrame: TypeAlias = Callable[[str | None], bytes]
"""Makes a frame for the request of that id; None for those without."""


class FeedReader:
    """How far one connection has come: `seq` code points of the text, and `told` of the frames that follow the text.

    It is sent no more than `closing` of the latter, and if that is 0 nothing but text. Belongs to one feed.
    """

    __slots__ = ("caught_up", "closing", "peer", "request_id", "seq", "told", "waiting")

    def __init__(self, peer: Peer, request_id: str | None = None, *, seq: int = 0, closing: float = inf) -> None:
        self.peer = peer
        self.request_id = request_id
        self.seq = seq
        self.told = 0
        self.closing = closing
        self.waiting = False
        """For its connection to drain."""
        self.caught_up: Signal | None = None


class TextFeed(ABC, Generic[C]):
    """A growing text with its readers, one a connection. All but `catch_up` return at once."""

    def __init__(self, growing: GrowingText[C]) -> None:
        self.growing = growing
        self._readers: dict[Peer, FeedReader] = {}
        self._closing: list[MakeFrame] = []
        self._shared: tuple[tuple[int, int, int], bytes, int, int] | None = None
        """The frame that was made last for all who were in one place: that place, the frame, and where it ends."""

    @abstractmethod
    def frame(self, piece: Piece[C], start: int, request_id: str | None) -> bytes:
        """Encode a part of the text."""

    def attach(self, reader: FeedReader) -> None:
        """Let `reader` have the text from its position on; another one of the same connection is replaced."""
        self._readers[reader.peer] = reader
        self._send(reader)

    def detach(self, reader: FeedReader) -> None:
        """Send `reader` nothing more, not even what waits for its connection to drain."""
        if self._readers.get(reader.peer) is reader:
            del self._readers[reader.peer]
            if reader.caught_up is not None:
                reader.caught_up.set()

    def follow(self, peer: Peer) -> None:
        """Let `peer` have all text, unless something reads for it already."""
        if peer not in self._readers:
            self.attach(FeedReader(peer))

    def leave(self, peer: Peer) -> None:
        """Send `peer` nothing more."""
        if (reader := self._readers.get(peer)) is not None:
            self.detach(reader)

    def readers(self) -> list[FeedReader]:
        """Return who reads along at present."""
        return list(self._readers.values())

    def reader_of(self, peer: Peer) -> FeedReader | None:
        """Return who reads for `peer`."""
        return self._readers.get(peer)

    @property
    def followed(self) -> bool:
        """Whether anybody reads along."""
        return bool(self._readers)

    @property
    def lagging(self) -> bool:
        """Whether something is left to be sent once a connection has drained."""
        return any(reader.waiting for reader in self._readers.values())

    def grow(self) -> None:
        """Send what the text has gained."""
        for reader in tuple(self._readers.values()):
            self._send(reader)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Send each reader what the block has for it all at once at the block's end."""
        with ExitStack() as gathered:
            for peer in self._readers:
                gathered.enter_context(peer.gather())
            yield

    def restart(self, growing: GrowingText[C]) -> None:
        """Go on with another text from its start: what there was is worth nothing."""
        self.growing, self._shared = growing, None
        for reader in self._readers.values():
            reader.seq = 0

    def remark(self, frame: MakeFrame) -> None:
        """Send a frame between the text to all but those whose connections have better things to do."""
        shared: bytes | None = None
        for reader in self._readers.values():
            if reader.peer.congested or not reader.closing:
                continue
            if reader.request_id is not None:
                reader.peer.put(frame(reader.request_id))
            else:
                shared = shared or frame(None)
                reader.peer.put(shared)

    def close(self, frame: MakeFrame) -> None:
        """Send one more frame after all text, and after those that were given before."""
        self._closing.append(frame)
        self.grow()

    @property
    def closed(self) -> bool:
        """Whether the text grows no more."""
        return bool(self._closing)

    async def catch_up(self, reader: FeedReader) -> None:
        """Wait until `reader` has been sent all that there is, or is sent nothing more."""
        while self._is_behind(reader) and self._readers.get(reader.peer) is reader:
            reader.caught_up = reader.caught_up or Signal()
            await reader.caught_up.wait()

    def _is_behind(self, reader: FeedReader) -> bool:
        return reader.seq < self.growing.seq or reader.told < min(reader.closing, len(self._closing))

    def _send(self, reader: FeedReader) -> None:
        while self._readers.get(reader.peer) is reader and not reader.waiting:
            if not self._is_behind(reader):
                if reader.caught_up is not None:
                    reader.caught_up.set()
                return
            if reader.peer.congested:
                reader.waiting = True
                reader.peer.when_drained(partial(self._resume, reader))
                return
            reader.peer.put(self._next(reader))

    def _resume(self, reader: FeedReader) -> None:
        reader.waiting = False
        self._send(reader)

    def _next(self, reader: FeedReader) -> bytes:
        """Return the next frame for `reader`, which then has it."""
        place = (reader.seq, self.growing.seq, reader.told)
        if reader.request_id is None and self._shared is not None and place == self._shared[0]:
            _, made, reader.seq, reader.told = self._shared
            return made
        piece = self.growing.after(reader.seq, BITE_CHARACTERS)
        if piece is None:
            made = self._closing[reader.told](reader.request_id)
            reader.told += 1
        else:
            made = self.frame(piece, reader.seq, reader.request_id)
            reader.seq = piece.seq
        if reader.request_id is None:
            self._shared = place, made, reader.seq, reader.told
        return made
