"""What clients send: the data of requests, and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import UNSET, UnsetType

from .runtime.messages import RequestData
from .types import (
    AccessKind,
    AccountOrder,
    AssistantOrder,
    AuditOutcome,
    BackendKind,
    ChatRatingWord,
    ConversationImportOrder,
    ConversationOrder,
    CopiedBranches,
    CredentialKind,
    ExportFormat,
    FileOrder,
    HttpMethod,
    ImportOutcome,
    ImportStatus,
    InstructionOrder,
    KnowledgeOrder,
    KnowledgeSourceOrder,
    LogLevel,
    NotificationKind,
    OnDisconnect,
    ProjectRole,
    PromptOrder,
    ProviderOrder,
    QuotaPeriod,
    RatingOrder,
    ResultTest,
    Scope,
    SourceType,
    TakenNames,
    TaskPriority,
    TaskState,
    TaskType,
    TemplateOrder,
    TextKeep,
    TextRole,
    TextUnit,
    ToolChoice,
    TurnRole,
    UserRole,
    UserRows,
    WorkflowOrder,
)


class Ping(RequestData, kw_only=True):
    """`ping`: is anybody there, at the level of frames."""


class Cancel(RequestData, kw_only=True):
    """`cancel`: end the request in flight that has this id."""

    id: str
    """Id of the request in flight that shall end. 1 to 64 characters."""


class SessionAuthenticate(RequestData, kw_only=True):
    """`session:authenticate`: who is there, for clients that can't send the header `Authorization`.

    The first frame of a connection that was not greeted; then `session:ready` comes before the reply.
    """

    token: str
    """An API token. 1 to 256 characters."""


class UserCreate(RequestData, kw_only=True):
    """`user:create`: the first user must be an admin, takes over all that was stored before, and ends the time in
    which nobody had to log in. Without `password` the user logs in by tokens, or another login service, only.
    """

    name: str
    """What they log in by: letters, digits and `. _ - @ +`, stored in small letters. 1 to 64 characters."""
    role: UserRole | None = None
    """What they may do. `member` when it is left out."""
    password: str | None = None
    """12 characters or more, 1000 bytes or less, and none of the most common ones. 12 to 1000 characters."""


class UserList(RequestData, kw_only=True):
    """`user:list`: in the order of names."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 128 characters."""


class UserGet(RequestData, kw_only=True):
    """`user:get`: one user."""

    user_id: int
    """Id of the user."""


class UserUpdate(RequestData, kw_only=True):
    """`user:update`: change what is given. Who is disabled is logged out everywhere; tokens work again when enabled."""

    user_id: int
    """Id of the user."""
    name: str | None = None
    """What they log in by from now on. 1 to 64 characters."""
    role: UserRole | None = None
    """What they may do from now on."""
    disabled: bool | None = None
    """Whether they are kept out."""
    version: int | None = None
    """The `version` that the user was read with: another one by now is a `conflict`; null changes it in any case."""


class UserDelete(RequestData, kw_only=True):
    """`user:delete`: with tokens and logins. Where the user has rows, say what becomes of them."""

    user_id: int
    """Id of the user."""
    rows: UserRows | None = None
    """What becomes of their conversations, tasks and the like; null where there must be none."""
    to: int | None = None
    """Id of the user who gets them, with `rows` `give`."""


class UserPasswd(RequestData, kw_only=True):
    """`user:passwd`: set one's own password, which needs the present one, or as an admin that of `userId`. The other
    browsers of that user are logged out.
    """

    password: str
    """The new password. 12 to 1000 characters."""
    present: str | None = None
    """The present password, where it is one's own. At most 4096 characters."""
    user_id: int | None = None
    """Id of the user; null for oneself."""


class UserMe(RequestData, kw_only=True):
    """`user:me`: who am I here, and what may I do."""


class TokenCreate(RequestData, kw_only=True):
    """`token:create`: for a program of one's own. It may never do more than whoever makes it."""

    name: str
    """What it is for, in words of your own. 1 to 200 characters."""
    scopes: Sequence[Scope]
    """What it may be used for. 1 to 6 of them."""
    models: Sequence[str] | None = None
    """The models that it may use; null for any that one may use oneself. 1 to 64 of them."""
    background: bool | None = None
    """Whether what it asks of models waits for people. When it is left out: False."""
    expires_at: str | None = None
    """When it ends by itself; null for never. At most 35 characters."""


class TokenList(RequestData, kw_only=True):
    """`token:list`: one's own, the latest first; admins may name another user. Revoked ones are listed for a month."""

    user_id: int | None = None
    """Id of the user whose tokens are listed; null for one's own."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 128 characters."""


class TokenRevoke(RequestData, kw_only=True):
    """`token:revoke`: from now on it is worth nothing, and its connections end. Admins may revoke anybody's."""

    token_id: int
    """Id of the token."""


class LoginList(RequestData, kw_only=True):
    """`login:list`: the browsers in which one is logged in, the latest first; admins may name another user."""

    user_id: int | None = None
    """Id of the user whose browsers are listed; null for one's own."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 128 characters."""


class LoginRevoke(RequestData, kw_only=True):
    """`login:revoke`: log a browser out. Admins may do so with anybody's."""

    login_id: int
    """Id of the login."""


class ProjectCreate(RequestData, kw_only=True):
    """`project:create`: conversations, tasks and assistants that its members share. Who makes it is an owner."""

    name: str
    """What it is called, unlike one's other projects. 1 to 200 characters."""
    description: str | None = None
    """What it is for. At most 10000 characters."""


class ProjectSubscribe(RequestData, kw_only=True):
    """`project:subscribe`: tell me what becomes of the projects that I am in, of their members, and of how much is
    in them, from now on.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class ProjectUnsubscribe(RequestData, kw_only=True):
    """`project:unsubscribe`: no more of that."""


class ProjectGet(RequestData, kw_only=True):
    """`project:get`: a project that one is a member of, and who else is."""

    project_id: int
    """Id of the project."""


class ProjectList(RequestData, kw_only=True):
    """`project:list`: the projects that one is a member of, alone or in a team, the oldest first."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""
    total: bool | None = None
    """Whether to count all; the page then says how many there are. When it is left out: False."""


class ProjectUpdate(RequestData, kw_only=True):
    """`project:update`: for owners: change what is given; `version`: only if it is still that one."""

    project_id: int
    """Id of the project."""
    name: str | None = None
    """What it is called from now on. 1 to 200 characters."""
    description: str | None = None
    """What it is for. At most 10000 characters."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`; null changes it in any case."""


class ProjectDelete(RequestData, kw_only=True):
    """`project:delete`: for owners. A project with rows is deleted only with `rows` "release": none of them is lost."""

    project_id: int
    """Id of the project."""
    rows: Literal["release"] | None = None
    """What becomes of its rows; null where there must be none."""


class ProjectMemberAdd(RequestData, kw_only=True):
    """`project:member:add`: for owners: a user, by id or by name, or a team, each of whose users is a member then.
    Just one of `userId`, `userName`, `teamId` and `teamName` must be given; the team must be one of one's own, or
    one be an admin.
    """

    project_id: int
    """Id of the project."""
    role: ProjectRole
    """What they may do."""
    user_id: int | None = None
    """Id of a user."""
    user_name: str | None = None
    """Name of a user, in any spelling that comes to the same. 1 to 64 characters."""
    team_id: int | None = None
    """Id of a team; null where a user is meant."""
    team_name: str | None = None
    """Name of a team. 1 to 200 characters."""


class ProjectMemberUpdate(RequestData, kw_only=True):
    """`project:member:update`: for owners: give a member, a user or a team, another role."""

    project_id: int
    """Id of the project."""
    role: ProjectRole
    """What they may do from now on."""
    user_id: int | None = None
    """Id of a user; null where a team is meant."""
    team_id: int | None = None
    """Id of a team; null where a user is meant."""


class ProjectMemberRemove(RequestData, kw_only=True):
    """`project:member:remove`: for owners, and for whoever leaves. What they made stays theirs, and in the project.
    The last user who is an owner by themselves must stay.
    """

    project_id: int
    """Id of the project."""
    user_id: int | None = None
    """Id of a user; null where a team is meant."""
    team_id: int | None = None
    """Id of a team; null where a user is meant."""


class TeamCreate(RequestData, kw_only=True):
    """`team:create`: for admins: a named set of users, which can be made a member of projects."""

    name: str
    """What it is called, unlike others. 1 to 200 characters."""


class TeamGet(RequestData, kw_only=True):
    """`team:get`: a team and its users; for admins, and for whoever is in it."""

    team_id: int
    """Id of a team; null where a user is meant."""


class TeamList(RequestData, kw_only=True):
    """`team:list`: the teams that one is in, by name; admins see all."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""
    total: bool | None = None
    """Whether to count all; the page then says how many there are. When it is left out: False."""


class TeamUpdate(RequestData, kw_only=True):
    """`team:update`: for admins: name it anew."""

    team_id: int
    """Id of a team; null where a user is meant."""
    name: str | None = None
    """What it is called from now on. 1 to 200 characters."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`; null changes it in any case."""


class TeamDelete(RequestData, kw_only=True):
    """`team:delete`: for admins. Its users are no members any more where only the team was one."""

    team_id: int
    """Id of a team; null where a user is meant."""


class TeamMemberAdd(RequestData, kw_only=True):
    """`team:member:add`: for admins: a user, by id or by name."""

    team_id: int
    """Id of a team; null where a user is meant."""
    user_id: int | None = None
    """Id of a user; null where `userName` is given."""
    user_name: str | None = None
    """Name of a user, in any spelling that comes to the same. 1 to 64 characters."""


class TeamMemberRemove(RequestData, kw_only=True):
    """`team:member:remove`: for admins."""

    team_id: int
    """Id of a team; null where a user is meant."""
    user_id: int
    """Id of the user."""


class TeamSubscribe(RequestData, kw_only=True):
    """`team:subscribe`: be told what becomes of teams. With `since`, also what has become of them after that change."""

    since: int | None = None
    """The `number` of the last change that was told."""


class TeamUnsubscribe(RequestData, kw_only=True):
    """`team:unsubscribe`: be told no more what becomes of teams."""


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


class ChatSend(RequestData, kw_only=True):
    """`chat:send`: ask; without `conversationId` in a new conversation (of `projectId`, if given), without
    `parentId` after its last message.
    """

    message: str
    """The question."""
    conversation_id: int | None = None
    """The conversation to go on with; left out, a new one is begun."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    parent_id: int | None = None
    """The message to go on from; left out, the end of the active branch."""
    system_prompt: str | None = None
    """What the model is told before all messages, from this question on."""
    file_ids: Sequence[int] | None = None
    """Files of one's own, or of a project, that go to the model with the question: images, and texts in UTF-8. At
    most 20 of them. When it is left out: [].
    """
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


class ChatParams(RequestData, kw_only=True):
    """Sampling parameters; what is left out is the model server's choice. `maxTokens` counts generated tokens."""

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


