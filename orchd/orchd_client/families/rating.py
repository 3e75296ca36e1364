"""Requests whose type begins with `rating`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from ..data.rating import (
    RatingChanged,
    RatingCreate,
    RatingDelete,
    RatingDeleted,
    RatingGet,
    RatingItem,
    RatingList,
    RatingOrder,
    RatingPage,
    RatingRestore,
    RatingSubscribe,
    RatingSubscribed,
    RatingSummaries,
    RatingSummary,
    RatingUnsubscribe,
    RatingUnsubscribed,
    RatingUpdate,
)
from ..data.shared import TaskType
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_RATING_CREATE = Call("rating:create", "rating:create", RatingItem)
_RATING_GET = Call("rating:get", "rating:get", RatingItem, safe=True)
_RATING_LIST = Call("rating:list", "rating:list", RatingPage, safe=True)
_RATING_UPDATE = Call("rating:update", "rating:update", RatingItem)
_RATING_DELETE = Call("rating:delete", "rating:delete", RatingDeleted)
_RATING_RESTORE = Call("rating:restore", "rating:restore", RatingItem)
_RATING_SUBSCRIBE = Call("rating:subscribe", "rating:subscribe", RatingSubscribed, safe=True)
_RATING_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"rating:changed"}),
    end=Call("rating:unsubscribe", "rating:unsubscribe", RatingUnsubscribed),
    end_data=lambda _: RatingUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_RATING_UNSUBSCRIBE = Call("rating:unsubscribe", "rating:unsubscribe", RatingUnsubscribed, safe=True)
_RATING_SUMMARY = Call("rating:summary", "rating:summary", RatingSummaries, safe=True)


class RatingRequests:
    """`client.rating`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        model: str,
        rating: int,
        task_type: TaskType | None = None,
        comment: str | None = None,
    ) -> RatingItem:
        """`rating:create`: store a rating.

        What you think of a model, for one kind of task or for all; nobody else sees it but as a part of a mean.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = RatingCreate(model=model, rating=rating, task_type=task_type, comment=comment)
        return await self._link.request(_RATING_CREATE, data)

    async def get(self, *, rating_id: int) -> RatingItem:
        """`rating:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = RatingGet(rating_id=rating_id)
        return await self._link.request(_RATING_GET, data)

    async def list(
        self,
        *,
        model: str | None = None,
        task_type: TaskType | None = None,
        rating: int | None = None,
        order: RatingOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> RatingPage:
        """`rating:list`: ratings, those that the given members fit; `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = RatingList(
            model=model,
            task_type=task_type,
            rating=rating,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_RATING_LIST, data)

    async def update(
        self,
        *,
        rating_id: int,
        version: int | None = None,
        model: str | None = None,
        rating: int | None = None,
        task_type: TaskType | None | UnsetType = UNSET,
        comment: str | None | UnsetType = UNSET,
    ) -> RatingItem:
        """`rating:update`: change the members that are given; null clears. With `version` only if it is still that one.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = RatingUpdate(
            rating_id=rating_id,
            version=version,
            model=model,
            rating=rating,
            task_type=task_type,
            comment=comment,
        )
        return await self._link.request(_RATING_UPDATE, data)

    async def delete(self, *, rating_id: int) -> RatingDeleted:
        """`rating:delete`: remove a rating; for some time it can be restored.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = RatingDelete(rating_id=rating_id)
        return await self._link.request(_RATING_DELETE, data)

    async def restore(self, *, rating_id: int) -> RatingItem:
        """`rating:restore`: have a rating back that was removed.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = RatingRestore(rating_id=rating_id)
        return await self._link.request(_RATING_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[RatingSubscribed, RatingChanged]:
        """`rating:subscribe`: be told what becomes of ratings. With `since`, also what has become of them after that
        change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = RatingSubscribe(since=since)
        return Subscription(self._link, _RATING_SUBSCRIBE, data, _RATING_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> RatingUnsubscribed:
        """`rating:unsubscribe`: be told no more what becomes of ratings.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = RatingUnsubscribe()
        return await self._link.request(_RATING_UNSUBSCRIBE, data)

    async def summary(self, *, model: str | None = None, task_type: TaskType | None = None) -> RatingSummaries:
        """`rating:summary`: what all people together think of models, those with the most ratings first.

        Needs the right `read`, of a token the scope `models`.
        """
        data = RatingSummary(model=model, task_type=task_type)
        return await self._link.request(_RATING_SUMMARY, data)
