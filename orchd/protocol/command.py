"""What a client may ask for: each request as one value, from which codec, router, schema and documents follow.

    Command("task:get", TaskGet, TaskFound, right="read", scope="tasks").by(TaskHandlers.get)

The type checker holds the payload and the reply against the handler's signature. Nothing is opened for it: a feature's
commands are known to the schema before there is a database, and `Commands.bind` makes them work once it is open.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Generic, NamedTuple, Never, TypeAlias, TypeVar, get_args

from msgspec import Struct

from orchd.errors import CODES, Conflict, NotFound, OrchdError, Timeout, TooLarge, UpstreamError
from orchd.protocol.frame_type import FrameType
from orchd.protocol.identity import Scope
from orchd.protocol.rights import RIGHTS, Right
from orchd.protocol.router import Context, Serve
from orchd.protocol.types import ClientPayload

P = TypeVar("P", bound=ClientPayload, covariant=True)
R = TypeVar("R", bound=Struct, contravariant=True)
S = TypeVar("S", contravariant=True)

SCOPES: tuple[Scope, ...] = get_args(get_args(Scope)[0])
NOTHING: Mapping[str, str] = MappingProxyType({})

Errors: TypeAlias = tuple[type[OrchdError], ...]
"""What may end a request besides its reply, and besides what may end any (`OrchdError.common`)."""
LOOKUP: Errors = (NotFound,)
CHANGE: Errors = (NotFound, Conflict)
TEXT_WORK: Errors = (TooLarge, Timeout)
"""Of a text that `workers` work on."""
MODEL_CALL: Errors = (NotFound, TooLarge, Timeout, UpstreamError)
"""Of a model that is asked, loaded or looked at: it is not there, can't take so much, is slow, or fails."""


class SubscriptionTerms(NamedTuple):
    """What a client must know of a subscription to keep it, and to end it.

    `end` is the type of the request that does. `key` is the member of both requests that says what is followed, where a
    connection may follow several; `keys` are the paths at which the frames that are pushed name it, by their types.
    Where changes are `numbered`, all since the last one that was seen can be had by `since`.
    """

    end: str
    key: str = ""
    keys: Mapping[str, str] = NOTHING
    numbered: bool = False


class Command(Generic[P, R]):
    """A type of request. Whatever it is, `error` may end it instead of its reply: with a code that is common to all, or
    with that of one of `errors`.

    `reply` is the payload of a final frame of the same type, or that frame's type. `final` are members that tell the
    final frame from one of its type before it; `before` are the frames that may come before it, with the request's id;
    `pushes` those that the request causes to be sent without an id, also after its end. `right` and `scope` say who may
    make it (`rights`). Raises `ValueError` for others than there are, and for `errors` that any request has.
    `subscription` says how to keep one, `resume` by
    which type of request a client that lost its connection has the rest of the text. `grows`: it brings something that
    takes room, and is refused where there is none; what ends or removes something never is.
    """

    __slots__ = (
        "before",
        "errors",
        "final",
        "grows",
        "payload",
        "pushes",
        "reply",
        "resume",
        "right",
        "scope",
        "subscription",
        "type",
    )

    def __init__(
        self,
        kind: str,
        payload: type[P],
        reply: type[R] | FrameType[R],
        *,
        right: Right,
        scope: Scope,
        errors: Errors = (),
        final: Mapping[str, str] = NOTHING,
        before: Sequence[FrameType[Never]] = (),
        pushes: Sequence[FrameType[Never]] = (),
        subscription: SubscriptionTerms | None = None,
        resume: str | None = None,
        grows: bool = False,
    ) -> None:
        self.type = kind
        self.payload = payload
        self.reply: FrameType[R] = reply if isinstance(reply, FrameType) else FrameType(kind, reply)
        self.right: Right = right
        self.scope: Scope = scope
        if right not in RIGHTS or scope not in SCOPES:
            raise ValueError(f"{kind} needs a right and a scope that there are")
        if any(error.common for error in errors):
            raise ValueError(f"{kind} declares an error that any request may have")
        self.errors = tuple(sorted({*errors}, key=CODES.index))
        self.final = final
        self.before = before
        self.pushes = pushes
        self.subscription = subscription
        self.resume = resume
        self.grows = grows

    def expects(self, error: OrchdError) -> bool:
        """Whether clients were told that this may end such a request."""
        return error.common or error.code in {kind.code for kind in self.errors}

    def by(self, handle: Callable[[S, Context, P], Awaitable[R]]) -> "Route[S]":
        """Say who answers: a method, not bound to its object yet."""

        def bind(handlers: S) -> Serve:
            async def serve(context: Context, data: ClientPayload) -> bytes:
                assert isinstance(data, self.payload)
                return self.reply.frame(await handle(handlers, context, data), context.id)

            return serve

        return Route(self, handle, bind)


AnyCommand: TypeAlias = Command[ClientPayload, Never]
"""A command of any payload and reply: `by` takes its payload in and gives its reply out, so that `Never` is the reply
that all have in common. What it declares can be read; to encode a reply by it would be an error."""


class Route(Generic[S]):
    """A command, the method that answers it, and what binds that to an object."""

    __slots__ = ("bind", "command", "method")

    def __init__(
        self, command: AnyCommand, method: Callable[..., Awaitable[Struct]], bind: Callable[[S], Serve]
    ) -> None:
        self.command = command
        self.method = method
        self.bind = bind


class Commands(Generic[S]):
    """The commands that objects of one class answer."""

    __slots__ = ("routes",)

    def __init__(self, *routes: Route[S]) -> None:
        self.routes = routes

    def __iter__(self) -> Iterator[AnyCommand]:
        return (route.command for route in self.routes)

    def bind(self, handlers: S) -> dict[str, Serve]:
        """Return what answers each type of request, from now on, by `handlers`."""
        return {route.command.type: route.bind(handlers) for route in self.routes}


def server_frames(commands: Iterable[AnyCommand], others: Iterable[FrameType[Never]]) -> dict[str, FrameType[Never]]:
    """Return every type of frame that is sent. Raises `ValueError` when two different ones are called the same."""
    found: dict[str, FrameType[Never]] = {}
    caused = (frame for command in commands for frame in (command.reply, *command.before, *command.pushes))
    for frame in (*others, *caused):
        if found.setdefault(frame.type, frame) is not frame:
            raise ValueError(f"the frame {frame.type} is declared twice")
    return found