class ChatEdit(RequestData, kw_only=True):
    """`chat:edit`: ask differently, beside the question `messageId`."""

    message_id: int
    """Id of the question beside which the new one is put."""
    message: str
    """The question as it should have been."""
    file_ids: Sequence[int] | None = None
    """Files that go with it; null: those that the question had. At most 20 of them."""
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


class ChatRegenerate(RequestData, kw_only=True):
    """`chat:regenerate`: answer the same question again, beside the answer `messageId`."""

    message_id: int
    """Id of the answer beside which the new one is put."""
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


class ChatContinue(RequestData, kw_only=True):
    """`chat:continue`: go on from an answer that was interrupted or cut off, in a new one that begins with its text."""

    message_id: int
    """Id of the answer that was cut off."""
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


class ChatCancel(RequestData, kw_only=True):
    """`chat:cancel`: end the generation of an answer, from whichever connection."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


class ChatHistoryRequest(RequestData, kw_only=True):
    """`chat:history`: the active branch, or the one that ends at `leafId`, up to its end or to the message `before`.

    `throughId` shows a message with what follows it, by the latest branch each time. With `deleted`, in place of a
    branch, the messages that were removed and can be restored, those before `before`.
    """

    conversation_id: int
    """Id of a conversation."""
    limit: int | None = None
    """How many messages a page may have; a page of long ones has fewer, and `hasMore`. 1 to 200. When it is left
    out: 50.
    """
    before: int | None = None
    """Id of a message: only what stands before it on the branch is given."""
    leaf_id: int | None = None
    """Id of the message at which the branch ends; without one, the active branch."""
    through_id: int | None = None
    """Id of a message that the branch goes through; it ends at the end of the latest branch below it."""
    deleted: bool | None = None
    """Whether those are wanted that were removed; what was removed along with another message isn't among them. When
    it is left out: False.
    """


class ChatResume(RequestData, kw_only=True):
    """`chat:resume`: send the text of an answer after position `afterSeq`, known from `epoch`, and what follows."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    after_seq: int
    """The `seq` of the last frame of the answer that the client has, 0 for none."""
    epoch: str
    """The one of `session:ready` of the connection that had the answer then. At most 64 characters."""


class ChatSubscribe(RequestData, kw_only=True):
    """`chat:subscribe`: tell me all that happens in a conversation from now on, whoever causes it."""

    conversation_id: int
    """Id of a conversation."""


class ChatUnsubscribe(RequestData, kw_only=True):
    """`chat:unsubscribe`: no more of that."""

    conversation_id: int
    """Id of a conversation."""


class ChatRate(RequestData, kw_only=True):
    """`chat:rate`: say what you think of an answer, in place of what you said before; null takes that back."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    rating: ChatRatingWord | None
    """Whether it was good."""
    reason: str | None = None
    """Why. 1 to 2000 characters."""


class ChatReact(RequestData, kw_only=True):
    """`chat:react`: put an emoji to a message, or take yours away."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    emoji: str
    """One emoji. 1 to 16 characters."""
    remove: bool | None = None
    """Whether it is taken away. When it is left out: False."""


class ChatDelete(RequestData, kw_only=True):
    """`chat:delete`: remove a message and all that follows it; for some time it can be restored."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


class ChatRestore(RequestData, kw_only=True):
    """`chat:restore`: have a message back that was removed, with what was removed along with it."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


class ChatSelect(RequestData, kw_only=True):
    """`chat:select`: have the active branch go through a message, the latest such branch, for all who see the
    conversation; the next question goes on from its end.
    """

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


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


class FileGet(RequestData, kw_only=True):
    """`file:get`: one of them."""

    file_id: int
    """Id of a file."""


class FileList(RequestData, kw_only=True):
    """`file:list`: files, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    type: str | None = None
    """Only those with this value. What it is, found in its content: `image/png`, `image/jpeg`, `image/gif`,
    `image/webp`, `application/pdf`, `text/plain` for UTF-8, else `application/octet-stream`. At most 100 characters.
    """
    sha256: str | None = None
    """Only those with this value. The hash of its content, in hexadecimal digits."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: FileOrder | None = None
    """By what they are ordered. `id` when it is left out."""
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


class FileUpdate(RequestData, kw_only=True):
    """`file:update`: change the members that are given; null clears. With `version` only if it is still that one."""

    file_id: int
    """Id of a file."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str | None = None
    """Its name. 1 to 255 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""


class FileDelete(RequestData, kw_only=True):
    """`file:delete`: remove a file; for some time it can be restored."""

    file_id: int
    """Id of a file."""


class FileRestore(RequestData, kw_only=True):
    """`file:restore`: have a file back that was removed."""

    file_id: int
    """Id of a file."""


class FileSubscribe(RequestData, kw_only=True):
    """`file:subscribe`: be told what becomes of files. With `since`, also what has become of them after that change."""

    since: int | None = None
    """The `number` of the last change that was told."""


class FileUnsubscribe(RequestData, kw_only=True):
    """`file:unsubscribe`: be told no more what becomes of files."""


class MonitoringSubscribe(RequestData, kw_only=True):
    """`monitoring:subscribe`; again: change the interval."""

    interval_ms: int | None = None
    """Milliseconds from one `monitoring:metrics` to the next. 1000 to 3600000. When it is left out: 10000."""


class MonitoringUnsubscribe(RequestData, kw_only=True):
    """`monitoring:unsubscribe`; harmless without a subscription."""


class ModelList(RequestData, kw_only=True):
    """`model:list`: the models of all servers; `refresh` asks the servers now instead of telling what is known.

    `cursor` is the `nextCursor` of the page before.
    """

    refresh: bool | None = None
    """Whether the servers are asked now, instead of telling what is known. When it is left out: False."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page."""


class ModelLoad(RequestData, kw_only=True):
    """`model:load`: have a model loaded; `force` also when memory is short. May take minutes; `cancel` gives it up."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    force: bool | None = None
    """Also when memory is short. When it is left out: False."""


class ModelUnload(RequestData, kw_only=True):
    """`model:unload`: have a model taken out of memory, where its server can do that."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""


class ModelSwitch(RequestData, kw_only=True):
    """`model:switch`: load the first of these models that is available."""

    preferred: str
    """The model that is wanted most. 1 to 256 characters."""
    fallbacks: Sequence[str] | None = None
    """The models that will do, in this order. At most 16 of them. When it is left out: []."""
    force: bool | None = None
    """Also when memory is short. When it is left out: False."""


class ModelBenchmark(RequestData, kw_only=True):
    """`model:benchmark`: load a model, ask it a fixed question `runs` times, and store what was measured."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    runs: int | None = None
    """How many times it is asked. 1 to 20. When it is left out: 3."""
    max_tokens: int | None = None
    """The most tokens to be generated. 1 to 4096. When it is left out: 128."""
    force: bool | None = None
    """Also when memory is short. When it is left out: False."""


class ModelBenchmarks(RequestData, kw_only=True):
    """`model:benchmarks`: what was measured, the latest first; `cursor` is the `nextCursor` of the page before."""

    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page."""


class ModelRecommend(RequestData, kw_only=True):
    """`model:recommend`: which models suit a kind of task, the best first."""

    task_type: TaskType
    """What kind of work it is."""
    limit: int | None = None
    """How many entries a page may have. 1 to 50. When it is left out: 5."""


class ModelRate(RequestData, kw_only=True):
    """`model:rate`: what you think of a model, for one kind of task or for all; it replaces your earlier word."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    rating: int
    """From 1 (bad) to 5 (good). 1 to 5."""
    task_type: TaskType | None = None
    """For which kind of work; left out, for all."""
    comment: str | None = None
    """What you want to say about it. At most 4000 characters."""


class ModelQueue(RequestData, kw_only=True):
    """`model:queue`: what the model servers are working on, and what waits for them."""


class BackendList(RequestData, kw_only=True):
    """`backend:list`: the model servers, probed now; `refresh` false tells how they were at the last probe."""

    refresh: bool | None = None
    """Whether the servers are asked now, instead of telling what is known. When it is left out: True."""


class ModelComplete(RequestData, kw_only=True):
    """`model:complete`: a whole answer, not stored; with `schema` a JSON value that follows that JSON schema.

    `fallbacks` are asked in order when a model before them gives no first token. With `tools` the model may ask for
    calls, which the reply has as `toolCalls`; nothing is called here.
    """

    messages: Sequence[ModelTurn]
    """What the model is shown, in order. 1 to 1000 of them."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when `model` isn't available or gives no first token. At most 16 of them.
    When it is left out: [].
    """
    params: ModelParams | None = None
    """Sampling parameters."""
    schema: Mapping[str, Any] | None = None
    """A JSON schema that the answer must follow."""
    tools: Sequence[ModelTool] | None = None
    """What the model may ask to have called. Nothing is called by the daemon. At most 128 of them. When it is left
    out: [].
    """
    tool_choice: ToolChoice | ModelNamedTool | None = None
    """Whether a tool is called: `auto`, `none`, `required`, or the one named."""


class ModelTurn(RequestData, kw_only=True):
    """One message that a model is shown. A `tool` message has the result of the call `toolCallId`, which an
    assistant's message before it asks for in `toolCalls`.
    """

    role: TurnRole
    """Who speaks."""
    content: str
    """What is said. At most 1000000 characters."""
    tool_calls: Sequence[ModelToolCall] | None = None
    """In a message of the role `assistant`: the calls that it asked for. At most 128 of them. When it is left out:
    [].
    """
    tool_call_id: str | None = None
    """In a message of the role `tool`: the id of the call that it answers. 1 to 256 characters."""


class ModelToolCall(RequestData, kw_only=True):
    """A call that an assistant's message asks for."""

    id: str
    """Its id. 1 to 256 characters."""
    function: ModelCalledFunction
    """The function."""
    type: Literal["function"] | None = None
    """What kind of tool it is; there is only one. When it is left out: "function"."""


class ModelCalledFunction(RequestData, kw_only=True):
    """A call as a client hands it back: `arguments` is the text as the model wrote it."""

    name: str
    """Its name. 1 to 256 characters."""
    arguments: str
    """The arguments as the model wrote them. At most 1000000 characters."""


class ModelParams(RequestData, kw_only=True):
    """Sampling parameters; what is left out is the model server's choice. `maxTokens` counts generated tokens."""

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


class ModelTool(RequestData, kw_only=True):
    """What a model may ask to have called."""

    function: ModelToolFunction
    """The function."""
    type: Literal["function"] | None = None
    """What kind of tool it is; there is only one. When it is left out: "function"."""


class ModelToolFunction(RequestData, kw_only=True):
    """A function that may be called; `parameters` is a JSON schema of the object that it takes."""

    name: str
    """Its name."""
    description: str | None = None
    """What it is, in some words. At most 16000 characters."""
    parameters: Mapping[str, Any] | None = None
    """A JSON schema of the object that it takes."""
    strict: bool | None = None
    """Handed on to the model server: whether arguments must follow the schema exactly."""


