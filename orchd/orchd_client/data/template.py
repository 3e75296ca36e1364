"""The data of frames that `template` has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind, Variable, VariableDraft

TakenNames: TypeAlias = Literal["refuse", "rename", "skip"]
"""What becomes of a template whose name is taken: nothing is stored at all (`refuse`), it is called otherwise
(`rename`), or it is left out (`skip`).
"""


TemplateOrder: TypeAlias = Literal["createdAt", "name", "updatedAt", "useCount"]
"""By what templates are ordered."""


class TemplateCreate(RequestData, kw_only=True):
    """`template:create`: store a template.

    Texts for a model with places in them: `{{name}}` is filled with what is said of the variable of that name.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    variables: Sequence[VariableDraft] | None = None
    """What the places of its texts are filled with. At most 50 of them. When it is left out: []."""
    system_text: str | None = None
    """What the model is told before the question; empty for nothing. At most 100000 characters."""
    user_text: str
    """The question. 1 to 100000 characters."""
    params: TemplateParamsDraft | None = None
    """Sampling parameters."""
    active: bool | None = None
    """Whether it may be chosen. When it is left out: True."""


class TemplateParamsDraft(RequestData, kw_only=True):
    """Sampling parameters, as `chat:send` takes them; null is the model server's choice."""

    temperature: float | None = None
    """From 0 (the likeliest word each time) upwards; left out, the model server's choice. 0 to 5."""
    top_p: float | None = None
    """From 0 to 1: only the likeliest words that make up this share are chosen from. 0 to 1."""
    max_tokens: int | None = None
    """The most tokens to be generated. 1 to 10000000."""
    stop: Sequence[str] | None = None
    """Texts at which the model stops; they are not part of the answer. At most 16 of them."""
    seed: int | None = None
    """The same seed gives the same answer where the model server can do that. -2147483648 to 4294967295."""


class TemplateGet(RequestData, kw_only=True):
    """`template:get`: one of them."""

    template_id: int
    """Id of a template."""


class TemplateList(RequestData, kw_only=True):
    """`template:list`: templates, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    active: bool | None = None
    """Only those that may be chosen, or only the others; left out, all."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: TemplateOrder | None = None
    """By what they are ordered. `name` when it is left out."""
    descending: bool | None = None
    """The greatest or the latest first. When it is left out: False."""
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


class TemplateUpdate(RequestData, kw_only=True):
    """`template:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    template_id: int
    """Id of a template."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str | None = None
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    variables: Sequence[VariableDraft] | None = None
    """What the places of its texts are filled with. At most 50 of them."""
    system_text: str | None = None
    """What the model is told before the question; empty for nothing. At most 100000 characters."""
    user_text: str | None = None
    """The question. 1 to 100000 characters."""
    params: TemplateParamsDraft | None = None
    """Sampling parameters."""
    active: bool | None = None
    """Whether it may be chosen."""


class TemplateDelete(RequestData, kw_only=True):
    """`template:delete`: remove a template; for some time it can be restored."""

    template_id: int
    """Id of a template."""


class TemplateRestore(RequestData, kw_only=True):
    """`template:restore`: have a template back that was removed."""

    template_id: int
    """Id of a template."""


class TemplateSubscribe(RequestData, kw_only=True):
    """`template:subscribe`: be told what becomes of templates. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class TemplateUnsubscribe(RequestData, kw_only=True):
    """`template:unsubscribe`: be told no more what becomes of templates."""


class TemplatePreview(RequestData, kw_only=True):
    """`template:preview`: how a template looks filled; it isn't counted."""

    template_id: int
    """Id of a template."""
    values: Mapping[str, str | float | bool] | None = None
    """What is put in the places, by the names of the variables; those that are left out have their defaults. At most
    50 of them.
    """


class TemplateUse(RequestData, kw_only=True):
    """`template:use`: fill a template, to send what comes of it."""

    template_id: int
    """Id of a template."""
    values: Mapping[str, str | float | bool] | None = None
    """What is put in the places, by the names of the variables; those that are left out have their defaults. At most
    50 of them.
    """


class TemplateDuplicate(RequestData, kw_only=True):
    """`template:duplicate`: store a copy of a template that you see, of your own."""

    template_id: int
    """Id of a template."""
    name: str | None = None
    """What the copy is called; null: as the template, with `(copy)` behind it. 1 to 200 characters."""


