"""Prompts: questions that are kept to be asked again, with what they were before."""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from orchd.entity.wire import Category, DaemonMember, Description, Entity, Name, OwnedItem, SentBy, Words
from orchd.features.chat import ChatAnswerRequest, FileIds
from orchd.features.workspace.texts.variables import Values, Variables
from orchd.protocol.names import require_nonblank
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload, Timestamp

PromptQuestion: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100_000), SentBy(require_nonblank)]
Changelog: TypeAlias = Annotated[str, Meta(max_length=1_000)]
VersionNumber: TypeAlias = Annotated[int, Meta(ge=1, le=2**31 - 1)]
DiffSign: TypeAlias = Annotated[
    Literal["same", "removed", "added"],
    Meta(
        title="DiffSign", description="Whether a line is in both texts, only in the earlier or only in the later one."
    ),
]


class PromptItem(OwnedItem, frozen=True, kw_only=True):
    """A question that is kept, with places in it: `{{name}}` is filled with what is said of the variable so called."""

    name: Name
    text: PromptQuestion
    """The question, with places."""
    description: Description = ""
    category: Category = ""
    tags: Words = ()
    variables: Variables = ()
    changelog: Changelog = ""
    """What was changed with this text, in your own words; empty after a change of the text that says nothing."""
    active: bool = True
    use_count: Annotated[Count, DaemonMember] = 0
    """How often it was run. Its growth is no change that live lists tell."""


class PromptVersion(Struct, frozen=True, kw_only=True, rename="camel"):
    """A text that a prompt had before."""

    id: RowId
    prompt_id: RowId
    number: VersionNumber
    """From 1 on, one for each text; the present text has the next number."""
    text: PromptQuestion
    variables: Variables
    changelog: Changelog
    """What was changed with this text."""
    replaced_at: Timestamp
    """When another text took its place."""


PROMPT = Entity(
    "prompt",
    PromptItem,
    unique=("name",),
    filters=("category", "active"),
    orders=("name", "use_count", "created_at", "updated_at"),
    long=("text", "variables"),
    search=("name", "description", "text"),
)


class PromptVersions(ClientPayload, frozen=True, kw_only=True):
    """`prompt:versions`: the texts that a prompt had before, the latest first; `cursor` is the `nextCursor` of the page
    before."""

    prompt_id: RowId
    limit: PageSize = 50
    cursor: VersionNumber | None = None


class PromptVersionPage(ServerPayload, frozen=True, kw_only=True):
    """The reply to `prompt:versions`."""

    items: list[PromptVersion]
    """The versions of this page."""
    next_cursor: VersionNumber | None


class PromptRevert(ClientPayload, frozen=True, kw_only=True):
    """`prompt:revert`: give a prompt the text and the variables back that it had in a version. The present ones become
    a version, so that nothing is lost. With `version` only if the prompt is still that one."""

    prompt_id: RowId
    number: VersionNumber
    """Whose text and variables it gets."""
    version: Count | None = None
    """The `version` that the prompt was read with: another one by now is a `conflict`."""


class PromptDiff(ClientPayload, frozen=True, kw_only=True):
    """`prompt:diff`: what has changed from one version of a prompt's text to another one."""

    prompt_id: RowId
    number: VersionNumber
    """The earlier text."""
    to_number: VersionNumber | None = None
    """The later text; null for the present one."""


class DiffLine(Struct, frozen=True, kw_only=True, rename="camel"):
    """A line of two texts, without its end."""

    sign: DiffSign
    """In which of the texts it is."""
    text: str


class DiffHunk(Struct, frozen=True, kw_only=True, rename="camel"):
    """A place where two texts differ, with up to three lines around it that are the same."""

    old_start: Count
    """Number of its first line in the earlier text, from 1; 0 where that is empty."""
    old_lines: Count
    """How many lines of the earlier text it has."""
    new_start: Count
    """Number of its first line in the later text."""
    new_lines: Count
    """How many lines of the later text it has."""
    lines: list[DiffLine]
    """Its lines, in order."""


class PromptChanges(ServerPayload, frozen=True, kw_only=True):
    """The reply to `prompt:diff`."""

    prompt_id: RowId
    hunks: list[DiffHunk]
    """Where the texts differ, in order; none where they are the same."""


class PromptDuplicate(ClientPayload, frozen=True, kw_only=True):
    """`prompt:duplicate`: store a copy of a prompt that you see, of your own, without its versions."""

    prompt_id: RowId
    name: Name | None = None
    """What the copy is called; null: as the prompt, with `(copy)` behind it."""


class PromptRun(ChatAnswerRequest, frozen=True, kw_only=True):
    """`prompt:run`: fill a prompt and ask it, as `chat:send` does with a message; with the frames of `chat:send`."""

    prompt_id: RowId
    values: Values = msgspec.field(default_factory=dict)
    conversation_id: RowId | None = None
    project_id: RowId | None = None
    parent_id: RowId | None = None
    system_prompt: str | None = None
    file_ids: FileIds = ()
    """Files of one's own, or of a project, that go to the model with the question."""
