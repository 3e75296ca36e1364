"""The data of frames that `conversation` has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind, ErrorCode

ConversationImportOrder: TypeAlias = Literal["createdAt", "updatedAt"]
"""By what imports are ordered."""


ConversationOrder: TypeAlias = Literal["createdAt", "pinned", "title", "updatedAt"]
"""By what conversations are ordered."""


CopiedBranches: TypeAlias = Literal["all", "shown"]
"""Which messages a copy has: those of all branches, or those of one, the active branch unless a message says which."""


ExportFormat: TypeAlias = Literal["markdown", "orchd"]
"""How conversations are written: `orchd`, the JSON that `conversation:import` takes again, with all branches;
`markdown`, the active branch to be read by people. Later daemons may send others.
"""


ImportFault: TypeAlias = Literal[
    "empty",
    "imported_before",
    "invalid",
    "nesting",
    "not_json",
    "refused",
    "too_large",
    "too_many_messages",
    "unknown_format",
    "unreadable",
]
"""Why a conversation was not imported. `imported_before`: it is here already; `empty`: it has no messages;
`invalid`: it breaks a rule of its format, which the message says; `refused`: the database did not take it;
`unreadable`: it could not be read with the time and memory that one conversation may take. Later daemons may send
others.
"""


ImportOutcome: TypeAlias = Literal["failed", "imported", "skipped"]
"""What became of a conversation; `skipped`: it is here already. Later daemons may send others."""


ImportRemark: TypeAlias = Literal[
    "attachments",
    "circles",
    "cut_texts",
    "hidden_messages",
    "missing_parents",
    "other_messages",
    "repeated_ids",
    "system_messages",
    "tool_calls",
    "tool_messages",
]
"""What of an imported conversation was left out (`attachments`, messages that are `hidden`, of tools, of the system
behind the first, or of no known role, `tool_calls`, the rest of `cut_texts`, messages with `repeated_ids`) or put
elsewhere: messages with `missing_parents` and those that follow one another in `circles` begin branches of their
own. Later daemons may send others.
"""


ImportSource: TypeAlias = Literal["chatgpt", "librechat", "open_webui", "orchd"]
"""The program whose export a conversation comes from. Later daemons may send others."""


ImportStatus: TypeAlias = Literal["done", "failed", "interrupted", "running"]
"""How an import stands: `interrupted` when what was sent broke off or the daemon ended, `failed` when the file can't
be read. What was imported until then stays, and is skipped when the file is sent again. Later daemons may send
others.
"""


class ConversationCreate(RequestData, kw_only=True):
    """`conversation:create`: store a conversation.

    A conversation: its questions and answers are read by `chat:history`.

    `updatedAt` is when something was asked or answered in it last; what is changed here leaves it alone.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists; the first words of its first question until it is given another title. 1 to 200
    characters.
    """
    model: str | None = None
    """The model that answered last, and is asked next where the question names none. 1 to 256 characters."""
    system_prompt: str | None = None
    """What the model is told before all messages; null: what the assistant is told."""
    assistant_id: int | None = None
    """The assistant whose model and system prompt are taken where the conversation has none of its own."""
    params: ConversationParamsDraft | None = None
    """Sampling parameters of all answers, as far as a question doesn't give its own."""
    folder: str | None = None
    """The folder that it is shown in; empty: in none. At most 100 characters."""
    tags: Sequence[str] | None = None
    """Words by which it can be found. At most 32 of them. When it is left out: []."""
    pinned: bool | None = None
    """Whether it comes before all that aren't. When it is left out: False."""
    archived: bool | None = None
    """Whether it is put away; lists show it all the same, unless they are asked for others only. When it is left
    out: False.
    """
    unread: bool | None = None
    """Whether an answer has ended in it while none of its owner's connections was being told of that answer. When it
    is left out: False.
    """
    auto_title: bool | None = None
    """Whether the daemon may give it another title; a title that somebody gives ends that. When it is left out:
    False.
    """
    metadata: Mapping[str, str | int | float | bool | None] | None = None
    """What a client keeps with it, by names of its own. At most 32 of them."""