class TemplateExport(RequestData, kw_only=True):
    """`template:export`: one template, or all that you see, to be kept elsewhere; `cursor` is the `nextCursor` of
    the page before.
    """

    template_id: int | None = None
    """Id of a template."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: int | None = None
    """The `nextCursor` of the page before; without one, the first page."""


class TemplateImport(RequestData, kw_only=True):
    """`template:import`: store templates as `template:export` gives them, all or none."""

    items: Sequence[TemplateContentDraft]
    """The entries of this page, in order. 1 to 200 of them."""
    format: Literal["orchd.templates"] | None = None
    """What this is: a page of exported templates. When it is left out: "orchd.templates"."""
    format_version: int | None = None
    """How it is written. 1 to 1. When it is left out: 1."""
    next_cursor: int | None = None
    """As the export said; means nothing here."""
    taken: TakenNames | None = None
    """`refuse` when it is left out."""


class TemplateContentDraft(RequestData, kw_only=True):
    """A template as it is handed on, without whose it is."""

    name: str
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    variables: Sequence[VariableDraft] | None = None
    """What the places of its texts are filled with. At most 50 of them. When it is left out: []."""
    system_text: str | None = None
    """What the model is told before the question; empty for nothing. At most 100000 characters."""
    user_text: str
    """The question. 1 to 100000 characters."""
    params: TemplateParamsDraft | None = None
    """Sampling parameters."""
    active: bool | None = None
    """Whether it may be chosen. When it is left out: True."""


class Template(ServerData, kw_only=True):
    """Texts for a model with places in them: `{{name}}` is filled with what is said of the variable of that name."""

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
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name."""
    description: str = ""
    """What it is, in some words."""
    category: str = ""
    """A word to find it by."""
    variables: list[Variable] = []
    """What the places of its texts are filled with."""
    system_text: str = ""
    """What the model is told before the question; empty for nothing."""
    user_text: str
    """The question."""
    params: TemplateParams
    """Sampling parameters."""
    active: bool
    """Whether it may be chosen."""
    use_count: int
    """How often it was used. Its growth is no change that live lists tell."""


class TemplateParams(ServerData, kw_only=True):
    """Sampling parameters, as `chat:send` takes them; null is the model server's choice."""

    temperature: float | None = None
    """From 0 (the likeliest word each time) upwards; left out, the model server's choice."""
    top_p: float | None = None
    """From 0 to 1: only the likeliest words that make up this share are chosen from."""
    max_tokens: int | None = None
    """The most tokens to be generated."""
    stop: list[str] | None = None
    """Texts at which the model stops; they are not part of the answer."""
    seed: int | None = None
    """The same seed gives the same answer where the model server can do that."""


class TemplatePage(ServerData, kw_only=True):
    """The reply to `template:list`; `nextCursor` is null on the last page."""

    items: list[Template] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class TemplateDeleted(ServerData, kw_only=True):
    """The reply to `template:delete`."""

    template_id: int
    """Id of a template."""


class TemplateSubscribed(ServerData, kw_only=True):
    """The reply to `template:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class TemplateChanged(ServerData, kw_only=True):
    """Something has become of a template; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    template_id: int | None = None
    """Id of a template."""
    item: Template | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class TemplateUnsubscribed(ServerData, kw_only=True):
    """The reply to `template:unsubscribe`."""


class TemplateFilled(ServerData, kw_only=True):
    """The reply to `template:preview` and `template:use`: what `chat:send` can be given."""

    template_id: int
    """Id of a template."""
    system_text: str
    """What the model is told before the question; empty for nothing."""
    user_text: str
    """The question."""
    params: TemplateParams
    """Sampling parameters."""


class TemplateBundle(ServerData, kw_only=True):
    """The reply to `template:export`; `template:import` takes it as it is."""

    format: Literal["orchd.templates"]
    """What this is: a page of exported templates."""
    format_version: int
    """How it is written."""
    items: list[TemplateContent] = []
    """The entries of this page, in order."""
    next_cursor: int | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class TemplateContent(ServerData, kw_only=True):
    """A template as it is handed on, without whose it is."""

    name: str
    """Its name."""
    description: str = ""
    """What it is, in some words."""
    category: str = ""
    """A word to find it by."""
    variables: list[Variable] = []
    """What the places of its texts are filled with."""
    system_text: str = ""
    """What the model is told before the question; empty for nothing."""
    user_text: str
    """The question."""
    params: TemplateParams | None = None
    """Sampling parameters."""
    active: bool = True
    """Whether it may be chosen."""


class TemplateImported(ServerData, kw_only=True):
    """The reply to `template:import`."""

    template_ids: list[int] = []
    """Those that were stored, in their order."""
    skipped: list[str] = []
    """The names that were left out, since they are taken."""
