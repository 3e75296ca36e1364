"""What a client sends, counted in frames before trio-websocket reads them: no more than the heads is looked at.

trio-websocket bounds a message by its bytes alone. Besides that cost us: frames at a high rate, pings and pongs
among them; a message in very many pieces, empty ones included, each of which is kept; and messages that are begun
on many connections and never ended.
"""

from collections.abc import Callable
from typing import NamedTuple

from orchd.protocol.codes import FRAME_TOO_LONG, PROTOCOL_ABUSE, TOO_SLOW, CloseCode

BURST_SECONDS = 10.0
"""So much of the rate may come at once."""

FLOOD_BURSTS = 10
"""So many bursts too much, by who goes on in spite of `rate_limited`, end the connection."""

SMALLEST_PIECE_BYTES = 32
"""A message may come in pieces of this size, and some more."""

SPARE_PIECES = 1_000

_PIECE_BYTES = 64
"""What a piece takes in memory besides its text."""

_PIECE_COST = 1 / 16
"""A piece of a message counts less than a message."""

_CONTROL, _FIN, _OPCODE, _MASK, _LENGTH = 0x08, 0x80, 0x0F, 0x80, 0x7F


class MeterLimits(NamedTuple):
    """Bounds of one connection: bytes of a message, and frames a second (0: any number)."""

    max_frame_bytes: int
    frames_per_second: float


class PartialMessages:
    """The memory of all messages that have begun to come, at most `limit` bytes: over it the oldest is given up."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: dict[Callable[[CloseCode], None], int] = {}
        self.bytes = 0

    def hold(self, give_up: Callable[[CloseCode], None], amount: int) -> None:
        """Note how much somebody holds now; 0 for nothing."""
        self.bytes += amount - self._held.get(give_up, 0)
        if amount:
            self._held[give_up] = amount
        else:
            self._held.pop(give_up, None)
        while self.bytes > self._limit:
            oldest = next(iter(self._held))
            self.bytes -= self._held.pop(oldest)
            oldest(TOO_SLOW)


class Meter:
    """Counts the frames of one connection; `give_up` is called with the close code that they deserve."""

    __slots__ = (
        "_allowed",
        "_at",
        "_give_up",
        "_head",
        "_holds",
        "_in_message",
        "_last",
        "_left",
        "_limits",
        "_pieces",
        "_reads",
        "_size",
        "_unfinished",
    )

    def __init__(self, limits: MeterLimits, unfinished: PartialMessages, give_up: Callable[[CloseCode], None]) -> None:
        self._limits = limits
        self._unfinished = unfinished
        self._give_up = give_up
        self._allowed = limits.frames_per_second * BURST_SECONDS
        self._at = 0.0
        self._head = b""
        self._left = 0  # bytes of payload that are to come
        self._last = True  # the frame under way ends a message, or is none of one
        self._in_message = False  # it belongs to a message
        self._pieces = self._reads = self._size = 0  # of the message under way
        self._holds = False

    @property
    def is_between_frames(self) -> bool:
        """Whether the next byte begins a frame."""
        return not self._left and not self._head

    def feed(self, data: bytes | bytearray, now: float) -> None:
        """Count what was received at `now`, in monotonic seconds."""
        charge, at = 0.0, 0
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                at += step
                self._left -= step
                self._size += step * self._in_message
                self._end_frame()
                continue
            at, opcode = self._read_head(data, at)
            if opcode is not None:
                charge += _PIECE_COST if opcode == 0 else 1
        self._charge(charge, now)
        self._check()

    def retry_after_ms(self, now: float) -> int:
        """Return how long to wait until frames are taken again, 0 when they are."""
        rate = self._limits.frames_per_second
        allowed = self._allowed + (now - self._at) * rate
        return 0 if not rate or allowed >= 0 else max(1, round(-allowed / rate * 1000))

    def end(self) -> None:
        """Nothing more comes: what has come is held no longer. Idempotent."""
        self._unfinished.hold(self._give_up, 0)

    def _read_head(self, data: bytes | bytearray, at: int) -> tuple[int, int | None]:
        """Read a head, or as much of it as there is; return where it ends, and the opcode when it is whole."""
        known = len(self._head)
        head = self._head + data[at : at + 14 - known]
        needed = _head_bytes(head)
        if len(head) < needed:
            self._head = bytes(head)
            return at + len(head) - known, None
        self._head = b""
        opcode, short = head[0] & _OPCODE, head[1] & _LENGTH
        extended = {126: 2, 127: 8}.get(short, 0)
        self._left = int.from_bytes(head[2 : 2 + extended], "big") if extended else short
        self._in_message = not opcode & _CONTROL
        self._last = bool(head[0] & _FIN)
        self._pieces += self._in_message
        self._end_frame()
        return at + needed - known, opcode

    def _end_frame(self) -> None:
        if not self._left and self._in_message and self._last:
            self._pieces = self._reads = self._size = 0

    def _charge(self, cost: float, now: float) -> None:
        rate = self._limits.frames_per_second
        if not rate or not cost:
            return
        burst = rate * BURST_SECONDS
        self._allowed = min(burst, self._allowed + (now - self._at) * rate) - cost
        self._at = now
        if self._allowed < -burst * FLOOD_BURSTS:
            self._give_up(PROTOCOL_ABUSE)

    def _check(self) -> None:
        if self._pieces > self._limits.max_frame_bytes // SMALLEST_PIECE_BYTES + SPARE_PIECES:
            self._give_up(FRAME_TOO_LONG)
        begun = self._pieces > 0
        if begun or self._holds:
            self._reads += begun
            self._holds = begun
            self._unfinished.hold(self._give_up, self._size + (self._pieces + self._reads) * _PIECE_BYTES * begun)


def _head_bytes(head: bytes | bytearray) -> int:
    """Return how long a head is by its first two bytes, which it may lack yet (RFC 6455, 5.2)."""
    if len(head) < 2:
        return 2
    return 2 + {126: 2, 127: 8}.get(head[1] & _LENGTH, 0) + (4 if head[1] & _MASK else 0)
