"""What the daemon gives to every feature, and what it gets back from one."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import trio

from orchd.guard import Troubles
from orchd.hub import Hub
from orchd.llm import Backends
from orchd.protocol.router import Peer, Serve
from orchd.storage import Database
from orchd.wakeup import Signal
from orchd.worker.pool import InPlace, TextWorkers

D = TypeVar("D")


@dataclass(frozen=True)
class Services:
    """The rooms that every feature may use. What only some need they are given beside it, as an argument."""

    database: Database
    hub: Hub
    backends: Backends
    epoch: str
    """Names this run of the daemon; changes whenever it restarts."""
    default_model: str | None = None
    """The model for conversations that name none."""
    workers: TextWorkers = field(default_factory=InPlace)
    """Where long texts are worked on."""
    troubles: Troubles = field(default_factory=Troubles)
    """What has failed of the daemon's own tasks; a feature gives it to its `Supervisor`."""
    work_ended: Signal = field(default_factory=Signal)
    """Set whenever work has ended that a connection may have been told of."""


class OpenFeatures(NamedTuple, Generic[D]):
    """A feature that works."""

    door: D
    """What the features opened later are given of it, or the daemon."""
    serves: Mapping[str, Serve]
    """What answers each type of its commands."""


class OwnedWork(NamedTuple):
    """Work of a feature that outlives the requests which began it, as the daemon's start and end deal with it."""

    take_over: Callable[[], Awaitable[None]]
    """Awaited once the database is there, before the daemon says that it is ready: takes up what dead runs left."""
    drain: Callable[[trio.Event], Awaitable[None]]
    """Awaited at shutdown, while connections are still open; the event is set when the grace is over."""
    told: Callable[[Peer], bool]
    """Whether a connection is being told of work that somebody else asked for; such a one is not sent away."""
    running: Callable[[], int]
    """How many pieces of it run at present."""
