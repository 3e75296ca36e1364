"""Connections that have not proved whose they are: so many of one address are open, and one more is refused at once.

Who has proved it is counted among their user's connections instead (`Shares`), and gives the place here up. Nobody can
fill the daemon's connections from one address so, nor from one line's 64 bits of IPv6.
"""

import structlog
import trio

from orchd.access.addresses import IpAddress, IpNetwork, reachable_network

LOOPBACK_TIMES = 10
"""So many times as many come from this machine, where whole test suites and proxies live."""

QUIET_SECONDS = 60.0
"""Between two lines in the log about it."""


class Newcomers:
    """How many there are of each address, of which there may be `most`; 0: any number."""

    def __init__(self, most: int = 0) -> None:
        self._most = most
        self._there: dict[IpNetwork, int] = {}
        self._told_at = float("-inf")

    def enter(self, address: IpAddress | None) -> "NewcomerPlace | None":
        """Count a connection from there until it leaves its place; None: there are as many as may be.

        Of whom no address is known (a Unix socket), any number may come.
        """
        if address is None or self._most == 0:
            return NewcomerPlace(self, None)
        network = reachable_network(address)
        there = self._there.get(network, 0)
        if there >= self._most * (LOOPBACK_TIMES if address.is_loopback else 1):
            self._tell(network, there)
            return None
        self._there[network] = there + 1
        return NewcomerPlace(self, network)

    def leave(self, network: IpNetwork) -> None:
        """One of them has left."""
        left = self._there[network] - 1
        if left:
            self._there[network] = left
        else:
            del self._there[network]

    def _tell(self, network: IpNetwork, there: int) -> None:
        if trio.current_time() >= self._told_at + QUIET_SECONDS:
            self._told_at = trio.current_time()
            structlog.get_logger().warning(
                "connections are refused: too many from one address have not said whose they are",
                address=str(network),
                connections=there,
            )


class NewcomerPlace:
    """One connection's place among them."""

    __slots__ = ("_network", "_newcomers")

    def __init__(self, newcomers: Newcomers, network: IpNetwork | None) -> None:
        self._newcomers = newcomers
        self._network = network

    def leave(self) -> None:
        """It has ended, or proved whose it is. Idempotent."""
        network, self._network = self._network, None
        if network is not None:
            self._newcomers.leave(network)


NOWHERE = NewcomerPlace(Newcomers(), None)
"""The place of a connection that is not counted."""
