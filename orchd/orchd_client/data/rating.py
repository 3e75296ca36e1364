"""The data of frames that `rating` has."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind, TaskType

RatingOrder: TypeAlias = Literal["model", "rating", "updatedAt"]
"""By what ratings are ordered."""


class RatingCreate(RequestData, kw_only=True):
    """`rating:create`: store a rating.

    What you think of a model, for one kind of task or for all; nobody else sees it but as a part of a mean.
    """

    model: str
    """The model, by its `id`. 1 to 256 characters."""
    rating: int
    """From 1, which is bad, to 5. 1 to 5."""
    task_type: TaskType | None = None
    """For which kind of task; null: for all."""
    comment: str | None = None
    """Why, in your words. At most 4000 characters."""


class RatingGet(RequestData, kw_only=True):
    """`rating:get`: one of them."""

    rating_id: int
    """Id of a rating of a model."""


class RatingList(RequestData, kw_only=True):
    """`rating:list`: ratings, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    model: str | None = None
    """Only those with this value. The model, by its `id`. 1 to 256 characters."""
    task_type: TaskType | None = None
    """Only those with this value. For which kind of task; null: for all."""
    rating: int | None = None
    """Only those with this value. From 1, which is bad, to 5. 1 to 5."""
    order: RatingOrder | None = None
    """By what they are ordered. `updatedAt` when it is left out."""
    descending: bool | None = None
    """The greatest or the latest first. When it is left out: True."""
    deleted: bool | None = None
    """Those that were removed and can still be restored, in place of those that are there. When it is left out:
    False.
    """
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 4096 characters."""


class RatingUpdate(RequestData, kw_only=True):
    """`rating:update`: change the members that are given; null clears. With `version` only if it is still that one."""

    rating_id: int
    """Id of a rating of a model."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    model: str | None = None
    """The model, by its `id`. 1 to 256 characters."""
    rating: int | None = None
    """From 1, which is bad, to 5. 1 to 5."""
    task_type: TaskType | None | UnsetType = UNSET
    """For which kind of task; null: for all."""
    comment: str | None | UnsetType = UNSET
    """Why, in your words. At most 4000 characters."""


class RatingDelete(RequestData, kw_only=True):
    """`rating:delete`: remove a rating; for some time it can be restored."""

    rating_id: int
    """Id of a rating of a model."""


class RatingRestore(RequestData, kw_only=True):
    """`rating:restore`: have a rating back that was removed."""

    rating_id: int
    """Id of a rating of a model."""


class RatingSubscribe(RequestData, kw_only=True):
    """`rating:subscribe`: be told what becomes of ratings. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class RatingUnsubscribe(RequestData, kw_only=True):
    """`rating:unsubscribe`: be told no more what becomes of ratings."""


class RatingSummary(RequestData, kw_only=True):
    """`rating:summary`: what all people together think of models, those with the most ratings first."""

    model: str | None = None
    """Only of this one. 1 to 256 characters."""
    task_type: TaskType | None = None
    """By each person's word on this kind of task, or for want of one by that on all tasks; left out: by all ratings."""


class RatingItem(ServerData, kw_only=True):
    """What you think of a model, for one kind of task or for all; nobody else sees it but as a part of a mean."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None = None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    model: str
    """The model, by its `id`."""
    rating: int
    """From 1, which is bad, to 5."""
    task_type: TaskType | str | None = None
    """For which kind of task; null: for all."""
    comment: str | None = None
    """Why, in your words."""


class RatingPage(ServerData, kw_only=True):
    """The reply to `rating:list`; `nextCursor` is null on the last page."""

    items: list[RatingItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class RatingDeleted(ServerData, kw_only=True):
    """The reply to `rating:delete`."""

    rating_id: int
    """Id of a rating of a model."""


class RatingSubscribed(ServerData, kw_only=True):
    """The reply to `rating:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class RatingChanged(ServerData, kw_only=True):
    """Something has become of a rating; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    rating_id: int | None = None
    """Id of a rating of a model."""
    item: RatingItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class RatingUnsubscribed(ServerData, kw_only=True):
    """The reply to `rating:unsubscribe`."""


class RatingSummaries(ServerData, kw_only=True):
    """The reply to `rating:summary`."""

    items: list[RatingModel] = []
    """The models that somebody has rated, or answers of which."""


class RatingModel(ServerData, kw_only=True):
    """What all people together think of a model."""

    model: str
    """The model, by its `id`."""
    count: int
    """How many ratings it has."""
    mean: float | None = None
    """Their mean, from 1 to 5; null where there are none."""
    up: int
    """How many of its answers somebody found good (`chat:rate`)."""
    down: int
    """How many of its answers somebody found bad."""
    up_share: float | None = None
    """The share of `up` among both; null where nobody has rated an answer."""