class ConversationParamsDraft(RequestData, kw_only=True):
    """Sampling parameters as a conversation has them; what is null is the model server's choice."""

    temperature: float | None = None
    """From 0 (the likeliest word each time) upwards; left out, the model server's choice. 0 to 5."""
    top_p: float | None = None
    """From 0 to 1: only the likeliest words that make up this share are chosen from. 0 to 1."""
    max_tokens: int | None = None
    """The most tokens to be generated. 1 to 10000000."""
    stop: str | Sequence[str] | None = None
    """A text, or several, at which the model stops; they are not part of the answer."""
    seed: int | None = None
    """The same seed gives the same answer where the model server can do that. -2147483648 to 4294967295."""


class ConversationGet(RequestData, kw_only=True):
    """`conversation:get`: one of them."""

    conversation_id: int
    """Id of a conversation."""


class ConversationList(RequestData, kw_only=True):
    """`conversation:list`: conversations, those that the given members fit; `cursor` is the `nextCursor` of the page
    before.
    """

    archived: bool | None = None
    """Only those with this value. Whether it is put away; lists show it all the same, unless they are asked for
    others only.
    """
    pinned: bool | None = None
    """Only those with this value. Whether it comes before all that aren't."""
    folder: str | None = None
    """Only those with this value. The folder that it is shown in; empty: in none. At most 100 characters."""
    tag: str | None = None
    """Only those with this value. A word that its `tags` hold. 1 to 64 characters."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: ConversationOrder | None = None
    """By what they are ordered. `pinned` when it is left out."""
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


class ConversationUpdate(RequestData, kw_only=True):
    """`conversation:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    conversation_id: int
    """Id of a conversation."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str | None = None
    """What it is called in lists; the first words of its first question until it is given another title. 1 to 200
    characters.
    """
    model: str | None | UnsetType = UNSET
    """The model that answered last, and is asked next where the question names none. 1 to 256 characters."""
    system_prompt: str | None | UnsetType = UNSET
    """What the model is told before all messages; null: what the assistant is told."""
    assistant_id: int | None | UnsetType = UNSET
    """The assistant whose model and system prompt are taken where the conversation has none of its own."""
    params: ConversationParamsDraft | None | UnsetType = UNSET
    """Sampling parameters of all answers, as far as a question doesn't give its own."""
    folder: str | None = None
    """The folder that it is shown in; empty: in none. At most 100 characters."""
    tags: Sequence[str] | None = None
    """Words by which it can be found. At most 32 of them."""
    pinned: bool | None = None
    """Whether it comes before all that aren't."""
    archived: bool | None = None
    """Whether it is put away; lists show it all the same, unless they are asked for others only."""
    unread: bool | None = None
    """Whether an answer has ended in it while none of its owner's connections was being told of that answer."""
    auto_title: bool | None = None
    """Whether the daemon may give it another title; a title that somebody gives ends that."""
    metadata: Mapping[str, str | int | float | bool | None] | None | UnsetType = UNSET
    """What a client keeps with it, by names of its own. At most 32 of them."""


class ConversationDelete(RequestData, kw_only=True):
    """`conversation:delete`: remove a conversation; for some time it can be restored."""

    conversation_id: int
    """Id of a conversation."""


class ConversationRestore(RequestData, kw_only=True):
    """`conversation:restore`: have a conversation back that was removed."""

    conversation_id: int
    """Id of a conversation."""


class ConversationSubscribe(RequestData, kw_only=True):
    """`conversation:subscribe`: be told what becomes of conversations. With `since`, also what has become of them
    after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class ConversationUnsubscribe(RequestData, kw_only=True):
    """`conversation:unsubscribe`: be told no more what becomes of conversations."""


class ConversationLabels(RequestData, kw_only=True):
    """`conversation:labels`: the folders and tags of the conversations that one sees, the most frequent first."""

    archived: bool | None = None
    """Only of those that are put away, or only of the others; left out, of all."""


class ConversationDuplicate(RequestData, kw_only=True):
    """`conversation:duplicate`: store a copy of a conversation that you see: your own, in no project."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int | None = None
    """The last message of the copy: its branch up to there, and with `all` branches all that was said before it."""
    branches: CopiedBranches | None = None
    """`all` when it is left out."""
    title: str | None = None
    """What the copy is called; null: as the conversation, with `(copy)` behind it. 1 to 200 characters."""


class ConversationExport(RequestData, kw_only=True):
    """`conversation:export`: give conversations to be kept elsewhere, a piece of the file at a time."""

    conversation_ids: Sequence[int] | None = None
    """Which ones, of those that you see; null: all that you made. 1 to 200 of them."""
    format: ExportFormat | None = None
    """What this is: a page of exported templates. `orchd` when it is left out."""
    cursor: str | None = None
    """The `nextCursor` of the piece before, with the same other members. 1 to 64 characters."""


class ConversationImport(RequestData, kw_only=True):
    """`conversation:import`: store the conversations of a file that is short enough for a frame; longer ones are
    sent to the page `/conversations/import`.
    """

    text: str
    """The file."""
    name: str | None = None
    """What it is called. At most 200 characters."""
    project_id: int | None = None
    """The project that they are put into; null: none."""


class ConversationImportReportRequest(RequestData, kw_only=True):
    """`conversation:import:report`: what became of the conversations of a file, in the order in which they stand
    there. `cursor` is the `nextCursor` of the page before.
    """

    conversation_import_id: int
    """Id of an import."""
    outcome: ImportOutcome | None = None
    """Only those that ended so; null: all."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: int | None = None
    """The `nextCursor` of the page before; without one, the first page."""


class ConversationImportGet(RequestData, kw_only=True):
    """`conversation:import:get`: one of them."""

    conversation_import_id: int
    """Id of an import."""


class ConversationImportList(RequestData, kw_only=True):
    """`conversation:import:list`: imports, those that the given members fit; `cursor` is the `nextCursor` of the
    page before.
    """

    status: ImportStatus | None = None
    """Only those with this value. How it stands."""
    order: ConversationImportOrder | None = None
    """By what they are ordered. `createdAt` when it is left out."""
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


class ConversationImportDelete(RequestData, kw_only=True):
    """`conversation:import:delete`: remove a conversation import; for some time it can be restored."""

    conversation_import_id: int
    """Id of an import."""


class ConversationImportRestore(RequestData, kw_only=True):
    """`conversation:import:restore`: have a conversation import back that was removed."""

    conversation_import_id: int
    """Id of an import."""


class ConversationImportSubscribe(RequestData, kw_only=True):
    """`conversation:import:subscribe`: be told what becomes of imports. With `since`, also what has become of them
    after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class ConversationImportUnsubscribe(RequestData, kw_only=True):
    """`conversation:import:unsubscribe`: be told no more what becomes of imports."""


class ConversationItem(ServerData, kw_only=True):
    """A conversation: its questions and answers are read by `chat:history`.

    `updatedAt` is when something was asked or answered in it last; what is changed here leaves it alone.
    """

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
    title: str
    """What it is called in lists; the first words of its first question until it is given another title."""
    model: str | None = None
    """The model that answered last, and is asked next where the question names none."""
    system_prompt: str | None = None
    """What the model is told before all messages; null: what the assistant is told."""
    assistant_id: int | None = None
    """The assistant whose model and system prompt are taken where the conversation has none of its own."""
    params: ConversationParams | None = None
    """Sampling parameters of all answers, as far as a question doesn't give its own."""
    folder: str = ""
    """The folder that it is shown in; empty: in none."""
    tags: list[str] = []
    """Words by which it can be found."""
    pinned: bool
    """Whether it comes before all that aren't."""
    archived: bool
    """Whether it is put away; lists show it all the same, unless they are asked for others only."""
    unread: bool
    """Whether an answer has ended in it while none of its owner's connections was being told of that answer."""
    auto_title: bool
    """Whether the daemon may give it another title; a title that somebody gives ends that."""
    metadata: dict[str, str | int | float | bool | None] | None = None
    """What a client keeps with it, by names of its own."""
    leaf_id: int | None = None
    """Id of the message at the end of the active branch; null when there is no message."""
    message_count: int
    """How many messages it has, on all branches."""
    source: str | None = None
    """The program from whose export it was imported; null for one that was made here."""
    source_id: str | None = None
    """What it is called in that export."""


class ConversationParams(ServerData, kw_only=True):
    """Sampling parameters as a conversation has them; what is null is the model server's choice."""

    temperature: float | None = None
    """From 0 (the likeliest word each time) upwards; left out, the model server's choice."""
    top_p: float | None = None
    """From 0 to 1: only the likeliest words that make up this share are chosen from."""
    max_tokens: int | None = None
    """The most tokens to be generated."""
    stop: str | list[str] | None = None
    """A text, or several, at which the model stops; they are not part of the answer."""
    seed: int | None = None
    """The same seed gives the same answer where the model server can do that."""


class ConversationPage(ServerData, kw_only=True):
    """The reply to `conversation:list`; `nextCursor` is null on the last page."""

    items: list[ConversationItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class ConversationDeleted(ServerData, kw_only=True):
    """The reply to `conversation:delete`."""

    conversation_id: int
    """Id of a conversation."""


class ConversationSubscribed(ServerData, kw_only=True):
    """The reply to `conversation:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class ConversationChanged(ServerData, kw_only=True):
    """Something has become of a conversation; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    conversation_id: int | None = None
    """Id of a conversation."""
    item: ConversationItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class ConversationUnsubscribed(ServerData, kw_only=True):
    """The reply to `conversation:unsubscribe`."""


class ConversationLabelCounts(ServerData, kw_only=True):
    """The reply to `conversation:labels`: at most 500 of each."""

    folders: list[ConversationLabel] = []
    """The folders that conversations are in."""
    tags: list[ConversationLabel] = []
    """The tags that conversations have."""


class ConversationLabel(ServerData, kw_only=True):
    """A folder or a tag, and how many conversations have it."""

    name: str
    """The folder, or the tag."""
    count: int
    """How many conversations are in it, or have it."""


class ConversationExported(ServerData, kw_only=True):
    """The reply to `conversation:export`."""

    format: ExportFormat | str
    """How `text` is written."""
    text: str
    """The next piece of the file; all pieces joined are the file."""
    next_cursor: str | None = None
    """Null with the last piece."""


class ConversationImportItem(ServerData, kw_only=True):
    """A file of conversations that was imported, or is being."""

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
    name: str
    """What its client calls the file; empty where it doesn't say."""
    source: ImportSource | str | None = None
    """The program that wrote it; null until the first conversation is read."""
    status: ImportStatus | str
    """How it stands."""
    imported: int
    """Conversations that were stored."""
    skipped: int
    """Conversations that were here already."""
    failed: int
    """Conversations that could not be stored."""
    messages: int
    """Messages that were stored."""
    bytes: int
    """How much of the file was read."""
    total_bytes: int | None = None
    """How long the file is; null while nobody knows."""
    error: ConversationImportError | None = None
    """Why it ended before the file did; null when it didn't."""
    epoch: str
    """The run of the daemon that works on it, or did."""
    ended_at: str | None = None
    """When it ended; null while it runs."""