class ModelNamedTool(RequestData, kw_only=True):
    """The one tool that must be called."""

    function: ModelToolName
    """The function."""
    type: Literal["function"] | None = None
    """What kind of tool it is; there is only one. When it is left out: "function"."""


class ModelToolName(RequestData, kw_only=True):
    """The name of a function that is offered."""

    name: str
    """Its name."""


class ModelCompare(RequestData, kw_only=True):
    """`model:compare`: ask several models the same, side by side."""

    models: Sequence[str]
    """Names of the models, in the order in which their answers are given. 2 to 8 of them."""
    message: str
    """The question. 1 to 1000000 characters."""
    system_prompt: str | None = None
    """What the model is told before all messages. At most 200000 characters."""
    params: ModelParams | None = None
    """Sampling parameters."""


class AssistantCreate(RequestData, kw_only=True):
    """`assistant:create`: store an assistant.

    An assistant: `model` plays its part or, when that isn't available, `fallbacks` in order; neither need be there.

    `category` is free; research, writing, code, validation and analysis are what other parts of the daemon look for.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by; `research`, `writing`, `code`, `validation` and `analysis` are looked for by the daemon.
    At most 100 characters.
    """
    model: str | None = None
    """Who plays the part; null where the daemon chooses. 1 to 256 characters."""
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when `model` isn't available or gives no first token. At most 16 of them.
    When it is left out: [].
    """
    system_prompt: str | None = None
    """What the model is told before all messages. At most 200000 characters."""
    capabilities: Sequence[str] | None = None
    """What it is good for, in words of your own. At most 32 of them. When it is left out: []."""
    active: bool | None = None
    """Whether it may be chosen. When it is left out: True."""


class AssistantGet(RequestData, kw_only=True):
    """`assistant:get`: one of them."""

    assistant_id: int
    """Id of an assistant."""


class AssistantList(RequestData, kw_only=True):
    """`assistant:list`: assistants, those that the given members fit; `cursor` is the `nextCursor` of the page
    before.
    """

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    active: bool | None = None
    """Only those that may be chosen, or only the others; left out, all."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: AssistantOrder | None = None
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


class AssistantUpdate(RequestData, kw_only=True):
    """`assistant:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    assistant_id: int
    """Id of an assistant."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str | None = None
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by; `research`, `writing`, `code`, `validation` and `analysis` are looked for by the daemon.
    At most 100 characters.
    """
    model: str | None | UnsetType = UNSET
    """Who plays the part; null where the daemon chooses. 1 to 256 characters."""
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when `model` isn't available or gives no first token. At most 16 of them."""
    system_prompt: str | None = None
    """What the model is told before all messages. At most 200000 characters."""
    capabilities: Sequence[str] | None = None
    """What it is good for, in words of your own. At most 32 of them."""
    active: bool | None = None
    """Whether it may be chosen."""


class AssistantDelete(RequestData, kw_only=True):
    """`assistant:delete`: remove an assistant; for some time it can be restored."""

    assistant_id: int
    """Id of an assistant."""


class AssistantRestore(RequestData, kw_only=True):
    """`assistant:restore`: have an assistant back that was removed."""

    assistant_id: int
    """Id of an assistant."""


class AssistantSubscribe(RequestData, kw_only=True):
    """`assistant:subscribe`: be told what becomes of assistants. With `since`, also what has become of them after
    that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class AssistantUnsubscribe(RequestData, kw_only=True):
    """`assistant:unsubscribe`: be told no more what becomes of assistants."""


class InstructionCreate(RequestData, kw_only=True):
    """`instruction:create`: store an instruction.

    A text that is put before what models are asked: of one assistant whenever that works, else of whoever has it.

    Without an assistant it is told in all chats of its user or, where it is in a project, in the chats of that project,
    and to those who do the steps of tasks. At most 20 are told at once, those of the greatest priority first.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists. 1 to 200 characters."""
    instruction_text: str
    """What models are told. 1 to 10000 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    assistant_id: int | None = None
    """Id of the assistant to which it is told; null for whatever its user asks."""
    priority: int | None = None
    """From 0 to 100; the greatest comes first, and of the same the one that was made first. 0 to 100. When it is
    left out: 50.
    """
    active: bool | None = None
    """Whether it may be chosen. When it is left out: True."""


class InstructionGet(RequestData, kw_only=True):
    """`instruction:get`: one of them."""

    instruction_id: int
    """Id of an instruction."""


class InstructionList(RequestData, kw_only=True):
    """`instruction:list`: instructions, those that the given members fit; `cursor` is the `nextCursor` of the page
    before.
    """

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    assistant_id: int | None = None
    """Only those with this value. Id of the assistant to which it is told; null for whatever its user asks."""
    active: bool | None = None
    """Only those that may be chosen, or only the others; left out, all."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: InstructionOrder | None = None
    """By what they are ordered. `title` when it is left out."""
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


class InstructionUpdate(RequestData, kw_only=True):
    """`instruction:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    instruction_id: int
    """Id of an instruction."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str | None = None
    """What it is called in lists. 1 to 200 characters."""
    instruction_text: str | None = None
    """What models are told. 1 to 10000 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    assistant_id: int | None | UnsetType = UNSET
    """Id of the assistant to which it is told; null for whatever its user asks."""
    priority: int | None = None
    """From 0 to 100; the greatest comes first, and of the same the one that was made first. 0 to 100."""
    active: bool | None = None
    """Whether it may be chosen."""


class InstructionDelete(RequestData, kw_only=True):
    """`instruction:delete`: remove an instruction; for some time it can be restored."""

    instruction_id: int
    """Id of an instruction."""


class InstructionRestore(RequestData, kw_only=True):
    """`instruction:restore`: have an instruction back that was removed."""

    instruction_id: int
    """Id of an instruction."""


class InstructionSubscribe(RequestData, kw_only=True):
    """`instruction:subscribe`: be told what becomes of instructions. With `since`, also what has become of them
    after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class InstructionUnsubscribe(RequestData, kw_only=True):
    """`instruction:unsubscribe`: be told no more what becomes of instructions."""


class InstructionPreview(RequestData, kw_only=True):
    """`instruction:preview`: what would be told at present: in the chats of a project, or outside of projects, and
    to an assistant.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    assistant_id: int | None = None
    """Id of an assistant."""


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


class TextEstimate(RequestData, kw_only=True):
    """`text:estimate`: how many tokens is a text, or a conversation as `model` would be sent it. One of the two."""

    text: str | None = None
    """The text to be counted; either this or `messages`."""
    messages: Sequence[TextMessage] | None = None
    """A conversation to be counted as the model would be sent it; either this or `text`. 1 to 10000 of them."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""


class TextMessage(RequestData, kw_only=True):
    """A message of a conversation to be counted or cut; `id`, if any, is given back."""

    role: TextRole
    """Who speaks."""
    content: str
    """The text."""
    id: int | None = None
    """An id of your own, which is given back."""


class TextTruncate(RequestData, kw_only=True):
    """`text:truncate`: cut a text, or a conversation, to `maxTokens` or to the context of `model`, less `reserve`.

    `keep` says what stays of a text, or of a conversation's last message where that is too long by itself.
    """

    text: str | None = None
    """The text to be cut; either this or `messages`."""
    messages: Sequence[TextMessage] | None = None
    """The conversation to be cut; either this or `text`. 1 to 10000 of them."""
    max_tokens: int | None = None
    """How many tokens may be left; left out, the context of `model`. 1 to 100000000."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    reserve: int | None = None
    """Tokens that shall stay free, for the answer for instance. When it is left out: 0."""
    keep: TextKeep | None = None
    """Which side of a text stays. `start` when it is left out."""


class TextChunk(RequestData, kw_only=True):
    """`text:chunk`: cut a text into chunks of `size` at most; each repeats up to `overlap` of the one before.

    `firstChunk`, the `nextChunk` of an earlier reply, asks for the chunks from that one on.
    """

    text: str
    """The text."""
    size: int
    """The longest that a chunk may be, in `unit`. 1 to 100000000."""
    overlap: int | None = None
    """How much of the end of the chunk before is repeated, in `unit`. When it is left out: 0."""
    unit: TextUnit | None = None
    """What the sizes are measured in. `tokens` when it is left out."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    first_chunk: int | None = None
    """Index of the first chunk that is wanted: 0, or the `nextChunk` of an earlier reply. When it is left out: 0."""


class TextProcess(RequestData, kw_only=True):
    """`text:process`: have a model follow `instruction` on each chunk of `text`, then `reduce` on all the answers.

    `size`, in tokens, is chosen by the model's context when it is left out. With `jobId` an earlier job is taken up:
    only what is missing or has failed is done, by the same model unless another is named; besides `model`, only
    `parallel` may be given. With `firstPart`, the `nextPart` of an earlier reply, it is only read, from that part on.
    """

    text: str | None = None
    """The text; left out only with `jobId`."""
    instruction: str | None = None
    """What the model shall do with each chunk; left out only with `jobId`. 1 to 100000 characters."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    size: int | None = None
    """The longest that a chunk may be, in tokens; left out, what fits the model's context. 1 to 100000000."""
    overlap: int | None = None
    """How many tokens of the end of the chunk before are repeated. When it is left out: 0."""
    reduce: str | None = None
    """What the model shall do with all the answers together; without it they stay apart. 1 to 100000 characters."""
    parallel: int | None = None
    """How many chunks are worked on at once. 1 to 16. When it is left out: 2."""
    job_id: int | None = None
    """Id of an earlier job, which is taken up: only what is missing or has failed is done."""
    first_part: int | None = None
    """Index of the first part that is wanted: 0, or the `nextPart` of an earlier reply, which only reads. When it is
    left out: 0.
    """


class VerifyMessage(RequestData, kw_only=True):
    """`verify:message`: check an answer of a chat, by `sources` if they are given.

    Without them the user's messages before it are looked at, and nothing is held against what does not stand there.
    `samples` is how often its author is asked again, to compare; left out, the daemon decides.
    """

    message_id: int
    """Id of the answer that is to be checked."""
    sources: Sequence[VerifySource] | None = None
    """Texts that the answer is measured by; left out, the user's messages before it. 1 to 50 of them."""
    task_type: TaskType | None = None
    """What kind of work it is. `chat` when it is left out."""
    samples: int | None = None
    """How many times its author is asked again, to compare; left out, the daemon decides. 0 to 5."""


class VerifySource(RequestData, kw_only=True):
    """A text that the answer is to be measured by; `name` is how the ledger refers to it."""

    name: str
    """How the ledger refers to it. 1 to 200 characters."""
    text: str
    """The text. 1 to 1000000 characters."""


class VerifyGet(RequestData, kw_only=True):
    """`verify:get`: the latest ledger that is stored of an answer."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


class VerifyList(RequestData, kw_only=True):
    """`verify:list`: which answers of a conversation one has had checked, on any branch; the latest first."""

    conversation_id: int
    """Id of a conversation."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page."""


class VerifyTrials(RequestData, kw_only=True):
    """`verify:trials`: what was found of models as judges, before their approval counted."""


class TaskCreate(RequestData, kw_only=True):
    """`task:create`: a task that waits to be told `task:plan` or `task:run`, or to be given subtasks by hand.

    `autoRun`: a planner's plan is run without asking; else a person must approve of it first (`task:approve`). `model`
    plans and joins. `dependsOn`: tasks that must be completed before this one begins. `projectId`: the project whose
    members see it.
    """

    title: str
    """What it is called in lists. 1 to 200 characters."""
    description: str | None = None
    """What is to be done, as a planner is told it. At most 200000 characters."""
    priority: TaskPriority | None = None
    """Which of several comes first. `medium` when it is left out."""
    model: str | None = None
    """Who plans and joins; left out, the daemon chooses. 1 to 256 characters."""
    auto_run: bool | None = None
    """Whether a plan is run without a person's approval. It does not start the task: `task:run` or `task:plan` does.
    When it is left out: False.
    """
    budget: TaskLimits | None = None
    """What the task may take."""
    due_at: str | None = None
    """When it should be done; null for no date. Nothing happens at that time by itself. At most 35 characters."""
    depends_on: Sequence[int] | None = None
    """Ids of those that must be completed before this one begins. At most 100 of them. When it is left out: []."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""


class TaskLimits(RequestData, kw_only=True):
    """What a task may take: calls of models, tokens read and written, minutes of its steps together. Null: no limit."""

    max_calls: int | None = None
    """How many times models may be asked; null for no limit."""
    max_tokens: int | None = None
    """Tokens that may be read and written; null for no limit."""
    max_minutes: float | None = None
    """Minutes that its steps may take together; null for no limit. Above 0, to 1e+07."""


class TaskGet(RequestData, kw_only=True):
    """`task:get`: one task, its subtasks, and what persons were asked about it."""

    task_id: int
    """Id of a task."""


class TaskList(RequestData, kw_only=True):
    """`task:list`: one's own and those of one's projects, changed last first; `cursor` is the `nextCursor` of the
    page before.
    """

    status: TaskState | None = None
    """Only tasks of this status."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""
    priority: TaskPriority | None = None
    """Only tasks of this priority."""
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""
    deleted: bool | None = None
    """Those that were removed and can still be restored, in place of those that are there. When it is left out:
    False.
    """


class TaskUpdate(RequestData, kw_only=True):
    """`task:update`: change the members that are given; null takes `model` or `dueAt` away, or the task out of its
    project; `budget` is replaced whole.

    While steps run, only `priority`, `budget`, `dueAt`, `autoRun` and `projectId` may be changed. A higher budget lets
    a task go on that has spent its old one.
    """

    task_id: int
    """Id of a task."""
    title: str | None = None
    """What it is called in lists. 1 to 200 characters."""
    description: str | None = None
    """What is to be done. At most 200000 characters."""
    priority: TaskPriority | None = None
    """Which of several comes first."""
    model: str | None | UnsetType = UNSET
    """Who plans and joins; null leaves that to the daemon, left out it stays. 1 to 256 characters."""
    auto_run: bool | None = None
    """Whether a plan is run without a person's approval. It does not start the task: `task:run` or `task:plan` does."""
    budget: TaskLimits | None = None
    """What the task may take; it is replaced whole."""
    due_at: str | None | UnsetType = UNSET
    """When it should be done; null takes the date away, left out it stays. At most 35 characters."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`, which says the present one."""


class TaskDelete(RequestData, kw_only=True):
    """`task:delete`: remove a task with all that belongs to it; `force` when it runs or was told to, which ends it.
    For some time it can be restored.
    """

    task_id: int
    """Id of a task."""
    force: bool | None = None
    """Also when it runs or was told to, which ends it. When it is left out: False."""


class TaskRestore(RequestData, kw_only=True):
    """`task:restore`: have a task back that was removed, with all that belongs to it. What waited for it does so
    again, unless it has begun without it.
    """

    task_id: int
    """Id of a task."""


class TaskPlan(RequestData, kw_only=True):
    """`task:plan`: have a planner split it, anew if its plan was not begun; with `autoRun` it goes on at once."""

    task_id: int
    """Id of a task."""


class TaskRun(RequestData, kw_only=True):
    """`task:run`: begin a task that is `pending`; it is planned first when it has no subtasks."""

    task_id: int
    """Id of a task."""


class TaskPause(RequestData, kw_only=True):
    """`task:pause`: begin no more steps; the task is `paused` once those that run have ended."""

    task_id: int
    """Id of a task."""


class TaskResume(RequestData, kw_only=True):
    """`task:resume`: go on with a task that is `paused`, or about to be."""

    task_id: int
    """Id of a task."""


class TaskCancel(RequestData, kw_only=True):
    """`task:cancel`: end a task, until a `task:retry`; what its models generate is cut off."""

    task_id: int
    """Id of a task."""


class TaskRetry(RequestData, kw_only=True):
    """`task:retry`: begin a failed or cancelled task anew; what is completed stays."""

    task_id: int
    """Id of a task."""


class TaskDependencyAdd(RequestData, kw_only=True):
    """`task:dependency:add`: `taskId` begins only when `dependsOn` is completed."""

    task_id: int
    """Id of a task."""
    depends_on: int
    """Id of the task that must be completed first."""


class TaskDependencyRemove(RequestData, kw_only=True):
    """`task:dependency:remove`: `taskId` doesn't wait for `dependsOn` any more."""

    task_id: int
    """Id of a task."""
    depends_on: int
    """Id of the task that is not waited for any more."""


