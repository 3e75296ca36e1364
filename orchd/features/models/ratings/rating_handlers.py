"""Answers to the frames of ratings."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from orchd.entity.wire import EntityHandlers, EntityRooms, commands_of
from orchd.features.models.messages import ModelStars
from orchd.features.models.ratings.rating import RATING, RatingItem, RatingModel, RatingSummaries, RatingSummary
from orchd.features.models.ratings.rating_queries import ratings
from orchd.features.requester import requester_for, require_models
from orchd.llm import Backends
from orchd.protocol.command import AnyCommand, Command, Commands
from orchd.protocol.identity import Identity
from orchd.protocol.page import fitting
from orchd.protocol.router import Context, Serve
from orchd.protocol.types import ClientPayload
from orchd.storage import Steps

VotesByModel: TypeAlias = Mapping[str, tuple[int, int]]
"""How many of its answers people found good, and how many not, by model."""
_NONE = ModelStars(0, 0)


class RatingHandlers(EntityHandlers[RatingItem]):
    """Those of the entity, and what all people think. `count_votes` says what they think of answers."""

    def __init__(self, backends: Backends, rooms: EntityRooms, count_votes: Callable[[], Steps[VotesByModel]]) -> None:
        super().__init__(RATING, rooms)
        self._backends = backends
        self._count_votes = count_votes

    async def permit(self, who: Identity, sent: ClientPayload) -> None:
        """Raises `Forbidden` for a model that they may not use."""
        await require_models(self._backends, who, getattr(sent, "model", None))

    async def summary(self, context: Context, data: RatingSummary) -> RatingSummaries:
        """Show what all people think of models, as far as whoever asks may use them."""
        await require_models(self._backends, context.identity, data.model)
        stars, votes = await self._database.read(self._read, data.task_type)
        models = {data.model} if data.model is not None else {*stars, *votes}
        if context.identity.models is not None:
            usable = self._backends.models(away=True, requester=requester_for(context.identity))
            models &= {info.id for info in usable}
        items = [_item(model, stars.get(model, _NONE), *votes.get(model, (0, 0))) for model in models]
        items.sort(key=lambda item: (-item.count - item.up - item.down, item.model))
        return RatingSummaries(fitting([item for item in items if item.count or item.up_share is not None]))

    def _read(self, task_type: str | None) -> Steps[tuple[Mapping[str, ModelStars], VotesByModel]]:
        stars = yield from ratings(task_type)
        return stars, (yield from self._count_votes())


def _item(model: str, stars: ModelStars, up: int, down: int) -> RatingModel:
    share = round(up / (up + down), 3) if up + down else None
    return RatingModel(model, stars.count, stars.mean if stars.count else None, up, down, share)


_ROWS = commands_of(RATING)
_MORE = Commands(
    Command("rating:summary", RatingSummary, RatingSummaries, right="read", scope="models").by(RatingHandlers.summary)
)
COMMANDS: tuple[AnyCommand, ...] = (*_ROWS, *_MORE)


def serve(backends: Backends, rooms: EntityRooms, count_votes: Callable[[], Steps[VotesByModel]]) -> dict[str, Serve]:
    """Return what answers the frames of ratings."""
    handlers = RatingHandlers(backends, rooms, count_votes)
    return {**_ROWS.bind(handlers), **_MORE.bind(handlers)}
