"""Requests whose type begins with `template`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import UNSET, UnsetType

from ..data.shared import VariableDraft
from ..data.template import (
    TakenNames,
    Template,
    TemplateBundle,
    TemplateChanged,
    TemplateContentDraft,
    TemplateCreate,
    TemplateDelete,
    TemplateDeleted,
    TemplateDuplicate,
    TemplateExport,
    TemplateFilled,
    TemplateGet,
    TemplateImport,
    TemplateImported,
    TemplateList,
    TemplateOrder,
    TemplatePage,
    TemplateParamsDraft,
    TemplatePreview,
    TemplateRestore,
    TemplateSubscribe,
    TemplateSubscribed,
    TemplateUnsubscribe,
    TemplateUnsubscribed,
    TemplateUpdate,
    TemplateUse,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_TEMPLATE_CREATE = Call("template:create", "template:create", Template)
_TEMPLATE_GET = Call("template:get", "template:get", Template, safe=True)
_TEMPLATE_LIST = Call("template:list", "template:list", TemplatePage, safe=True)
_TEMPLATE_UPDATE = Call("template:update", "template:update", Template)
_TEMPLATE_DELETE = Call("template:delete", "template:delete", TemplateDeleted)
_TEMPLATE_RESTORE = Call("template:restore", "template:restore", Template)
_TEMPLATE_SUBSCRIBE = Call("template:subscribe", "template:subscribe", TemplateSubscribed, safe=True)
_TEMPLATE_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"template:changed"}),
    end=Call("template:unsubscribe", "template:unsubscribe", TemplateUnsubscribed),
    end_data=lambda _: TemplateUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_TEMPLATE_UNSUBSCRIBE = Call("template:unsubscribe", "template:unsubscribe", TemplateUnsubscribed, safe=True)
_TEMPLATE_PREVIEW = Call("template:preview", "template:preview", TemplateFilled, safe=True)
_TEMPLATE_USE = Call("template:use", "template:use", TemplateFilled)
_TEMPLATE_DUPLICATE = Call("template:duplicate", "template:duplicate", Template)
_TEMPLATE_EXPORT = Call("template:export", "template:export", TemplateBundle, safe=True)
_TEMPLATE_IMPORT = Call("template:import", "template:import", TemplateImported)


class TemplateRequests:
    """`client.template`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        name: str,
        user_text: str,
        project_id: int | None = None,
        description: str | None = None,
        category: str | None = None,
        variables: Sequence[VariableDraft] | None = None,
        system_text: str | None = None,
        params: TemplateParamsDraft | None = None,
        active: bool | None = None,
    ) -> Template:
        """`template:create`: store a template.

        Texts for a model with places in them: `{{name}}` is filled with what is said of the variable of that name.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = TemplateCreate(
            project_id=project_id,
            name=name,
            description=description,
            category=category,
            variables=variables,
            system_text=system_text,
            user_text=user_text,
            params=params,
            active=active,
        )
        return await self._link.request(_TEMPLATE_CREATE, data)

    async def get(self, *, template_id: int) -> Template:
        """`template:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TemplateGet(template_id=template_id)
        return await self._link.request(_TEMPLATE_GET, data)

    async def list(
        self,
        *,
        category: str | None = None,
        active: bool | None = None,
        project_id: int | None = None,
        order: TemplateOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> TemplatePage:
        """`template:list`: templates, those that the given members fit; `cursor` is the `nextCursor` of the page
        before.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = TemplateList(
            category=category,
            active=active,
            project_id=project_id,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_TEMPLATE_LIST, data)

    async def update(
        self,
        *,
        template_id: int,
        version: int | None = None,
        project_id: int | None | UnsetType = UNSET,
        name: str | None = None,
        description: str | None = None,
        category: str | None = None,
        variables: Sequence[VariableDraft] | None = None,
        system_text: str | None = None,
        user_text: str | None = None,
        params: TemplateParamsDraft | None = None,
        active: bool | None = None,
    ) -> Template:
        """`template:update`: change the members that are given; null clears. With `version` only if it is still that
        one.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = TemplateUpdate(
            template_id=template_id,
            version=version,
            project_id=project_id,
            name=name,
            description=description,
            category=category,
            variables=variables,
            system_text=system_text,
            user_text=user_text,
            params=params,
            active=active,
        )
        return await self._link.request(_TEMPLATE_UPDATE, data)

    async def delete(self, *, template_id: int) -> TemplateDeleted:
        """`template:delete`: remove a template; for some time it can be restored.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TemplateDelete(template_id=template_id)
        return await self._link.request(_TEMPLATE_DELETE, data)

    async def restore(self, *, template_id: int) -> Template:
        """`template:restore`: have a template back that was removed.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TemplateRestore(template_id=template_id)
        return await self._link.request(_TEMPLATE_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[TemplateSubscribed, TemplateChanged]:
        """`template:subscribe`: be told what becomes of templates. With `since`, also what has become of them after
        that change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = TemplateSubscribe(since=since)
        return Subscription(self._link, _TEMPLATE_SUBSCRIBE, data, _TEMPLATE_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> TemplateUnsubscribed:
        """`template:unsubscribe`: be told no more what becomes of templates.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = TemplateUnsubscribe()
        return await self._link.request(_TEMPLATE_UNSUBSCRIBE, data)

    async def preview(
        self,
        *,
        template_id: int,
        values: Mapping[str, str | float | bool] | None = None,
    ) -> TemplateFilled:
        """`template:preview`: how a template looks filled; it isn't counted.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, `TooLargeError`, besides what any request may.
        """
        data = TemplatePreview(template_id=template_id, values=values)
        return await self._link.request(_TEMPLATE_PREVIEW, data)

    async def use(self, *, template_id: int, values: Mapping[str, str | float | bool] | None = None) -> TemplateFilled:
        """`template:use`: fill a template, to send what comes of it.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `TooLargeError`, besides what any request may.
        """
        data = TemplateUse(template_id=template_id, values=values)
        return await self._link.request(_TEMPLATE_USE, data)

    async def duplicate(self, *, template_id: int, name: str | None = None) -> Template:
        """`template:duplicate`: store a copy of a template that you see, of your own.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TemplateDuplicate(template_id=template_id, name=name)
        return await self._link.request(_TEMPLATE_DUPLICATE, data)

    async def export(
        self,
        *,
        template_id: int | None = None,
        limit: int | None = None,
        cursor: int | None = None,
    ) -> TemplateBundle:
        """`template:export`: one template, or all that you see, to be kept elsewhere; `cursor` is the `nextCursor` of
        the page before.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TemplateExport(template_id=template_id, limit=limit, cursor=cursor)
        return await self._link.request(_TEMPLATE_EXPORT, data)

    async def import_(
        self,
        *,
        items: Sequence[TemplateContentDraft],
        format: Literal["orchd.templates"] | None = None,
        format_version: int | None = None,
        next_cursor: int | None = None,
        taken: TakenNames | None = None,
    ) -> TemplateImported:
        """`template:import`: store templates as `template:export` gives them, all or none.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TemplateImport(
            items=items,
            format=format,
            format_version=format_version,
            next_cursor=next_cursor,
            taken=taken,
        )
        return await self._link.request(_TEMPLATE_IMPORT, data)