class TaskSubscribe(RequestData, kw_only=True):
    """`task:subscribe`: tell me all that happens to a task; `streaming`: also the text of its steps as it is made.

    Without `taskId`: what happens to all tasks that one sees, from now on, those that come later among them, and no
    texts.
    """

    task_id: int | None = None
    """Id of a task."""
    streaming: bool | None = None
    """Whether the text of its steps is sent, too, as it is generated. When it is left out: False."""


class TaskUnsubscribe(RequestData, kw_only=True):
    """`task:unsubscribe`: no more of that; without `taskId`: of those tasks only that are followed one by one."""

    task_id: int | None = None
    """Id of a task."""


class TaskApprove(RequestData, kw_only=True):
    """`task:approve`: a person's word on what `task:approval` asks, `hash` as it stood there; with `approve` false
    it is refused. `note` is told to whoever tries a refused result again.
    """

    approval_id: int
    """Id of a question to a person."""
    hash: str
    """The `hash` of the question that is answered; another one is refused. 1 to 128 characters."""
    approve: bool
    """True to approve, false to refuse."""
    note: str | None = None
    """A word for whoever tries a refused result again. At most 4000 characters."""


class TaskApprovals(RequestData, kw_only=True):
    """`task:approvals`: what persons are asked and have not answered, of one task or of all, the oldest first."""

    task_id: int | None = None
    """Only questions about this task; left out, about all."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""


class TaskLogs(RequestData, kw_only=True):
    """`task:logs`: what happened, the latest first; `cursor` is the `nextCursor` of the page before."""

    task_id: int
    """Id of a task."""
    subtask_id: int | None = None
    """Only lines about this subtask."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""


class TaskBrakes(RequestData, kw_only=True):
    """`task:brakes`: from which loads of the machine on no new step begins, and whether it is so now."""


class TaskStats(RequestData, kw_only=True):
    """`task:stats`: figures over all tasks."""


class TaskListSubscribe(RequestData, kw_only=True):
    """`task:list:subscribe`: be told what becomes of tasks. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class TaskListUnsubscribe(RequestData, kw_only=True):
    """`task:list:unsubscribe`: be told no more what becomes of tasks."""


class SubtaskCreate(RequestData, kw_only=True):
    """`subtask:create`: add one, at `position` or at the end.

    `dependsOn`: subtasks of the same task whose results it is handed. `needsApproval`: a person is asked before it is
    begun. `model` fixes who does it; else `assistant` (a name) or the daemon chooses.
    """

    task_id: int
    """Id of a task."""
    title: str
    """What it is called in lists. 1 to 200 characters."""
    prompt: str
    """What the model is told to do. 1 to 100000 characters."""
    depends_on: Sequence[int] | None = None
    """Ids of those that must be completed before this one begins. At most 100 of them. When it is left out: []."""
    difficulty: int | None = None
    """From 1 (easy) to 10 (hard); harder work goes to stronger models. 1 to 10. When it is left out: 5."""
    task_type: TaskType | None = None
    """What kind of work it is. `general` when it is left out."""
    assistant: str | None = None
    """Name of the assistant that does it; left out, the daemon chooses. 1 to 200 characters."""
    model: str | None = None
    """Who does it; left out, `assistant` or the daemon decides. 1 to 256 characters."""
    needs_approval: bool | None = None
    """Whether a person is asked before it begins. When it is left out: False."""
    position: int | None = None
    """Its place among the task's subtasks, from 0; left out, the last. 0 to 100."""


class SubtaskGet(RequestData, kw_only=True):
    """`subtask:get`: one subtask whole, with its attempts and the ledger of claims about its result."""

    subtask_id: int
    """Id of a subtask; null where the task itself is meant."""


class SubtaskList(RequestData, kw_only=True):
    """`subtask:list`: a task's subtasks in order; `cursor` is the `nextCursor` of the page before."""

    task_id: int
    """Id of a task."""
    limit: int | None = None
    """How many entries a page may have. 1 to 100. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""


class SubtaskUpdate(RequestData, kw_only=True):
    """`subtask:update`: change the members that are given, of one that was not begun; `dependsOn` is replaced whole."""

    subtask_id: int
    """Id of a subtask; null where the task itself is meant."""
    title: str | None = None
    """What it is called in lists. 1 to 200 characters."""
    prompt: str | None = None
    """What the model is told to do. 1 to 100000 characters."""
    depends_on: Sequence[int] | None = None
    """Ids of the subtasks whose results it is handed; they are replaced whole. At most 100 of them."""
    difficulty: int | None = None
    """From 1 (easy) to 10 (hard); harder work goes to stronger models. 1 to 10."""
    task_type: TaskType | None = None
    """What kind of work it is."""
    assistant: str | None | UnsetType = UNSET
    """Name of the assistant that does it; null leaves that to the daemon, left out it stays. 1 to 200 characters."""
    model: str | None | UnsetType = UNSET
    """Who does it; null leaves that to the daemon, left out it stays. 1 to 256 characters."""
    needs_approval: bool | None = None
    """Whether a person is asked before it begins."""


class SubtaskDelete(RequestData, kw_only=True):
    """`subtask:delete`: remove one; those that needed it don't need it any more."""

    subtask_id: int
    """Id of a subtask; null where the task itself is meant."""


class SubtaskReorder(RequestData, kw_only=True):
    """`subtask:reorder`: put a task's subtasks, all of them, in this order. What depends on what stays."""

    task_id: int
    """Id of a task."""
    subtask_ids: Sequence[int]
    """Ids of all subtasks of the task, in their new order. At most 100 of them."""


