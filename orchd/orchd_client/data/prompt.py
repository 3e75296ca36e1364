"""The data of frames that `prompt` has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind, ChatParams, OnDisconnect, Variable, VariableDraft

DiffSign: TypeAlias = Literal["added", "removed", "same"]
"""Whether a line is in both texts, only in the earlier or only in the later one. Later daemons may send others."""


PromptOrder: TypeAlias = Literal["createdAt", "name", "updatedAt", "useCount"]
"""By what prompts are ordered."""


class PromptCreate(RequestData, kw_only=True):
    """`prompt:create`: store a prompt.

    A question that is kept, with places in it: `{{name}}` is filled with what is said of the variable so called.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name. 1 to 200 characters."""
    text: str
    """The question, with places. 1 to 100000 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    tags: Sequence[str] | None = None
    """Words to find it by. At most 32 of them. When it is left out: []."""
    variables: Sequence[VariableDraft] | None = None
    """What the places of its texts are filled with. At most 50 of them. When it is left out: []."""
    changelog: str | None = None
    """What was changed with this text, in your own words; empty after a change of the text that says nothing. At
    most 1000 characters.
    """
    active: bool | None = None
    """Whether it may be chosen. When it is left out: True."""


class PromptGet(RequestData, kw_only=True):
    """`prompt:get`: one of them."""

    prompt_id: int
    """Id of a prompt."""


class PromptList(RequestData, kw_only=True):
    """`prompt:list`: prompts, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    active: bool | None = None
    """Only those that may be chosen, or only the others; left out, all."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: PromptOrder | None = None
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


class PromptUpdate(RequestData, kw_only=True):
    """`prompt:update`: change the members that are given; null clears. With `version` only if it is still that one."""

    prompt_id: int
    """Id of a prompt."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str | None = None
    """Its name. 1 to 200 characters."""
    text: str | None = None
    """The question, with places. 1 to 100000 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    tags: Sequence[str] | None = None
    """Words to find it by. At most 32 of them."""
    variables: Sequence[VariableDraft] | None = None
    """What the places of its texts are filled with. At most 50 of them."""
    changelog: str | None = None
    """What was changed with this text, in your own words; empty after a change of the text that says nothing. At
    most 1000 characters.
    """
    active: bool | None = None
    """Whether it may be chosen."""


class PromptDelete(RequestData, kw_only=True):
    """`prompt:delete`: remove a prompt; for some time it can be restored."""

    prompt_id: int
    """Id of a prompt."""


class PromptRestore(RequestData, kw_only=True):
    """`prompt:restore`: have a prompt back that was removed."""

    prompt_id: int
    """Id of a prompt."""


class PromptSubscribe(RequestData, kw_only=True):
    """`prompt:subscribe`: be told what becomes of prompts. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class PromptUnsubscribe(RequestData, kw_only=True):
    """`prompt:unsubscribe`: be told no more what becomes of prompts."""


class PromptVersions(RequestData, kw_only=True):
    """`prompt:versions`: the texts that a prompt had before, the latest first; `cursor` is the `nextCursor` of the
    page before.
    """

    prompt_id: int
    """Id of a prompt."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: int | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 2147483647."""


class PromptRevert(RequestData, kw_only=True):
    """`prompt:revert`: give a prompt the text and the variables back that it had in a version. The present ones
    become a version, so that nothing is lost. With `version` only if the prompt is still that one.
    """

    prompt_id: int
    """Id of a prompt."""
    number: int
    """Whose text and variables it gets. 1 to 2147483647."""
    version: int | None = None
    """The `version` that the prompt was read with: another one by now is a `conflict`."""


class PromptDiff(RequestData, kw_only=True):
    """`prompt:diff`: what has changed from one version of a prompt's text to another one."""

    prompt_id: int
    """Id of a prompt."""
    number: int
    """The earlier text. 1 to 2147483647."""
    to_number: int | None = None
    """The later text; null for the present one. 1 to 2147483647."""


class PromptDuplicate(RequestData, kw_only=True):
    """`prompt:duplicate`: store a copy of a prompt that you see, of your own, without its versions."""

    prompt_id: int
    """Id of a prompt."""
    name: str | None = None
    """What the copy is called; null: as the prompt, with `(copy)` behind it. 1 to 200 characters."""


