"""The entity `rating`: what one person thinks of a model, and what all of them together do."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.entity import StoredAs
from orchd.entity.wire import Entity, OwnItem, SentBy, name
from orchd.features.models.enums import TaskType
from orchd.protocol.types import ClientPayload, Count, ModelName, ServerPayload


class RatingItem(OwnItem, frozen=True, kw_only=True):
    """What you think of a model, for one kind of task or for all; nobody else sees it but as a part of a mean."""

    model: Annotated[str, Meta(min_length=1, max_length=256), SentBy(name)]
    """The model, by its `id`."""
    rating: Annotated[int, Meta(ge=1, le=5)]
    """From 1, which is bad, to 5."""
    task_type: Annotated[TaskType | None, StoredAs({None: ""})] = None
    """For which kind of task; null: for all."""
    comment: Annotated[str, Meta(max_length=4_000)] | None = None
    """Why, in your words."""


class RatingDraft(Struct, frozen=True):
    """A rating as `model:rate` gives it; `task_type` None: for all."""

    model: str
    rating: int
    task_type: TaskType | None
    comment: str | None


class RatingSummary(ClientPayload, frozen=True):
    """`rating:summary`: what all people together think of models, those with the most ratings first."""

    model: ModelName | None = None
    """Only of this one."""
    task_type: TaskType | None = None
    """By each person's word on this kind of task, or for want of one by that on all tasks; left out: by all ratings."""


class RatingModel(Struct, frozen=True, rename="camel"):
    """What all people together think of a model."""

    model: str
    """The model, by its `id`."""
    count: Count
    """How many ratings it has."""
    mean: float | None
    """Their mean, from 1 to 5; null where there are none."""
    up: Count
    """How many of its answers somebody found good (`chat:rate`)."""
    down: Count
    """How many of its answers somebody found bad."""
    up_share: Annotated[float, Meta(ge=0, le=1)] | None
    """The share of `up` among both; null where nobody has rated an answer."""


class RatingSummaries(ServerPayload, frozen=True):
    """The reply to `rating:summary`."""

    items: list[RatingModel]
    """The models that somebody has rated, or answers of which."""


RATING = Entity(
    "rating",
    RatingItem,
    table="model_rating",
    unique=(("model", "task_type"),),
    filters=("model", "task_type", "rating"),
    orders=("updated_at", "model", "rating"),
    descending=True,
)