class ExecutionLogList(RequestData, kw_only=True):
    """`execution-log:list`: what happened in the tasks that you see, the latest first; `cursor` is the `nextCursor`
    of the page before.
    """

    task_id: int | None = None
    """Only lines about this task."""
    subtask_id: int | None = None
    """Only lines about this subtask."""
    level: LogLevel | None = None
    """Only lines that matter at least this much."""
    since: str | None = None
    """Only what happened from then on. At most 35 characters."""
    until: str | None = None
    """Only what happened before then. At most 35 characters."""
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""


class ExecutionLogSubscribe(RequestData, kw_only=True):
    """`execution-log:subscribe`: be told each new line about the tasks that you see, those that the members fit. It
    takes the place of an earlier one. With `since`, also those lines that came after that change.
    """

    task_id: int | None = None
    """Only lines about this task."""
    subtask_id: int | None = None
    """Only lines about this subtask."""
    level: LogLevel | None = None
    """Only lines that matter at least this much."""
    since: int | None = None
    """The `number` of the last change that was told."""


class ExecutionLogUnsubscribe(RequestData, kw_only=True):
    """`execution-log:unsubscribe`: no more of that."""


class CredentialCreate(RequestData, kw_only=True):
    """`credential:create`: store a secret, sealed. No frame returns it."""

    name: str
    """What to call it; different for each credential of one user. 1 to 200 characters."""
    secret: str
    """The secret. It is stored sealed, and no frame returns it; blanks around a model server's key are dropped. 1 to
    16384 characters.
    """
    kind: CredentialKind | None = None
    """What it is for. `model_server` when it is left out."""


class CredentialGet(RequestData, kw_only=True):
    """`credential:get`: one of them, without its secret."""

    credential_id: int
    """Id of a credential."""


class CredentialList(RequestData, kw_only=True):
    """`credential:list`: in the order in which they were made; `cursor` is the `nextCursor` of the page before."""

    kind: CredentialKind | None = None
    """Only those of this kind; left out, all."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 16 characters."""
    total: bool | None = None
    """Whether to count all; the page then says how many there are. When it is left out: False."""


class CredentialUpdate(RequestData, kw_only=True):
    """`credential:update`: change the members that are given. A new secret forgets what came of the last test."""

    credential_id: int
    """Id of a credential."""
    name: str | None = None
    """Its new name; left out, it stays. 1 to 200 characters."""
    secret: str | None = None
    """The new secret; left out, it stays. 1 to 16384 characters."""
    version: int | None = None
    """The version that was read; when it has been changed since, this is a `conflict`."""


class CredentialDelete(RequestData, kw_only=True):
    """`credential:delete`: remove a credential. A model server that is sent it is unavailable from then on."""

    credential_id: int
    """Id of a credential."""


class CredentialTest(RequestData, kw_only=True):
    """`credential:test`: ask a configured model server for its list of models with it, nothing else."""

    credential_id: int
    """Id of a credential."""
    backend: str
    """Name of the model server that is asked; it is sent the secret. 1 to 200 characters."""


class CredentialSubscribe(RequestData, kw_only=True):
    """`credential:subscribe`: be told what becomes of credentials. With `since`, also what has become of them after
    that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class CredentialUnsubscribe(RequestData, kw_only=True):
    """`credential:unsubscribe`: be told no more what becomes of credentials."""


class AccountCreate(RequestData, kw_only=True):
    """`account:create`: store an account.

    An account at a service that wants money. Money is counted in millionths of a unit of its currency.
    """

    name: str
    """Its name. 1 to 200 characters."""
    service: str
    """Who provides it. 1 to 100 characters."""
    account_identifier: str | None = None
    """What the service calls it. At most 255 characters."""
    credential_id: int | None = None
    """Id of a credential."""
    currency: str | None = None
    """In what it counts, by three letters. At most 3 characters. When it is left out: "USD"."""
    credit_limit: int | None = None
    """How much may be spent in a month of UTC, in millionths; null for any amount."""
    alert_threshold: int | None = None
    """From how much in a month on its owner is told, in millionths; null for never."""
    credit_balance: int | None = None
    """What was left at the service when somebody looked, in millionths: the daemon neither asks for it nor counts it
    down.
    """
    prices: Sequence[AccountPriceDraft] | None = None
    """What its models cost; those without a price count as nothing. At most 200 of them. When it is left out: []."""
    metadata: Mapping[str, str | int | float | bool | None] | None = None
    """What else is to be kept with it. At most 32 of them."""
    active: bool | None = None
    """Whether model servers that belong to it are asked. When it is left out: True."""


class AccountPriceDraft(RequestData, kw_only=True):
    """What a model costs, or every other one: millionths of a unit of the account's currency for a million tokens."""

    prompt_per_million: int
    """For a million tokens that are read. 0 to 1000000000000."""
    completion_per_million: int
    """For a million tokens that are generated. 0 to 1000000000000."""
    model: str | None = None
    """Id of the model, as its server calls it; null for all that are not named. 1 to 256 characters."""


class AccountGet(RequestData, kw_only=True):
    """`account:get`: one of them."""

    account_id: int
    """Id of an account."""


class AccountList(RequestData, kw_only=True):
    """`account:list`: accounts, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    service: str | None = None
    """Only those with this value. Who provides it. 1 to 100 characters."""
    active: bool | None = None
    """Only those with this value. Whether model servers that belong to it are asked."""
    order: AccountOrder | None = None
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


class AccountUpdate(RequestData, kw_only=True):
    """`account:update`: change the members that are given; null clears. With `version` only if it is still that one."""

    account_id: int
    """Id of an account."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    name: str | None = None
    """Its name. 1 to 200 characters."""
    service: str | None = None
    """Who provides it. 1 to 100 characters."""
    account_identifier: str | None = None
    """What the service calls it. At most 255 characters."""
    credential_id: int | None | UnsetType = UNSET
    """Id of a credential."""
    currency: str | None = None
    """In what it counts, by three letters. At most 3 characters."""
    credit_limit: int | None | UnsetType = UNSET
    """How much may be spent in a month of UTC, in millionths; null for any amount."""
    alert_threshold: int | None | UnsetType = UNSET
    """From how much in a month on its owner is told, in millionths; null for never."""
    credit_balance: int | None | UnsetType = UNSET
    """What was left at the service when somebody looked, in millionths: the daemon neither asks for it nor counts it
    down.
    """
    prices: Sequence[AccountPriceDraft] | None = None
    """What its models cost; those without a price count as nothing. At most 200 of them."""
    metadata: Mapping[str, str | int | float | bool | None] | None = None
    """What else is to be kept with it. At most 32 of them."""
    active: bool | None = None
    """Whether model servers that belong to it are asked."""


class AccountDelete(RequestData, kw_only=True):
    """`account:delete`: remove an account; for some time it can be restored."""

    account_id: int
    """Id of an account."""


class AccountRestore(RequestData, kw_only=True):
    """`account:restore`: have an account back that was removed."""

    account_id: int
    """Id of an account."""


class AccountSubscribe(RequestData, kw_only=True):
    """`account:subscribe`: be told what becomes of accounts. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class AccountUnsubscribe(RequestData, kw_only=True):
    """`account:unsubscribe`: be told no more what becomes of accounts."""


class AccountUsage(RequestData, kw_only=True):
    """`account:usage`: what was spent of an account, by days and models, the latest day first."""

    account_id: int
    """Id of an account."""
    days: int | None = None
    """How many days back, today included; by UTC. 1 to 366. When it is left out: 31."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 100."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 300 characters."""


class AccountUsageList(RequestData, kw_only=True):
    """`account:usage:list`: single requests that took something of an account, the latest first."""

    account_id: int
    """Id of an account."""
    model: str | None = None
    """Only of this model, by its id. 1 to 256 characters."""
    task_id: int | None = None
    """Only for this task."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 20 characters."""


class ProviderCreate(RequestData, kw_only=True):
    """`provider:create`: store a provider.

    A model server: of the configuration, or added while the daemon runs.

    The server is tried before it is stored: it must be reached, take the key and list its models, else nothing is
    stored. With `untested` it is stored all the same; one that isn't `active` is not tried.
    """

    name: str
    """By which it is shown, and told from others in `id@backend`. 1 to 100 characters."""
    url: str
    """Its address, with or without `/v1`. 1 to 500 characters."""
    kind: BackendKind | None = None
    """What it is; null: found out by asking it."""
    credential_id: int | None = None
    """Id of the credential that it is sent as its key; null: none."""
    account_id: int | None = None
    """Id of the account that pays for what is asked of it; null: none."""
    slots: int | None = None
    """Answers that it generates at once; null: what it says, or what is usual for its kind. 1 to 10000."""
    models: Sequence[str] | None = None
    """Models that it serves and doesn't list. At most 200 of them. When it is left out: []."""
    aliases: Mapping[str, str] | None = None
    """Other names for its models, each with the model's id. At most 200 of them."""
    connect_seconds: float | None = None
    """Seconds to open a connection. Above 0, to 86400. When it is left out: 5.0."""
    first_event_seconds: float | None = None
    """Seconds until the first output. Above 0, to 86400. When it is left out: 900.0."""
    gap_seconds: float | None = None
    """Seconds between two pieces of output. Above 0, to 86400. When it is left out: 120.0."""
    total_seconds: float | None = None
    """Seconds for a whole answer; null: any number. Above 0, to 86400."""
    active: bool | None = None
    """Whether it is asked. When it is left out: True."""
    untested: bool | None = None
    """Store it without trying it first. When it is left out: False."""


class ProviderGet(RequestData, kw_only=True):
    """`provider:get`: one of them."""

    provider_id: int
    """Id of a provider."""


class ProviderList(RequestData, kw_only=True):
    """`provider:list`: providers, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    active: bool | None = None
    """Only those with this value. Whether it is asked."""
    kind: BackendKind | None = None
    """Only those with this value. What it is; null: found out by asking it."""
    order: ProviderOrder | None = None
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


class ProviderUpdate(RequestData, kw_only=True):
    """`provider:update`: change the members that are given; null clears. With `version` only if it is still that one.

    The server is tried before it is stored: it must be reached, take the key and list its models, else nothing is
    stored. With `untested` it is stored all the same; one that isn't `active` is not tried.
    """

    provider_id: int
    """Id of a provider."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    name: str | None = None
    """By which it is shown, and told from others in `id@backend`. 1 to 100 characters."""
    url: str | None = None
    """Its address, with or without `/v1`. 1 to 500 characters."""
    kind: BackendKind | None | UnsetType = UNSET
    """What it is; null: found out by asking it."""
    credential_id: int | None | UnsetType = UNSET
    """Id of the credential that it is sent as its key; null: none."""
    account_id: int | None | UnsetType = UNSET
    """Id of the account that pays for what is asked of it; null: none."""
    slots: int | None | UnsetType = UNSET
    """Answers that it generates at once; null: what it says, or what is usual for its kind. 1 to 10000."""
    models: Sequence[str] | None = None
    """Models that it serves and doesn't list. At most 200 of them."""
    aliases: Mapping[str, str] | None = None
    """Other names for its models, each with the model's id. At most 200 of them."""
    connect_seconds: float | None = None
    """Seconds to open a connection. Above 0, to 86400."""
    first_event_seconds: float | None = None
    """Seconds until the first output. Above 0, to 86400."""
    gap_seconds: float | None = None
    """Seconds between two pieces of output. Above 0, to 86400."""
    total_seconds: float | None | UnsetType = UNSET
    """Seconds for a whole answer; null: any number. Above 0, to 86400."""
    active: bool | None = None
    """Whether it is asked."""
    untested: bool | None = None
    """Store it without trying it first. When it is left out: False."""