class ConversationImportError(ServerData, kw_only=True):
    """Why an import has ended before its file."""

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people."""


class ConversationImportReport(ServerData, kw_only=True):
    """The reply to `conversation:import:report`."""

    items: list[ConversationImportLine] = []
    """The entries of this page, in order."""
    next_cursor: int | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class ConversationImportLine(ServerData, kw_only=True):
    """What became of one conversation of a file."""

    id: int
    """Its id."""
    import_id: int
    """Id of the import that it belongs to."""
    place: int
    """Which one of the file it is, from 1."""
    outcome: ImportOutcome | str
    """What became of it."""
    fault: ImportFault | str | None = None
    """Why it was not imported; null for one that was."""
    message: str
    """The same in words; empty for one that was imported."""
    title: str
    """What it is called in lists."""
    source_id: str | None = None
    """What it is called in the file; null where that could not be read."""
    conversation_id: int | None = None
    """The conversation that it has become, or was before."""
    notes: list[ImportNote] = []
    """What of it was left out or put elsewhere."""


class ImportNote(ServerData, kw_only=True):
    """Something of a conversation that was not imported as it is, and how often."""

    remark: ImportRemark | str
    """What it is."""
    count: int
    """How often there was such a thing."""


class ConversationImportPage(ServerData, kw_only=True):
    """The reply to `conversation:import:list`; `nextCursor` is null on the last page."""

    items: list[ConversationImportItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class ConversationImportDeleted(ServerData, kw_only=True):
    """The reply to `conversation:import:delete`."""

    conversation_import_id: int
    """Id of an import."""


class ConversationImportSubscribed(ServerData, kw_only=True):
    """The reply to `conversation:import:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class ConversationImportChanged(ServerData, kw_only=True):
    """Something has become of a conversation import; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    conversation_import_id: int | None = None
    """Id of an import."""
    item: ConversationImportItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class ConversationImportUnsubscribed(ServerData, kw_only=True):
    """The reply to `conversation:import:unsubscribe`."""
