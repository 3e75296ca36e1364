"""Live lists of what is no entity: the frames by which it is followed, and what answers them."""

from typing import Any, Generic, TypeVar

from msgspec import Struct

from orchd.entity.wire.feed import ChangeFeed, LiveKind
from orchd.entity.wire.payloads import About, ListMembers, make_following
from orchd.protocol.command import Command, Commands, SubscriptionTerms
from orchd.protocol.frame_type import FrameType
from orchd.protocol.identity import Scope
from orchd.protocol.rights import Right
from orchd.protocol.router import Context
from orchd.protocol.types import ClientPayload, ServerPayload

R = TypeVar("R", bound=Struct)


class Following(Generic[R]):
    """`X:subscribe`, `X:unsubscribe` and the pushed `X:changed`, for rows that are shown as `item`. Immutable.

    `asked`: how the types of the requests begin, where that is not the kind, since it has requests of these names.
    """

    def __init__(self, kind: str, item: type[R], *, right: Right, scope: Scope, asked: str = "") -> None:
        self.kind, self._key, asked = kind, f"{kind}_id", asked or kind
        self.payloads = make_following(item, About(asked, kind, f"{kind}s", self._key, ListMembers((), ())))
        self.changed: FrameType[Any] = FrameType(f"{kind}:changed", self.payloads.changed)
        self.subscribe: Command[ClientPayload, Any] = Command(
            f"{asked}:subscribe",
            self.payloads.subscribe,
            self.payloads.subscribed,
            right=right,
            scope=scope,
            pushes=(self.changed,),
            subscription=SubscriptionTerms(f"{asked}:unsubscribe", numbered=True),
        )
        self.unsubscribe: Command[ClientPayload, Any] = Command(
            f"{asked}:unsubscribe", self.payloads.unsubscribe, self.payloads.unsubscribed, right=right, scope=scope
        )

    def change_frame(self, number: int, happening: Any, row_id: int | None, item: R | None) -> bytes:
        """Encode a change of a row."""
        told = {"number": number, "change": happening, self._key: row_id, "item": item}
        return self.changed.frame(self.payloads.changed(**told))


class FollowHandlers(Generic[R]):
    """Answers to them; `live` is what is followed."""

    def __init__(self, following: Following[R], live: LiveKind, feed: ChangeFeed) -> None:
        self._following = following
        self._feed = feed
        feed.register(live)

    async def subscribe(self, context: Context, data: Any) -> Any:
        """Let a connection know what becomes of the rows that it sees, after this reply."""
        start = await self._feed.begin(context, self._following.kind, data.since)
        return self._following.payloads.subscribed(number=start.number, recovered=start.recovered)

    async def unsubscribe(self, context: Context, data: ClientPayload) -> ServerPayload:
        """Tell a connection no more."""
        del data
        self._feed.leave(self._following.kind, context.peer)
        return self._following.payloads.unsubscribed()


def follow_commands_of(following: Following[R]) -> Commands[FollowHandlers[R]]:
    """Return the commands of a live list, each with the method that answers it."""
    return Commands(
        following.subscribe.by(FollowHandlers.subscribe),
        following.unsubscribe.by(FollowHandlers.unsubscribe),
    )