class ProviderDelete(RequestData, kw_only=True):
    """`provider:delete`: remove a provider; for some time it can be restored."""

    provider_id: int
    """Id of a provider."""


class ProviderRestore(RequestData, kw_only=True):
    """`provider:restore`: have a provider back that was removed."""

    provider_id: int
    """Id of a provider."""


class ProviderSubscribe(RequestData, kw_only=True):
    """`provider:subscribe`: be told what becomes of providers. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class ProviderUnsubscribe(RequestData, kw_only=True):
    """`provider:unsubscribe`: be told no more what becomes of providers."""


class ProviderTest(RequestData, kw_only=True):
    """`provider:test`: ask a model server for its list of models, nothing else: one that is there, or one at a `url`
    that is not stored yet. What is given besides `providerId` takes the place of what is stored.
    """

    provider_id: int | None = None
    """Id of a provider; null for one that is not stored."""
    url: str | None = None
    """Its address. 1 to 500 characters."""
    kind: BackendKind | None | UnsetType = UNSET
    """What it is; null: found out by asking it."""
    credential_id: int | None | UnsetType = UNSET
    """Id of the credential that it is sent as its key; null: none."""


class AuditList(RequestData, kw_only=True):
    """`audit:list`: who did what, the latest first; `cursor` is the `nextCursor` of the page before."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 20 characters."""
    user_id: int | None = None
    """Only what this user did."""
    action: str | None = None
    """Only this action, such as `user:update`. 1 to 64 characters."""
    since: str | None = None
    """Only what happened from then on. At most 35 characters."""
    until: str | None = None
    """Only what happened before then. At most 35 characters."""
    target_kind: str | None = None
    """Only what was done to things of this kind, such as `user`. 1 to 32 characters."""
    target_id: str | None = None
    """Only what was done to the thing of this id or name. 1 to 200 characters."""
    owner_id: int | None = None
    """Only what was done to things of this user."""
    outcome: AuditOutcome | None = None
    """Only what ended so."""
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""


class AuditMine(RequestData, kw_only=True):
    """`audit:mine`: what you did, and what others did with what is yours, the latest first."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 20 characters."""


class AuditSubscribe(RequestData, kw_only=True):
    """`audit:subscribe`: for admins: be told each row as it is written, those that the members fit. It takes the
    place of an earlier one. With `since`, also those that came after that change.
    """

    action: str | None = None
    """Only this action, such as `user:update`. 1 to 64 characters."""
    outcome: AuditOutcome | None = None
    """Only what ended so."""
    since: int | None = None
    """The `number` of the last change that was told."""


class AuditUnsubscribe(RequestData, kw_only=True):
    """`audit:unsubscribe`: no more of that."""


class AccessBreak(RequestData, kw_only=True):
    """`access:break`: be let at one row of another user, to read it for an hour. Its owner is told who, why and
    until when (`audit:mine`).
    """

    kind: AccessKind
    """What kind of thing it is."""
    id: int
    """Which one: what its owner calls `conversationId` or `taskId`."""
    reason: str
    """Why, for its owner. 10 to 1000 characters."""


class AccessRead(RequestData, kw_only=True):
    """`access:read`: read what `access:break` has let you at, as its owner would by `chat:history` or `task:get`.
    Each reading is in the audit log, too.
    """

    kind: AccessKind
    """What kind of thing it is."""
    id: int
    """Which one."""
    cursor: str | None = None
    """Of a conversation: the `nextCursor` of the page before; without one, the latest messages. 1 to 20 characters."""


class QuotaSet(RequestData, kw_only=True):
    """`quota:set`: how much a user, each one of a role, or a token may ask in a period; it replaces what was set for
    the same period. A user's own quota goes before the role's. What was asked in the period before counts.
    """

    period: QuotaPeriod
    """For how long it holds."""
    user_id: int | None = None
    """Whose it is; name one of `userId`, `userName`, `role`, `tokenId` and `tokenName`."""
    role: UserRole | None = None
    """For each one who has this role."""
    token_id: int | None = None
    """For what is asked by this token, besides its user's."""
    requests: int | None = None
    """How many generations; null for any number."""
    tokens: int | None = None
    """How many tokens, read and generated; null for any number."""
    user_name: str | None = None
    """The user by name, in the place of `userId`; beside `tokenName` the user whose token it is. 1 to 64 characters."""
    token_name: str | None = None
    """The token by the name that its maker gave it, in the place of `tokenId`; it must be the only one of that name.
    1 to 200 characters.
    """


class QuotaList(RequestData, kw_only=True):
    """`quota:list`: the quotas that are set, the oldest first."""

    limit: int | None = None
    """How many entries a page may have. 1 to 500. When it is left out: 100."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 20 characters."""


class QuotaDelete(RequestData, kw_only=True):
    """`quota:delete`: set no limit any more."""

    quota_id: int
    """Id of a quota."""


class UsageGet(RequestData, kw_only=True):
    """`usage:get`: what you asked of models, by days and models, and your quotas; admins may name another user."""

    user_id: int | None = None
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    days: int | None = None
    """How many days back, today included. 1 to 366. When it is left out: 31."""
    limit: int | None = None
    """How many entries a page may have. 1 to 500. When it is left out: 100."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 300 characters."""


class KnowledgeCreate(RequestData, kw_only=True):
    """`knowledge:create`: store a knowledge.

    Something that is known, to be used again: a text of its own, and sources.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    tags: Sequence[str] | None = None
    """Words to find it by. At most 32 of them. When it is left out: []."""
    content: str | None = None
    """The text. At most 200000 characters."""
    active: bool | None = None
    """Whether it may be used. When it is left out: True."""


class KnowledgeGet(RequestData, kw_only=True):
    """`knowledge:get`: one of them."""

    knowledge_id: int
    """Id of a piece of knowledge."""


class KnowledgeList(RequestData, kw_only=True):
    """`knowledge:list`: pieces of knowledge, those that the given members fit; `cursor` is the `nextCursor` of the
    page before.
    """

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    active: bool | None = None
    """Only those with this value. Whether it may be used."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: KnowledgeOrder | None = None
    """By what they are ordered. `title` when it is left out."""
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


class KnowledgeUpdate(RequestData, kw_only=True):
    """`knowledge:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    knowledge_id: int
    """Id of a piece of knowledge."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str | None = None
    """What it is called in lists. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    tags: Sequence[str] | None = None
    """Words to find it by. At most 32 of them."""
    content: str | None = None
    """The text. At most 200000 characters."""
    active: bool | None = None
    """Whether it may be used."""


class KnowledgeDelete(RequestData, kw_only=True):
    """`knowledge:delete`: remove a knowledge; for some time it can be restored."""

    knowledge_id: int
    """Id of a piece of knowledge."""


class KnowledgeRestore(RequestData, kw_only=True):
    """`knowledge:restore`: have a knowledge back that was removed."""

    knowledge_id: int
    """Id of a piece of knowledge."""


class KnowledgeSubscribe(RequestData, kw_only=True):
    """`knowledge:subscribe`: be told what becomes of pieces of knowledge. With `since`, also what has become of them
    after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class KnowledgeUnsubscribe(RequestData, kw_only=True):
    """`knowledge:unsubscribe`: be told no more what becomes of pieces of knowledge."""


class KnowledgeSourceCreate(RequestData, kw_only=True):
    """`knowledge:source:create`: store a knowledge source.

    Where some of what is known comes from. It is recorded only: the daemon doesn't fetch it yet.
    """

    knowledge_id: int
    """Id of a piece of knowledge."""
    type: SourceType | None = None
    """Where its text is. `text` when it is left out."""
    title: str | None = None
    """What it is called in lists. At most 200 characters."""
    content: str | None = None
    """The text. At most 200000 characters."""
    url: str | None = None
    """Its address; a source of the types `url` and `api` has one. 1 to 1000 characters."""
    metadata: Mapping[str, str | int | float | bool | None] | None = None
    """What else is to be kept with it. At most 32 of them."""
    active: bool | None = None
    """Whether it may be used. When it is left out: True."""


class KnowledgeSourceGet(RequestData, kw_only=True):
    """`knowledge:source:get`: one of them."""

    knowledge_source_id: int
    """Id of a source of knowledge."""


class KnowledgeSourceList(RequestData, kw_only=True):
    """`knowledge:source:list`: knowledge sources, those that the given members fit; `cursor` is the `nextCursor` of
    the page before.
    """

    type: SourceType | None = None
    """Only those whose text is there."""
    active: bool | None = None
    """Only those with this value. Whether it may be used."""
    knowledge_id: int | None = None
    """Only those with this value. Id of a piece of knowledge."""
    order: KnowledgeSourceOrder | None = None
    """By what they are ordered. `id` when it is left out."""
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


class KnowledgeSourceUpdate(RequestData, kw_only=True):
    """`knowledge:source:update`: change the members that are given; null clears. With `version` only if it is still
    that one.
    """

    knowledge_source_id: int
    """Id of a source of knowledge."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    type: SourceType | None = None
    """Where its text is."""
    title: str | None = None
    """What it is called in lists. At most 200 characters."""
    content: str | None = None
    """The text. At most 200000 characters."""
    url: str | None | UnsetType = UNSET
    """Its address; a source of the types `url` and `api` has one. 1 to 1000 characters."""
    metadata: Mapping[str, str | int | float | bool | None] | None = None
    """What else is to be kept with it. At most 32 of them."""
    active: bool | None = None
    """Whether it may be used."""


class KnowledgeSourceDelete(RequestData, kw_only=True):
    """`knowledge:source:delete`: remove a knowledge source; for some time it can be restored."""

    knowledge_source_id: int
    """Id of a source of knowledge."""


class KnowledgeSourceRestore(RequestData, kw_only=True):
    """`knowledge:source:restore`: have a knowledge source back that was removed."""

    knowledge_source_id: int
    """Id of a source of knowledge."""


class KnowledgeSourceSubscribe(RequestData, kw_only=True):
    """`knowledge:source:subscribe`: be told what becomes of knowledge sources. With `since`, also what has become of
    them after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class KnowledgeSourceUnsubscribe(RequestData, kw_only=True):
    """`knowledge:source:unsubscribe`: be told no more what becomes of knowledge sources."""


