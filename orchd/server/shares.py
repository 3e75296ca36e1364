"""What one user may take of the daemon over all connections, so that nobody keeps others out: how many there are of
them, requests in flight, and frames a second.

Only users are counted: the local owner is everybody who reaches a daemon without users.
"""

from typing import NamedTuple

from orchd.errors import Busy, OrchdError, RateLimited

BURST_SECONDS = 10.0
"""So much of the rate of frames may come at once."""
REMEMBERED = 10_000
"""Users of whom something is kept; beyond, those are forgotten who ask for nothing now."""


class ShareLimits(NamedTuple):
    """Bounds for each user; 0: any number."""

    in_flight: int = 0
    frames_per_second: float = 0.0
    connections: int = 0


class _Share:
    __slots__ = ("at", "connections", "frames", "in_flight")

    def __init__(self, frames: float, now: float) -> None:
        self.connections = 0
        self.in_flight = 0
        self.frames = frames
        self.at = now


class Shares:
    """What each user takes. Nothing here waits; times are those of a steady clock, in seconds."""

    def __init__(self, limits: ShareLimits = ShareLimits()) -> None:  # noqa: B008 - it never changes
        self._limits = limits
        self._shares: dict[int, _Share] = {}

    def join(self, user_id: int, now: float) -> Busy | None:
        """Count a connection as a user's, until it leaves; return why it can't be, where there are too many."""
        if user_id <= 0:
            return None
        share = self._share(user_id, now)
        if 0 < self._limits.connections <= share.connections:
            return Busy(
                f"{share.connections} connections of this user are open (`server.userConnections`)",
                reason="connections",
            )
        share.connections += 1
        return None

    def leave(self, user_id: int) -> None:
        """A connection that joined is this user's no more."""
        if user_id > 0:
            self._shares[user_id].connections -= 1

    def count_frame(self, user_id: int, now: float) -> OrchdError | None:
        """Count a frame of a user; return why it is not taken."""
        if user_id <= 0:
            return None
        share, rate = self._share(user_id, now), self._limits.frames_per_second
        if 0 < self._limits.in_flight <= share.in_flight:
            return Busy(
                f"{share.in_flight} requests of this user are in flight (`server.userInFlight`)", reason="connections"
            )
        if rate <= 0:
            return None
        most = max(1.0, rate * BURST_SECONDS)
        share.frames, share.at = min(most, share.frames + (now - share.at) * rate), now
        if share.frames < 1:
            wait = max(1, round((1 - share.frames) / rate * 1000))
            return RateLimited(
                "too many frames of this user in too short a time", reason="too_fast", retry_after_ms=wait
            )
        share.frames -= 1
        return None

    def begin(self, user_id: int, now: float) -> None:
        """A request of a user begins."""
        if user_id > 0:
            self._share(user_id, now).in_flight += 1

    def end(self, user_id: int) -> None:
        """A request that began has ended."""
        if user_id > 0:
            self._shares[user_id].in_flight -= 1

    def _share(self, user_id: int, now: float) -> _Share:
        share = self._shares.get(user_id)
        if share is None:
            burst = max(1.0, self._limits.frames_per_second * BURST_SECONDS)
            self._prune()
            share = self._shares[user_id] = _Share(burst, now)
        return share

    def _prune(self) -> None:
        """Forget whoever has been idle for longest, where too many are remembered."""
        if len(self._shares) < REMEMBERED:
            return
        idle = next((key for key, share in self._shares.items() if not share.in_flight and not share.connections), None)
        if idle is not None:
            del self._shares[idle]
