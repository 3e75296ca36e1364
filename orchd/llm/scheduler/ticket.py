"""One request on its way through a model server's queue."""

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Literal, TypeAlias

from orchd.llm.types import Priority, Requester

TicketState: TypeAlias = Literal["waiting", "running", "gone"]

PATIENCE_SECONDS = {Priority.CHAT: 30.0, Priority.URGENT: 60.0, Priority.TASK: 120.0, Priority.BACKGROUND: 600.0}
"""How long a request waits before it goes first whatever its priority and its model are."""


class Ticket:
    """A request for `model`, made at `asked` and overdue from `due` on; `since` is when its state began.

    `loads`: it began with loading its model, which was there at `loaded_at`. `alone`: it begins as soon as no load is
    under way, whatever runs, and nothing else begins until it says that its model is loaded, or leaves.
    """

    __slots__ = (
        "alone",
        "asked",
        "due",
        "loaded_at",
        "loads",
        "model",
        "output",
        "path",
        "requester",
        "since",
        "state",
        "wake",
    )

    def __init__(self, model: str, requester: Requester, now: float, *, alone: bool = False) -> None:
        self.model = model
        self.requester = requester
        self.path: tuple[Hashable, ...] = (requester.user, requester.conversation)
        self.asked = now
        self.since = now
        self.due = now + PATIENCE_SECONDS[requester.priority]
        self.state: TicketState = "waiting"
        self.alone = alone
        self.loads = False
        self.loaded_at: float | None = None
        self.wake: Callable[[], None] | None = None
        """Called when it may begin, once it had to wait."""
        self.output: Callable[[], int] | None = None
        """Pieces of output so far, once an answer is asked for."""

    @property
    def waiting(self) -> bool:
        """It has not begun, and was not given up."""
        return self.state == "waiting"


_HERE: ContextVar[Ticket | None] = ContextVar("ticket", default=None)


def ticket_here() -> Ticket | None:
    """Return the ticket of the request that this task makes, None while it makes none."""
    return _HERE.get()


def hold(ticket: Ticket | None) -> Ticket | None:
    """Say whose turn it is that this task has from now on; return whose it was before."""
    before = _HERE.get()
    _HERE.set(ticket)
    return before