class PromptRun(RequestData, kw_only=True):
    """`prompt:run`: fill a prompt and ask it, as `chat:send` does with a message; with the frames of `chat:send`."""

    model: str | None = None
    """Who shall answer; left out: the conversation's model, `models.default`, the first loaded one, the first listed
    one. 1 to 256 characters.
    """
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when those before them give no first token. At most 16 of them. When it is
    left out: [].
    """
    params: ChatParams | None = None
    """Sampling parameters."""
    on_disconnect: OnDisconnect | None = None
    """What becomes of the answer when the connection ends. `finish` when it is left out."""
    prompt_id: int
    """Id of a prompt."""
    values: Mapping[str, str | float | bool] | None = None
    """What is put in the places, by the names of the variables; those that are left out have their defaults. At most
    50 of them.
    """
    conversation_id: int | None = None
    """Id of a conversation."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    parent_id: int | None = None
    """Id of the message that it follows; null for the first of a conversation."""
    system_prompt: str | None = None
    """What the model is told before all messages."""
    file_ids: Sequence[int] | None = None
    """Files of one's own, or of a project, that go to the model with the question. At most 20 of them. When it is
    left out: [].
    """


class PromptItem(ServerData, kw_only=True):
    """A question that is kept, with places in it: `{{name}}` is filled with what is said of the variable so called."""

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
    text: str
    """The question, with places."""
    description: str = ""
    """What it is, in some words."""
    category: str = ""
    """A word to find it by."""
    tags: list[str] = []
    """Words to find it by."""
    variables: list[Variable] = []
    """What the places of its texts are filled with."""
    changelog: str = ""
    """What was changed with this text, in your own words; empty after a change of the text that says nothing."""
    active: bool
    """Whether it may be chosen."""
    use_count: int
    """How often it was run. Its growth is no change that live lists tell."""


class PromptPage(ServerData, kw_only=True):
    """The reply to `prompt:list`; `nextCursor` is null on the last page."""

    items: list[PromptItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class PromptDeleted(ServerData, kw_only=True):
    """The reply to `prompt:delete`."""

    prompt_id: int
    """Id of a prompt."""


class PromptSubscribed(ServerData, kw_only=True):
    """The reply to `prompt:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class PromptChanged(ServerData, kw_only=True):
    """Something has become of a prompt; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    prompt_id: int | None = None
    """Id of a prompt."""
    item: PromptItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class PromptUnsubscribed(ServerData, kw_only=True):
    """The reply to `prompt:unsubscribe`."""


class PromptVersionPage(ServerData, kw_only=True):
    """The reply to `prompt:versions`."""

    items: list[PromptVersion] = []
    """The versions of this page."""
    next_cursor: int | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class PromptVersion(ServerData, kw_only=True):
    """A text that a prompt had before."""

    id: int
    """Its id."""
    prompt_id: int
    """Id of a prompt."""
    number: int
    """From 1 on, one for each text; the present text has the next number."""
    text: str
    """The text."""
    variables: list[Variable] = []
    """What the places of its texts are filled with."""
    changelog: str
    """What was changed with this text."""
    replaced_at: str
    """When another text took its place."""


class PromptChanges(ServerData, kw_only=True):
    """The reply to `prompt:diff`."""

    prompt_id: int
    """Id of a prompt."""
    hunks: list[DiffHunk] = []
    """Where the texts differ, in order; none where they are the same."""


class DiffHunk(ServerData, kw_only=True):
    """A place where two texts differ, with up to three lines around it that are the same."""

    old_start: int
    """Number of its first line in the earlier text, from 1; 0 where that is empty."""
    old_lines: int
    """How many lines of the earlier text it has."""
    new_start: int
    """Number of its first line in the later text."""
    new_lines: int
    """How many lines of the later text it has."""
    lines: list[DiffLine] = []
    """Its lines, in order."""


class DiffLine(ServerData, kw_only=True):
    """A line of two texts, without its end."""

    sign: DiffSign | str
    """In which of the texts it is."""
    text: str
    """The text."""