class WorkflowCreate(RequestData, kw_only=True):
    """`workflow:create`: store a workflow.

    Steps that lead to one another; the first one begins. They are stored and checked, and not run yet.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    steps: Sequence[WorkflowStepDraft]
    """Its steps, the one that begins first. 1 to 100 of them."""
    active: bool | None = None
    """Whether it may be run. When it is left out: True."""


class WorkflowTaskStepDraft(RequestData, kw_only=True, tag_field="type", tag="task"):
    """A task is made and done."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    title: str
    """The task's title. 1 to 500 characters."""
    description: str | None = None
    """What there is to do. At most 20000 characters."""


class WorkflowPromptStepDraft(RequestData, kw_only=True, tag_field="type", tag="prompt"):
    """A model is asked."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    text: str
    """What it is asked. 1 to 20000 characters."""
    model: str | None = None
    """Which one; null where the assistant or the daemon chooses. 1 to 256 characters."""
    assistant: str | None = None
    """The name of the assistant that answers, null for none. 1 to 200 characters."""


class WorkflowConditionStepDraft(RequestData, kw_only=True, tag_field="type", tag="condition"):
    """Goes on with the first case whose test holds, with `next` where none does."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    cases: Sequence[WorkflowCaseDraft]
    """The cases, in the order in which they are tried. 1 to 16 of them."""


class WorkflowCaseDraft(RequestData, kw_only=True):
    """Where a condition leads when a test holds."""

    when: WorkflowTestDraft
    """The test."""
    next: str
    """The id of the step that follows when it holds. 1 to 64 characters."""


class WorkflowTestDraft(RequestData, kw_only=True):
    """What is asked of the result of a step."""

    step: str
    """The id of the step whose result is looked at. 1 to 64 characters."""
    test: ResultTest
    """What is asked of it."""
    value: str | None = None
    """The text to compare with, for `equals` and `contains`. At most 2000 characters."""


class WorkflowLoopStepDraft(RequestData, kw_only=True, tag_field="type", tag="loop"):
    """Goes through the steps from `body` on until the last of them leads back here, again and again, then to `next`."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    body: str
    """The id of the first step of a round. 1 to 64 characters."""
    until: WorkflowTestDraft | None = None
    """What ends it before the last round; null where nothing does."""
    max_rounds: int
    """How many rounds it has at most. 1 to 1000."""


class WorkflowParallelStepDraft(RequestData, kw_only=True, tag_field="type", tag="parallel"):
    """Goes on with several branches side by side; `next` follows when all of them have ended."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    branches: Sequence[str]
    """The ids of the first steps of the branches. 2 to 16 of them."""


class WorkflowApprovalStepDraft(RequestData, kw_only=True, tag_field="type", tag="approval"):
    """A person is asked; `next` follows when they approve."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    question: str
    """What they are asked. 1 to 20000 characters."""
    otherwise: str | None = None
    """The id of the step that follows when they refuse; null where that is the end. 1 to 64 characters."""


class WorkflowHttpStepDraft(RequestData, kw_only=True, tag_field="type", tag="http"):
    """A server on the web is asked for something."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    method: HttpMethod
    """How the server is asked."""
    url: str
    """The address, `http` or `https`, without a password in it. 1 to 1000 characters."""
    body: str | None = None
    """What is sent. At most 20000 characters."""


