"""What a feature is to the rest of the daemon, and what the daemon gives to a feature."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import trio

from orchd.guard import Troubles
from orchd.hub import Hub
from orchd.llm import Backends
from orchd.protocol.command import AnyCommand
from orchd.protocol.router import Peer, Serve
from orchd.storage import Database
from orchd.worker.pool import InPlace, TextWorkers

T = TypeVar("T")


@dataclass
class House:
    """The rooms a feature may use, and the doors of the features opened before it."""

    database: Database
    hub: Hub
    backends: Backends
    epoch: str
    """Names this run of the daemon; changes whenever it restarts."""
    default_model: str | None
    """The model for conversations that name none."""
    options: Mapping[str, Any]
    """Each feature's own settings, by the feature's name."""
    workers: TextWorkers = field(default_factory=InPlace)
    """Where long texts are worked on."""
    troubles: Troubles = field(default_factory=Troubles)
    """What has failed of the daemon's own tasks; a feature gives it to its `Supervisor`."""
    gauges: dict[str, Callable[[], int]] = field(default_factory=dict)
    """Counts that monitoring shows: features and the server add theirs."""
    starts: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Awaited in order once the database is there, before the daemon says that it is ready."""
    follows: list[Callable[[Peer], bool]] = field(default_factory=list)
    """Whether a connection is being told of work that somebody else asked for; such a one is not sent away."""
    settled: list[Callable[[], None]] = field(default_factory=list)
    """Called whenever such work has ended."""
    drains: list[Callable[[trio.Event], Awaitable[None]]] = field(default_factory=list)
    """Awaited at shutdown, while connections are still open; the event is set when the grace is over."""
    _doors: dict[type, object] = field(default_factory=dict)

    def tells(self, peer: Peer) -> bool:
        """Whether a connection is being told of work that runs."""
        return any(told(peer) for told in self.follows)

    def settle(self) -> None:
        """Say that work has ended that connections may have been told of."""
        for settled in self.settled:
            settled()

    def offer(self, door: object) -> None:
        """Let features opened later find `door` by its class."""
        self._doors[type(door)] = door

    def door(self, kind: type[T]) -> T:
        """Return the door of another feature; the edges are listed in the table that tests/house checks."""
        door = self._doors[kind]
        assert isinstance(door, kind)
        return door


class Feature(NamedTuple):
    """A feature's entry in the roster."""

    name: str
    open: Callable[[House], AbstractAsyncContextManager[Mapping[str, Serve]]]
    """Starts the feature: inside the block its services run, and what it yields answers its commands."""
    commands: tuple[AnyCommand, ...] = ()
    """What clients may ask of it. The first word of each type belongs to one feature."""
