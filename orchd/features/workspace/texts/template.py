"""Templates: what a model is asked again and again, with places to be filled."""

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from orchd.entity.wire import (
    Category,
    DaemonMember,
    Description,
    Entity,
    Name,
    OwnedItem,
    SentBy,
    draft_of,
)
from orchd.features.workspace.texts.variables import Values, Variables
from orchd.protocol.names import require_nonblank
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload

TemplateSystem: TypeAlias = Annotated[str, Meta(max_length=100_000)]
TemplateQuestion: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100_000), SentBy(require_nonblank)]
TemplateStop: TypeAlias = Annotated[str, Meta(min_length=1, max_length=256)]
TakenNames: TypeAlias = Annotated[
    Literal["refuse", "rename", "skip"],
    Meta(
        title="TakenNames",
        description="What becomes of a template whose name is taken: nothing is stored at all (`refuse`), it is called "
        "otherwise (`rename`), or it is left out (`skip`).",
    ),
]
BundleFormat: TypeAlias = Literal["orchd.templates"]
BundleVersion: TypeAlias = Annotated[int, Meta(ge=1, le=1)]


class TemplateParams(Struct, frozen=True, kw_only=True, rename="camel"):
    """Sampling parameters, as `chat:send` takes them; null is the model server's choice."""

    temperature: Annotated[float, Meta(ge=0, le=5)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    stop: Annotated[tuple[TemplateStop, ...], Meta(max_length=16)] | None = None
    seed: Annotated[int, Meta(ge=-(2**31), le=2**32 - 1)] | None = None


class Template(OwnedItem, frozen=True, kw_only=True):
    """Texts for a model with places in them: `{{name}}` is filled with what is said of the variable of that name."""

    name: Name
    description: Description = ""
    category: Category = ""
    variables: Variables = ()
    system_text: TemplateSystem = ""
    user_text: TemplateQuestion
    params: TemplateParams = TemplateParams()
    active: bool = True
    use_count: Annotated[Count, DaemonMember] = 0
    """How often it was used. Its growth is no change that live lists tell."""


class TemplateContent(Struct, frozen=True, kw_only=True, rename="camel"):
    """A template as it is handed on, without whose it is."""

    name: Name
    description: Description = ""
    category: Category = ""
    variables: Variables = ()
    system_text: TemplateSystem = ""
    user_text: TemplateQuestion
    params: TemplateParams = TemplateParams()
    active: bool = True


if TYPE_CHECKING:
    TemplateContentDraft: TypeAlias = TemplateContent
else:
    TemplateContentDraft = draft_of(TemplateContent)


TEMPLATE = Entity(
    "template",
    Template,
    unique=("name",),
    filters=("category", "active"),
    orders=("name", "use_count", "created_at", "updated_at"),
    long=("system_text", "user_text", "variables"),
    search=("name", "description", "system_text", "user_text"),
)


class TemplatePreview(ClientPayload, frozen=True, kw_only=True):
    """`template:preview`: how a template looks filled; it isn't counted."""

    template_id: RowId
    values: Values = msgspec.field(default_factory=dict)


class TemplateUse(ClientPayload, frozen=True, kw_only=True):
    """`template:use`: fill a template, to send what comes of it."""

    template_id: RowId
    values: Values = msgspec.field(default_factory=dict)


class TemplateFilled(Struct, frozen=True, kw_only=True, rename="camel"):
    """The reply to `template:preview` and `template:use`: what `chat:send` can be given."""

    template_id: RowId
    system_text: str
    user_text: str
    params: TemplateParams


class TemplateDuplicate(ClientPayload, frozen=True, kw_only=True):
    """`template:duplicate`: store a copy of a template that you see, of your own."""

    template_id: RowId
    name: Name | None = None
    """What the copy is called; null: as the template, with `(copy)` behind it."""


class TemplateExport(ClientPayload, frozen=True, kw_only=True):
    """`template:export`: one template, or all that you see, to be kept elsewhere; `cursor` is the `nextCursor` of the
    page before."""

    template_id: RowId | None = None
    limit: PageSize = 50
    cursor: RowId | None = None


class TemplateBundle(ServerPayload, frozen=True, kw_only=True):
    """The reply to `template:export`; `template:import` takes it as it is."""

    format: BundleFormat
    format_version: BundleVersion
    items: list[TemplateContent]
    next_cursor: RowId | None


class TemplateImport(ClientPayload, frozen=True, kw_only=True):
    """`template:import`: store templates as `template:export` gives them, all or none."""

    items: Annotated[tuple[TemplateContentDraft, ...], Meta(min_length=1, max_length=200)]
    format: BundleFormat = "orchd.templates"
    format_version: BundleVersion = 1
    next_cursor: RowId | None = None
    """As the export said; means nothing here."""
    taken: TakenNames = "refuse"


class TemplateImported(ServerPayload, frozen=True, kw_only=True):
    """The reply to `template:import`."""

    template_ids: list[RowId]
    """Those that were stored, in their order."""
    skipped: list[str]
    """The names that were left out, since they are taken."""