class WorkflowNotificationStepDraft(RequestData, kw_only=True, tag_field="type", tag="notification"):
    """Whoever the workflow belongs to is told something."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    text: str
    """What they are told. 1 to 20000 characters."""


class WorkflowGet(RequestData, kw_only=True):
    """`workflow:get`: one of them."""

    workflow_id: int
    """Id of a workflow."""


class WorkflowList(RequestData, kw_only=True):
    """`workflow:list`: workflows, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    active: bool | None = None
    """Only those with this value. Whether it may be run."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: WorkflowOrder | None = None
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


class WorkflowUpdate(RequestData, kw_only=True):
    """`workflow:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    workflow_id: int
    """Id of a workflow."""
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
    steps: Sequence[WorkflowStepDraft] | None = None
    """Its steps, the one that begins first. 1 to 100 of them."""
    active: bool | None = None
    """Whether it may be run."""


class WorkflowDelete(RequestData, kw_only=True):
    """`workflow:delete`: remove a workflow; for some time it can be restored."""

    workflow_id: int
    """Id of a workflow."""


class WorkflowRestore(RequestData, kw_only=True):
    """`workflow:restore`: have a workflow back that was removed."""

    workflow_id: int
    """Id of a workflow."""


class WorkflowSubscribe(RequestData, kw_only=True):
    """`workflow:subscribe`: be told what becomes of workflows. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class WorkflowUnsubscribe(RequestData, kw_only=True):
    """`workflow:unsubscribe`: be told no more what becomes of workflows."""


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


class TextVariableDraft(RequestData, kw_only=True, tag_field="type", tag="text"):
    """Any text."""

    name: str
    """What stands between `{{` and `}}`: letters, digits and `_`, no digit first. 1 to 64 characters."""
    description: str | None = None
    """What it is, in some words. At most 1000 characters."""
    required: bool | None = None
    """Whether whoever uses the text must say it, unless there is a `default`; else its place may stay empty. When it
    is left out: False.
    """
    default: str | None = None
    """What stands in its place where nobody says anything. At most 10000 characters."""


class NumberVariableDraft(RequestData, kw_only=True, tag_field="type", tag="number"):
    """A number."""

    name: str
    """What stands between `{{` and `}}`: letters, digits and `_`, no digit first. 1 to 64 characters."""
    description: str | None = None
    """What it is, in some words. At most 1000 characters."""
    required: bool | None = None
    """Whether whoever uses the text must say it, unless there is a `default`; else its place may stay empty. When it
    is left out: False.
    """
    default: float | None = None
    """What stands in its place where nobody says anything."""


class BooleanVariableDraft(RequestData, kw_only=True, tag_field="type", tag="boolean"):
    """`true` or `false`, written so."""

    name: str
    """What stands between `{{` and `}}`: letters, digits and `_`, no digit first. 1 to 64 characters."""
    description: str | None = None
    """What it is, in some words. At most 1000 characters."""
    required: bool | None = None
    """Whether whoever uses the text must say it, unless there is a `default`; else its place may stay empty. When it
    is left out: False.
    """
    default: bool | None = None
    """What stands in its place where nobody says anything."""


class SelectVariableDraft(RequestData, kw_only=True, tag_field="type", tag="select"):
    """One of some texts."""

    name: str
    """What stands between `{{` and `}}`: letters, digits and `_`, no digit first. 1 to 64 characters."""
    description: str | None = None
    """What it is, in some words. At most 1000 characters."""
    required: bool | None = None
    """Whether whoever uses the text must say it, unless there is a `default`; else its place may stay empty. When it
    is left out: False.
    """
    options: Sequence[str]
    """What may be chosen, each once. 1 to 100 of them."""
    default: str | None = None
    """What stands in its place where nobody says anything; one of the options. 1 to 200 characters."""


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


class SearchQuery(RequestData, kw_only=True):
    """`search`: rows that have all of these words, and what stands in quotes word for word; the best first.

    Of each quote the first 64 words count. A word may also be a part of one, from three letters on (in Korean the
    beginning of one, from one syllable on); where very many words have it, the beginning of one. Of a text without
    blanks (Chinese, Japanese, Thai, ...) any part is found. Case and accents don't matter; other signs are left out, so
    that any text is a query.
    """

    query: str
    """What a person types. 1 to 500 characters."""
    kinds: Sequence[str] | None = None
    """Only rows of these kinds; left out, of all. 1 to 32 of them."""
    since: str | None = None
    """Only rows that have changed since then. At most 35 characters."""
    limit: int | None = None
    """How many entries a page may have. 1 to 50. When it is left out: 20."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 16 characters."""


class NotificationGet(RequestData, kw_only=True):
    """`notification:get`: one of them."""

    notification_id: int
    """Id of a notification."""


class NotificationList(RequestData, kw_only=True):
    """`notification:list`: notifications, those that the given members fit; `cursor` is the `nextCursor` of the page
    before.
    """

    kind: NotificationKind | None = None
    """Only those with this value. What kind of thing it is."""
    read: bool | None = None
    """Only those with this value. Whether it was read."""
    order: Literal["id"] | None = None
    """By what they are ordered. When it is left out: "id"."""
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


class NotificationDelete(RequestData, kw_only=True):
    """`notification:delete`: remove a notification; for some time it can be restored."""

    notification_id: int
    """Id of a notification."""


class NotificationRestore(RequestData, kw_only=True):
    """`notification:restore`: have a notification back that was removed."""

    notification_id: int
    """Id of a notification."""


class NotificationSubscribe(RequestData, kw_only=True):
    """`notification:subscribe`: be told what becomes of notifications. With `since`, also what has become of them
    after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class NotificationUnsubscribe(RequestData, kw_only=True):
    """`notification:unsubscribe`: be told no more what becomes of notifications."""


class NotificationRead(RequestData, kw_only=True):
    """`notification:read`: note that notifications were read: those of these ids, or `all` that one has."""

    notification_ids: Sequence[int] | None = None
    """Ids of notifications. At most 200 of them. When it is left out: []."""
    all: bool | None = None
    """Whether all are meant, also those that are not named. When it is left out: False."""


class NotificationUnread(RequestData, kw_only=True):
    """`notification:unread`: how many notifications are left to be read."""


class NotificationCode(RequestData, kw_only=True):
    """`notification:code`: send a code to the e-mail address that you have set (`notifications.email.address`)."""


class NotificationConfirm(RequestData, kw_only=True):
    """`notification:confirm`: show by the code that the e-mail address is yours; only then notifications go there."""

    code: str
    """As the e-mail says it; blanks, dashes and case don't matter. It holds until the end of the next day (UTC). 1
    to 32 characters.
    """


class SettingList(RequestData, kw_only=True):
    """`setting:list`: all settings, with the values that hold for whoever asks."""


class SettingSet(RequestData, kw_only=True):
    """`setting:set`: set one, for oneself, or `everybody` who has set none."""

    name: str
    """Which one. 1 to 64 characters."""
    value: str | bool | int | float | Sequence[str] | None
    """What it is set to; the setting says of which type."""
    everybody: bool | None = None
    """Whether it is for all who have set none themselves; only admins may say so. When it is left out: False."""


class SettingReset(RequestData, kw_only=True):
    """`setting:reset`: have a setting as if one had never set it, or no admin had for `everybody`."""

    name: str
    """Which one. 1 to 64 characters."""
    everybody: bool | None = None
    """Whether what holds for all is meant; only admins may say so. When it is left out: False."""


WorkflowStepDraft: TypeAlias = (
    WorkflowTaskStepDraft
    | WorkflowPromptStepDraft
    | WorkflowConditionStepDraft
    | WorkflowLoopStepDraft
    | WorkflowParallelStepDraft
    | WorkflowApprovalStepDraft
    | WorkflowHttpStepDraft
    | WorkflowNotificationStepDraft
)


VariableDraft: TypeAlias = TextVariableDraft | NumberVariableDraft | BooleanVariableDraft | SelectVariableDraft


REQUESTS: Mapping[str, type[RequestData]] = {
    "ping": Ping,
    "cancel": Cancel,
    "session:authenticate": SessionAuthenticate,
    "user:create": UserCreate,
    "user:list": UserList,
    "user:get": UserGet,
    "user:update": UserUpdate,
    "user:delete": UserDelete,
    "user:passwd": UserPasswd,
    "user:me": UserMe,
    "token:create": TokenCreate,
    "token:list": TokenList,
    "token:revoke": TokenRevoke,
    "login:list": LoginList,
    "login:revoke": LoginRevoke,
    "project:create": ProjectCreate,
    "project:subscribe": ProjectSubscribe,
    "project:unsubscribe": ProjectUnsubscribe,
    "project:get": ProjectGet,
    "project:list": ProjectList,
    "project:update": ProjectUpdate,
    "project:delete": ProjectDelete,
    "project:member:add": ProjectMemberAdd,
    "project:member:update": ProjectMemberUpdate,
    "project:member:remove": ProjectMemberRemove,
    "team:create": TeamCreate,
    "team:get": TeamGet,
    "team:list": TeamList,
    "team:update": TeamUpdate,
    "team:delete": TeamDelete,
    "team:member:add": TeamMemberAdd,
    "team:member:remove": TeamMemberRemove,
    "team:subscribe": TeamSubscribe,
    "team:unsubscribe": TeamUnsubscribe,
    "conversation:create": ConversationCreate,
    "conversation:get": ConversationGet,
    "conversation:list": ConversationList,
    "conversation:update": ConversationUpdate,
    "conversation:delete": ConversationDelete,
    "conversation:restore": ConversationRestore,
    "conversation:subscribe": ConversationSubscribe,
    "conversation:unsubscribe": ConversationUnsubscribe,
    "conversation:labels": ConversationLabels,
    "chat:send": ChatSend,
    "chat:edit": ChatEdit,
    "chat:regenerate": ChatRegenerate,
    "chat:continue": ChatContinue,
    "chat:cancel": ChatCancel,
    "chat:history": ChatHistoryRequest,
    "chat:resume": ChatResume,
    "chat:subscribe": ChatSubscribe,
    "chat:unsubscribe": ChatUnsubscribe,
    "chat:rate": ChatRate,
    "chat:react": ChatReact,
    "chat:delete": ChatDelete,
    "chat:restore": ChatRestore,
    "chat:select": ChatSelect,
    "conversation:duplicate": ConversationDuplicate,
    "conversation:export": ConversationExport,
    "conversation:import": ConversationImport,
    "conversation:import:report": ConversationImportReportRequest,
    "conversation:import:get": ConversationImportGet,
    "conversation:import:list": ConversationImportList,
    "conversation:import:delete": ConversationImportDelete,
    "conversation:import:restore": ConversationImportRestore,
    "conversation:import:subscribe": ConversationImportSubscribe,
    "conversation:import:unsubscribe": ConversationImportUnsubscribe,
    "file:get": FileGet,
    "file:list": FileList,
    "file:update": FileUpdate,
    "file:delete": FileDelete,
    "file:restore": FileRestore,
    "file:subscribe": FileSubscribe,
    "file:unsubscribe": FileUnsubscribe,
    "monitoring:subscribe": MonitoringSubscribe,
    "monitoring:unsubscribe": MonitoringUnsubscribe,
    "model:list": ModelList,
    "model:load": ModelLoad,
    "model:unload": ModelUnload,
    "model:switch": ModelSwitch,
    "model:benchmark": ModelBenchmark,
    "model:benchmarks": ModelBenchmarks,
    "model:recommend": ModelRecommend,
    "model:rate": ModelRate,
    "model:queue": ModelQueue,
    "backend:list": BackendList,
    "model:complete": ModelComplete,
    "model:compare": ModelCompare,
    "assistant:create": AssistantCreate,
    "assistant:get": AssistantGet,
    "assistant:list": AssistantList,
    "assistant:update": AssistantUpdate,
    "assistant:delete": AssistantDelete,
    "assistant:restore": AssistantRestore,
    "assistant:subscribe": AssistantSubscribe,
    "assistant:unsubscribe": AssistantUnsubscribe,
    "instruction:create": InstructionCreate,
    "instruction:get": InstructionGet,
    "instruction:list": InstructionList,
    "instruction:update": InstructionUpdate,
    "instruction:delete": InstructionDelete,
    "instruction:restore": InstructionRestore,
    "instruction:subscribe": InstructionSubscribe,
    "instruction:unsubscribe": InstructionUnsubscribe,
    "instruction:preview": InstructionPreview,
    "rating:create": RatingCreate,
    "rating:get": RatingGet,
    "rating:list": RatingList,
    "rating:update": RatingUpdate,
    "rating:delete": RatingDelete,
    "rating:restore": RatingRestore,
    "rating:subscribe": RatingSubscribe,
    "rating:unsubscribe": RatingUnsubscribe,
    "rating:summary": RatingSummary,
    "text:estimate": TextEstimate,
    "text:truncate": TextTruncate,
    "text:chunk": TextChunk,
    "text:process": TextProcess,
    "verify:message": VerifyMessage,
    "verify:get": VerifyGet,
    "verify:list": VerifyList,
    "verify:trials": VerifyTrials,
    "task:create": TaskCreate,
    "task:get": TaskGet,
    "task:list": TaskList,
    "task:update": TaskUpdate,
    "task:delete": TaskDelete,
    "task:restore": TaskRestore,
    "task:plan": TaskPlan,
    "task:run": TaskRun,
    "task:pause": TaskPause,
    "task:resume": TaskResume,
    "task:cancel": TaskCancel,
    "task:retry": TaskRetry,
    "task:dependency:add": TaskDependencyAdd,
    "task:dependency:remove": TaskDependencyRemove,
    "task:subscribe": TaskSubscribe,
    "task:unsubscribe": TaskUnsubscribe,
    "task:approve": TaskApprove,
    "task:approvals": TaskApprovals,
    "task:logs": TaskLogs,
    "task:brakes": TaskBrakes,
    "task:stats": TaskStats,
    "task:list:subscribe": TaskListSubscribe,
    "task:list:unsubscribe": TaskListUnsubscribe,
    "subtask:create": SubtaskCreate,
    "subtask:get": SubtaskGet,
    "subtask:list": SubtaskList,
    "subtask:update": SubtaskUpdate,
    "subtask:delete": SubtaskDelete,
    "subtask:reorder": SubtaskReorder,
    "execution-log:list": ExecutionLogList,
    "execution-log:subscribe": ExecutionLogSubscribe,
    "execution-log:unsubscribe": ExecutionLogUnsubscribe,
    "credential:create": CredentialCreate,
    "credential:get": CredentialGet,
    "credential:list": CredentialList,
    "credential:update": CredentialUpdate,
    "credential:delete": CredentialDelete,
    "credential:test": CredentialTest,
    "credential:subscribe": CredentialSubscribe,
    "credential:unsubscribe": CredentialUnsubscribe,
    "account:create": AccountCreate,
    "account:get": AccountGet,
    "account:list": AccountList,
    "account:update": AccountUpdate,
    "account:delete": AccountDelete,
    "account:restore": AccountRestore,
    "account:subscribe": AccountSubscribe,
    "account:unsubscribe": AccountUnsubscribe,
    "account:usage": AccountUsage,
    "account:usage:list": AccountUsageList,
    "provider:create": ProviderCreate,
    "provider:get": ProviderGet,
    "provider:list": ProviderList,
    "provider:update": ProviderUpdate,
    "provider:delete": ProviderDelete,
    "provider:restore": ProviderRestore,
    "provider:subscribe": ProviderSubscribe,
    "provider:unsubscribe": ProviderUnsubscribe,
    "provider:test": ProviderTest,
    "audit:list": AuditList,
    "audit:mine": AuditMine,
    "audit:subscribe": AuditSubscribe,
    "audit:unsubscribe": AuditUnsubscribe,
    "access:break": AccessBreak,
    "access:read": AccessRead,
    "quota:set": QuotaSet,
    "quota:list": QuotaList,
    "quota:delete": QuotaDelete,
    "usage:get": UsageGet,
    "knowledge:create": KnowledgeCreate,
    "knowledge:get": KnowledgeGet,
    "knowledge:list": KnowledgeList,
    "knowledge:update": KnowledgeUpdate,
    "knowledge:delete": KnowledgeDelete,
    "knowledge:restore": KnowledgeRestore,
    "knowledge:subscribe": KnowledgeSubscribe,
    "knowledge:unsubscribe": KnowledgeUnsubscribe,
    "knowledge:source:create": KnowledgeSourceCreate,
    "knowledge:source:get": KnowledgeSourceGet,
    "knowledge:source:list": KnowledgeSourceList,
    "knowledge:source:update": KnowledgeSourceUpdate,
    "knowledge:source:delete": KnowledgeSourceDelete,
    "knowledge:source:restore": KnowledgeSourceRestore,
    "knowledge:source:subscribe": KnowledgeSourceSubscribe,
    "knowledge:source:unsubscribe": KnowledgeSourceUnsubscribe,
    "workflow:create": WorkflowCreate,
    "workflow:get": WorkflowGet,
    "workflow:list": WorkflowList,
    "workflow:update": WorkflowUpdate,
    "workflow:delete": WorkflowDelete,
    "workflow:restore": WorkflowRestore,
    "workflow:subscribe": WorkflowSubscribe,
    "workflow:unsubscribe": WorkflowUnsubscribe,
    "template:create": TemplateCreate,
    "template:get": TemplateGet,
    "template:list": TemplateList,
    "template:update": TemplateUpdate,
    "template:delete": TemplateDelete,
    "template:restore": TemplateRestore,
    "template:subscribe": TemplateSubscribe,
    "template:unsubscribe": TemplateUnsubscribe,
    "template:preview": TemplatePreview,
    "template:use": TemplateUse,
    "template:duplicate": TemplateDuplicate,
    "template:export": TemplateExport,
    "template:import": TemplateImport,
    "prompt:create": PromptCreate,
    "prompt:get": PromptGet,
    "prompt:list": PromptList,
    "prompt:update": PromptUpdate,
    "prompt:delete": PromptDelete,
    "prompt:restore": PromptRestore,
    "prompt:subscribe": PromptSubscribe,
    "prompt:unsubscribe": PromptUnsubscribe,
    "prompt:versions": PromptVersions,
    "prompt:revert": PromptRevert,
    "prompt:diff": PromptDiff,
    "prompt:duplicate": PromptDuplicate,
    "prompt:run": PromptRun,
    "search": SearchQuery,
    "notification:get": NotificationGet,
    "notification:list": NotificationList,
    "notification:delete": NotificationDelete,
    "notification:restore": NotificationRestore,
    "notification:subscribe": NotificationSubscribe,
    "notification:unsubscribe": NotificationUnsubscribe,
    "notification:read": NotificationRead,
    "notification:unread": NotificationUnread,
    "notification:code": NotificationCode,
    "notification:confirm": NotificationConfirm,
    "setting:list": SettingList,
    "setting:set": SettingSet,
    "setting:reset": SettingReset,
}
"""The data of each request."""
