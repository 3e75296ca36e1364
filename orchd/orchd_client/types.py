"""What the daemon sends: the data of its frames, and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from .runtime.messages import UNKNOWN_TAG, ServerData

AccessKind: TypeAlias = Literal["conversation", "task"]
"""What kind of row an admin is let at. Later daemons may send others."""


AccountOrder: TypeAlias = Literal["createdAt", "name", "updatedAt"]
"""By what accounts are ordered."""


ApprovalKind: TypeAlias = Literal["dependency", "plan", "result", "step"]
"""What a person is asked: may the plan be run, may this step be begun, does its result stand, does the task go on
without one that it depends on. Later daemons may send others.
"""


ApprovalState: TypeAlias = Literal["approved", "open", "refused", "withdrawn"]
"""How a question to a person stands; `withdrawn`: it is no longer asked. Later daemons may send others."""


AssistantOrder: TypeAlias = Literal["createdAt", "name", "updatedAt"]
"""By what assistants are ordered."""


AuditOutcome: TypeAlias = Literal["done", "failed", "refused"]
"""What became of it: `refused` where whoever asked may not, or is unknown. Later daemons may send others."""


BackendKind: TypeAlias = Literal["llamacpp", "lmstudio", "ollama", "openai"]
"""What software a model server is; `openai` is any other one with that API. Later daemons may send others."""


ChangeKind: TypeAlias = Literal["created", "deleted", "reset", "restored", "updated"]
"""What has become of a row. `deleted` also tells whoever may not see it any more; `reset`: more has changed than is
told, read the list again. Later daemons may send others.
"""


ChatChange: TypeAlias = Literal["deleted", "rated", "reacted", "restored", "selected"]
"""What has become of a message. `selected`: the active branch goes through it from now on. Later daemons may send
others.
"""


ChatPartMode: TypeAlias = Literal["answer", "followup", "prefill"]
"""How a part came about: `answer` is the first; then `prefill` where the model went on with the text itself,
`followup` where it was asked to go on. Later daemons may send others.
"""


ChatRatingWord: TypeAlias = Literal["down", "up"]
"""Whether an answer was good, `up`, or not, `down`. Later daemons may send others."""


ChatRole: TypeAlias = Literal["assistant", "user"]
"""Who wrote a message: `user` asked, `assistant` is the model. Later daemons may send others."""


ChatStatus: TypeAlias = Literal["cancelled", "complete", "error", "interrupted", "streaming"]
"""How an answer stands: `streaming` while it is generated; `complete` once the model server gave a reason to end;
`cancelled` by a client; `interrupted` by the daemon: it ended, or stopped an answer that repeated itself
(`finishReason` `loop`); `error`: anything else. Later daemons may send others.
"""


ConversationImportOrder: TypeAlias = Literal["createdAt", "updatedAt"]
"""By what imports are ordered."""


ConversationOrder: TypeAlias = Literal["createdAt", "pinned", "title", "updatedAt"]
"""By what conversations are ordered."""


CopiedBranches: TypeAlias = Literal["all", "shown"]
"""Which messages a copy has: those of all branches, or those of one, the active branch unless a message says which."""


CountMethod: TypeAlias = Literal["calibrated", "exact", "heuristic"]
"""How tokens were counted: `exact` by the tokenizer of the server, `calibrated` by what the model counted before, or
by a `heuristic`. Later daemons may send others.
"""


CredentialKind: TypeAlias = Literal["model_server", "other"]
"""What it is for: `model_server` is a key that a model server is sent, one line of visible ASCII characters; `other`
is any text. Later daemons may send others.
"""


DiffSign: TypeAlias = Literal["added", "removed", "same"]
"""Whether a line is in both texts, only in the earlier or only in the later one. Later daemons may send others."""


ErrorCode: TypeAlias = Literal[
    "invalid",
    "unknown_type",
    "not_found",
    "conflict",
    "busy",
    "rate_limited",
    "unauthorized",
    "forbidden",
    "too_large",
    "cancelled",
    "timeout",
    "unavailable",
    "upstream_error",
    "shutting_down",
    "internal",
]
"""What went wrong, for programs. Later daemons may send others."""


ErrorReason: TypeAlias = Literal[
    "account",
    "answer_too_long",
    "being_written",
    "broken_off",
    "calls_too_long",
    "connect",
    "connection_lost",
    "context",
    "context_overflow",
    "cooling",
    "cut_off",
    "digest",
    "disk_full",
    "empty_response",
    "file_descriptors",
    "file_directory",
    "file_missing",
    "file_space",
    "finish_reason",
    "first_event",
    "forbidden",
    "gap",
    "gateway",
    "imports",
    "insufficient_quota",
    "list_too_long",
    "load_failed",
    "master_key",
    "memory",
    "nesting",
    "no_chat",
    "no_key",
    "no_load",
    "no_model",
    "no_prefill",
    "no_text",
    "no_unload",
    "no_vision",
    "not_a_stream",
    "not_json",
    "probe",
    "quota",
    "rate_limited",
    "redirect",
    "redirected",
    "removed",
    "request",
    "schema_mismatch",
    "server_error",
    "stalled_before",
    "storage_full",
    "stream_too_long",
    "subscriptions",
    "tail",
    "texts",
    "tls",
    "too_many_rows",
    "total",
    "truncated",
    "unauthorized",
    "unexpected_endpoint",
    "unknown_file",
    "unknown_server",
    "unload",
    "unreadable_http",
    "unusable_answer",
    "unusable_plan",
    "worker",
    "wrong_hash",
    "wrong_offset",
]
"""Which of the errors of one code it is, for programs, where there is more than one kind. Later daemons may send
others.
"""


ExportFormat: TypeAlias = Literal["markdown", "orchd"]
"""How conversations are written: `orchd`, the JSON that `conversation:import` takes again, with all branches;
`markdown`, the active branch to be read by people. Later daemons may send others.
"""


FileOrder: TypeAlias = Literal["id", "name", "size", "updatedAt"]
"""By what files are ordered."""


GenerationPhase: TypeAlias = Literal["generating", "loading", "prompt", "queued"]
"""What an answer waits for: its turn, its model, the reading of the prompt; then it is generated. Later daemons may
send others.
"""


HttpMethod: TypeAlias = Literal["DELETE", "GET", "PATCH", "POST", "PUT"]
"""What is asked of a server. Later daemons may send others."""


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


InstructionOrder: TypeAlias = Literal["createdAt", "priority", "title", "updatedAt"]
"""By what instructions are ordered."""


JudgeRole: TypeAlias = Literal["decider", "validator"]
"""`validator` speaks first; `decider` has seen what the validator said. Later daemons may send others."""


KnowledgeOrder: TypeAlias = Literal["createdAt", "title", "updatedAt"]
"""By what pieces of knowledge are ordered."""


KnowledgeSourceOrder: TypeAlias = Literal["id", "title", "updatedAt"]
"""By what knowledge sources are ordered."""


LogLevel: TypeAlias = Literal["error", "info", "warning"]
"""How much a line of the log matters. Later daemons may send others."""


ModelPurpose: TypeAlias = Literal[
    "chat",
    "checking",
    "embedding",
    "image",
    "moderation",
    "other",
    "reranking",
    "speech",
]
"""What a model is for, as its server, its name or a failed try tell; `checking`: it says whether texts support
claims, `reranking`: how well pairs of texts go together. Later daemons may send others.
"""


ModelState: TypeAlias = Literal["loaded", "loading", "not_loaded", "unknown"]
"""Whether a model is in memory; `unknown` where its server does not tell. Later daemons may send others."""


ModelType: TypeAlias = Literal["embedding", "llm"]
"""What a model makes: text, or vectors. Later daemons may send others."""


NotificationChannel: TypeAlias = Literal["email", "ntfy", "webhook"]
"""A way by which notifications are sent out. Later daemons may send others."""


NotificationKind: TypeAlias = Literal[
    "access",
    "account",
    "approval",
    "backend_down",
    "quota",
    "task_completed",
    "task_failed",
    "task_waiting",
]
"""What somebody is told: that a task asks them something, waits for them otherwise, is completed or has failed; that
a quota of theirs is used up, or an account has spent its threshold; that an admin was let at a row of theirs
(`access`); and admins, that a model server is away. Later daemons may send others.
"""


OnDisconnect: TypeAlias = Literal["cancel", "finish"]
"""What becomes of an answer whose client leaves: it is finished, or cancelled."""


ProcessPhase: TypeAlias = Literal["map", "reduce"]
"""`map`: the chunks are worked through; `reduce`: the answers are put together. Later daemons may send others."""


ProjectRole: TypeAlias = Literal["editor", "owner", "viewer"]
"""What a member may do with a project: a `viewer` sees its rows, an `editor` changes them and adds some, an `owner`
also says who its members are. Later daemons may send others.
"""


PromptOrder: TypeAlias = Literal["createdAt", "name", "updatedAt", "useCount"]
"""By what prompts are ordered."""


ProviderOrder: TypeAlias = Literal["createdAt", "name", "updatedAt"]
"""By what providers are ordered."""


ProviderOrigin: TypeAlias = Literal["configuration", "database"]
"""Where a model server stands: in the `configuration`, which only its operator changes, or in the `database`. Later
daemons may send others.
"""


QueuePriority: TypeAlias = Literal["background", "chat", "task"]
"""Whose turn comes first: people who chat, then tasks, then the rest. Later daemons may send others."""


QueueState: TypeAlias = Literal["loading", "running", "waiting"]
"""What a request does: it is answered, its model is loaded, or it waits. Later daemons may send others."""


QuotaPeriod: TypeAlias = Literal["day", "minute", "month", "week"]
"""What a quota is for, in UTC: a minute, a day from midnight, a week from Monday, a month from its first day. Later
daemons may send others.
"""


QuotaSubject: TypeAlias = Literal["role", "token", "user"]
"""Whose quota it is: a user's, each one's who has a role, or a token's. Later daemons may send others."""


RatingOrder: TypeAlias = Literal["model", "rating", "updatedAt"]
"""By what ratings are ordered."""


ResultTest: TypeAlias = Literal["contains", "done", "equals", "failed"]
"""What is asked of a step's result: whether it is `done` or `failed`, or whether its text `equals` or `contains`
another one. Later daemons may send others.
"""


Scope: TypeAlias = Literal["admin", "chat", "models", "read", "tasks", "workspace"]
"""What a token may be used for: requests of one kind, or all that only show (`read`). `admin` is needed besides for
what only admins may do. Later daemons may send others.
"""


SettingOrigin: TypeAlias = Literal["default", "everybody", "own"]
"""Where the value is from: from the user, from an admin for all who have set none, or nobody has set it. Later
daemons may send others.
"""


SourceType: TypeAlias = Literal["api", "file", "text", "url"]
"""Where a source's text is: in `content`, in a file, on the page at `url`, or given by the service at `url`. Later
daemons may send others.
"""


StepKind: TypeAlias = Literal["better", "check", "consolidate", "execute", "plan"]
"""What a step of a task does. Later daemons may send others."""


StepState: TypeAlias = Literal["done", "failed", "intent"]
"""How an attempt stands: begun, done or failed. Later daemons may send others."""


SubtaskOpinion: TypeAlias = Literal["abstained", "approved", "rejected"]
"""What one model thought of an attempt. Later daemons may send others."""


SubtaskState: TypeAlias = Literal[
    "cancelled",
    "completed",
    "executing",
    "failed",
    "pending",
    "rejected",
    "skipped",
    "validating",
    "waiting",
]
"""How a subtask stands. Later daemons may send others."""


SyncState: TypeAlias = Literal["done", "failed", "never", "running"]
"""How fetching a source's text went the last time, if it was ever fetched. Later daemons may send others."""


TakenNames: TypeAlias = Literal["refuse", "rename", "skip"]
"""What becomes of a template whose name is taken: nothing is stored at all (`refuse`), it is called otherwise
(`rename`), or it is left out (`skip`).
"""


TaskPriority: TypeAlias = Literal["high", "low", "medium", "urgent"]
"""Which of the tasks that could go on does so first. Later daemons may send others."""


TaskState: TypeAlias = Literal[
    "cancelled",
    "completed",
    "consolidating",
    "executing",
    "failed",
    "paused",
    "pending",
    "planning",
    "validating",
    "waiting",
]
"""How a task stands. Later daemons may send others."""


TaskType: TypeAlias = Literal["analysis", "chat", "code", "embedding", "general", "reasoning", "vision"]
"""What kind of work a model is chosen for. Later daemons may send others."""


TaskWaitsFor: TypeAlias = Literal["approval", "brakes", "budget", "dependencies", "quota"]
"""What a task waits for: a word of a person, other tasks, a less busy machine, a higher budget, or the end of the
time for which a quota is used up. Later daemons may send others.
"""


TemplateOrder: TypeAlias = Literal["createdAt", "name", "updatedAt", "useCount"]
"""By what templates are ordered."""


TextChannel: TypeAlias = Literal["content", "reasoning"]
"""Whether text belongs to the answer or to what the model thought before it. Later daemons may send others."""


TextKeep: TypeAlias = Literal["both", "end", "start"]
"""Which side of a text stays; `both`: its middle is cut out."""


TextRole: TypeAlias = Literal["assistant", "system", "user"]
"""Who speaks in a message that is counted or cut. Later daemons may send others."""


TextUnit: TypeAlias = Literal["characters", "tokens"]
"""What sizes are measured in; characters are Unicode code points. Later daemons may send others."""


ToolChoice: TypeAlias = Literal["auto", "none", "required"]
"""Whether the model may, must not or must ask for a call."""


TurnRole: TypeAlias = Literal["assistant", "system", "tool", "user"]
"""Who speaks in a message that a model is shown."""


UserRole: TypeAlias = Literal["admin", "member", "viewer"]
"""What somebody may do: a `viewer` sees what is theirs or shared with them, a `member` changes and runs it too, an
`admin` also decides for everybody. No role shows other people's chats and tasks. Later daemons may send others.
"""


UserRows: TypeAlias = Literal["delete", "give"]
"""What becomes of all that a deleted user has: it goes, or is somebody else's."""


VerifyClaimVerdict: TypeAlias = Literal["contradicted", "not_found", "supported", "unclear"]
"""What the sources say of a claim, found without a model: `supported`; `contradicted`, they say something else;
`not_found`, they say nothing of it, or have a number or date of it nowhere, and no other one in its place;
`unclear`, their words alone don't tell. Later daemons may send others.
"""


VerifyCriterionName: TypeAlias = Literal["complete", "correct", "quality", "requirements"]
"""A side of an answer that judges look at. Later daemons may send others."""


VerifyFindingKind: TypeAlias = Literal[
    "contradiction",
    "disputed",
    "inconsistent",
    "no_answer",
    "repetition",
    "scope",
    "unsupported",
]
"""What speaks against an answer. `disputed`: a model calls supported what the sources contradict. Later daemons may
send others.
"""


VerifyOpinion: TypeAlias = Literal["contradicted", "supported", "unsupported"]
"""What a model thinks of a claim. Later daemons may send others."""


VerifyOpinionSource: TypeAlias = Literal["chat", "entailment", "guardian", "judge", "minicheck", "reranker"]
"""What kind of model thinks something of a claim: the `judge`, another one that chats and was asked for a word, or
one made for it: a fact checker, Granite Guardian, an encoder for entailment, a reranker. Later daemons may send
others.
"""


VerifyOutcome: TypeAlias = Literal["rejected", "self_checked", "undecided", "verified"]
"""What became of a check: `verified` only when a model other than the authors approved, `self_checked` when only an
author did, or a judge that failed its trial, `undecided` is for a person. Later daemons may send others.
"""


WaitReason: TypeAlias = Literal["loading", "other_model", "slots", "turn"]
"""What a request waits for: a free slot, the load of its model, the answers of another model, or its turn. Later
daemons may send others.
"""


WorkflowOrder: TypeAlias = Literal["createdAt", "name", "updatedAt"]
"""By what workflows are ordered."""


class SessionReady(ServerData, kw_only=True):
    """`session:ready`, the first frame. `epoch` changes whenever the daemon restarts; `user` is who you are: `local`
    where nobody has to say.
    """

    protocol: str
    """The protocol's name and version."""
    server: ServerInfo
    """What answers, and its version."""
    session_id: str
    """Names this connection, in the daemon's log for instance."""
    epoch: str
    """Names this run of the daemon; it changes when it restarts. `chat:resume` asks for it."""
    user: str
    """Who this connection belongs to."""
    limits: Limits
    """What a client must keep to."""
    heartbeat_seconds: float
    """Seconds between two pings of the daemon; a client that answers none is closed with 4001."""


class ServerInfo(ServerData, kw_only=True):
    """What answers."""

    name: str
    """Its name."""
    version: str
    """The daemon's version."""


class Limits(ServerData, kw_only=True):
    """What a client must keep to."""

    max_frame_bytes: int
    """Bytes of the longest frame that a client may send."""
    max_in_flight: int
    """How many requests of a connection may be unfinished."""


class SessionClosing(ServerData, kw_only=True):
    """`session:closing`: the daemon is about to stop; come back after a while."""

    reason: str
    """Why the daemon ends the connection."""
    reconnect_after_ms: int
    """Milliseconds after which a client should connect again."""


class Error(ServerData, kw_only=True):
    """`error`: the final frame of a request that was refused or failed."""

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people: a sentence without private details."""
    retryable: bool
    """Whether the same request may succeed later."""
    details: dict[str, Any] | None = None
    """More for programs: `reason`, an `ErrorReason`, tells errors of one code apart, `field` and `path` name the
    member at fault, others depend on the error. Not there when there is nothing.
    """


class AccessTold(ServerData, kw_only=True):
    """`access:told`: an admin was just let at a row of yours, or reads it; pushed to all your connections at that
    daemon that may read. `audit:mine` says so at any time.
    """

    kind: AccessKind | str
    """What kind of thing it is."""
    id: int
    """Which one: its `conversationId` or `taskId`."""
    name: str
    """What the admin is called."""
    reading: bool
    """Whether it is read just now; false where the admin is let at it."""
    reason: str | None
    """Why; null for a reading, whose reason was told before."""
    expires_at: str
    """Until when it may be read."""


class Pong(ServerData, kw_only=True):
    """`pong`: yes, and this is the daemon's clock."""

    timestamp: str
    """The daemon's clock."""


class Cancelled(ServerData, kw_only=True):
    """`cancelled`: `found` is false when no request with that id was in flight."""

    id: str
    """Id of the request that was to end."""
    found: bool
    """Whether a request with that id was in flight."""


class SessionAuthenticated(ServerData, kw_only=True):
    """`session:authenticate`: whose the connection is from now on."""

    user: str
    """Name of the user."""
    role: UserRole | str
    """What they may do."""


class UserItem(ServerData, kw_only=True):
    """A user."""

    id: int
    """Its id."""
    name: str
    """What they log in by."""
    role: UserRole | str
    """What they may do."""
    disabled: bool
    """Whether they are kept out."""
    has_password: bool
    """Whether they can log in by a password."""
    issuer: str | None
    """The login service that they come by; null for none."""
    seen_at: str | None
    """When they logged in last; null for never."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class UserPage(ServerData, kw_only=True):
    """The reply to `user:list`."""

    items: list[UserItem]
    """The users."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class UserDeleted(ServerData, kw_only=True):
    """The reply to `user:delete`."""

    user_id: int
    """Id that the user had."""


class UserSelf(ServerData, kw_only=True):
    """The reply to `user:me`: `userId` 0 is the local owner, while there is no user."""

    user_id: int
    """Id of the user; 0 is the local owner, while there is no user."""
    name: str
    """What they log in by."""
    role: UserRole | str
    """What one may do."""
    scopes: list[Scope | str] | None
    """What the token that one came by may be used for; null without a token."""
    models: list[str] | None
    """The models that this token may use; null for any."""
    token_id: int | None
    """Id of the token that one came by; null without one."""
    login_id: int | None
    """Id of the login that one came by; null without one."""


class TokenCreated(ServerData, kw_only=True):
    """The reply to `token:create`."""

    item: TokenItem
    """The token, as lists show it."""
    token: str
    """Its secret, which is told this once."""


class TokenItem(ServerData, kw_only=True):
    """A token, without its secret."""

    id: int
    """Its id."""
    user_id: int
    """Id of the user whose it is."""
    name: str
    """Its name."""
    hint: str
    """Its last characters."""
    scopes: list[Scope | str]
    """What it may be used for."""
    models: list[str] | None
    """The models that it may use; null for any."""
    background: bool
    """Whether what it asks of models waits for people."""
    expires_at: str | None
    """When it ends by itself; null for never."""
    used_at: str | None
    """When it was used last, to a few minutes; null for never."""
    revoked_at: str | None
    """When it was revoked; null while it may be used."""
    created_at: str
    """When it was created."""


class TokenPage(ServerData, kw_only=True):
    """The reply to `token:list`."""

    items: list[TokenItem]
    """The tokens."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class LoginPage(ServerData, kw_only=True):
    """The reply to `login:list`."""

    items: list[LoginItem]
    """The browsers."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class LoginItem(ServerData, kw_only=True):
    """A browser in which somebody is logged in."""

    id: int
    """Its id."""
    user_id: int
    """Id of the user who is logged in."""
    address: str
    """From where it was begun."""
    agent: str
    """What the browser says of itself."""
    current: bool
    """Whether it is the one that this request came by."""
    seen_at: str
    """When it was used last, to a few minutes."""
    expires_at: str
    """When it ends, used or not."""
    created_at: str
    """When it was created."""


class LoginRevoked(ServerData, kw_only=True):
    """The reply to `login:revoke`."""

    login_id: int
    """Id that the login had."""


class ProjectDetails(ServerData, kw_only=True):
    """The reply to requests about one project: it, and its members."""

    project: ProjectItem
    """The project."""
    members: list[ProjectMember]
    """Who is in it: whoever has the project first, then the others as they came."""


class ProjectItem(ServerData, kw_only=True):
    """A project; `role`: what whoever asks is in it."""

    id: int
    """Its id."""
    name: str
    """What it is called."""
    description: str
    """What it is for."""
    role: ProjectRole | str
    """What whoever asks is in it."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class ProjectMember(ServerData, kw_only=True):
    """A member: a user, or a team with all its users. `userId` 0 is the local owner, while there is no user."""

    user_id: int | None
    """Id of the user; null where it is a team."""
    team_id: int | None
    """Id of a team; null where a user is meant."""
    name: str
    """Name of the user or the team."""
    role: ProjectRole | str
    """What they may do."""


class ProjectSubscribed(ServerData, kw_only=True):
    """The reply to `project:subscribe`."""

    number: int
    """Of the latest change."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class ProjectChanged(ServerData, kw_only=True):
    """Something has become of a project; pushed to whoever has subscribed and is in it. `reset`: you are in other
    projects than before, or have another role; read the list again.
    """

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    project_id: int | None
    """Which one; null for `reset`."""
    item: ProjectShown | None
    """The project as it is by now; null when it isn't there any more, or may not be seen."""


class ProjectShown(ServerData, kw_only=True):
    """A project as all of its members see it."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    description: str
    """What it is, in some words."""
    version: int
    """How often it was changed, from 1."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    members: list[ProjectMember]
    """Whoever has it first, then as they came."""
    rows: dict[str, int]
    """How much is in it, by kind: `conversation`, `task` and so on; those of which there is nothing are left out."""


class ProjectUnsubscribed(ServerData, kw_only=True):
    """The reply to `project:unsubscribe`."""


class ProjectPage(ServerData, kw_only=True):
    """The reply to `project:list`; `nextCursor` is null on the last page."""

    items: list[ProjectItem]
    """The projects."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many there are."""


class ProjectDeleted(ServerData, kw_only=True):
    """The reply to `project:delete`: how many rows were released."""

    project_id: int
    """Id that the project had."""
    released: int
    """How many rows are their makers' alone from now on."""


class ProjectLeft(ServerData, kw_only=True):
    """The reply to `project:member:remove`."""

    project_id: int
    """Id of the project."""
    user_id: int | None
    """Id of the user who is no member any more; null where it was a team."""
    team_id: int | None
    """Id of a team; null where a user is meant."""


class TeamDetails(ServerData, kw_only=True):
    """The reply to requests about one team: it, and its users by name."""

    team: TeamItem
    """The team."""
    users: list[TeamUser]
    """Who is in it, by name."""


class TeamItem(ServerData, kw_only=True):
    """A team, and how many users are in it."""

    id: int
    """Its id."""
    name: str
    """What it is called."""
    users: int
    """How many users are in it."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class TeamUser(ServerData, kw_only=True):
    """A user who is in a team."""

    user_id: int
    """Id of the user."""
    name: str
    """Name of the user."""


class TeamPage(ServerData, kw_only=True):
    """The reply to `team:list`; `nextCursor` is null on the last page."""

    items: list[TeamItem]
    """The teams."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many there are."""


class TeamDeleted(ServerData, kw_only=True):
    """The reply to `team:delete`."""

    team_id: int
    """Id that the team had."""


class TeamSubscribed(ServerData, kw_only=True):
    """The reply to `team:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class TeamChanged(ServerData, kw_only=True):
    """Something has become of a team; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    team_id: int | None
    """Id of the team; null where more has changed than is told."""
    item: TeamDetails | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class TeamUnsubscribed(ServerData, kw_only=True):
    """The reply to `team:unsubscribe`."""


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
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists; the first words of its first question until it is given another title."""
    model: str | None
    """The model that answered last, and is asked next where the question names none."""
    system_prompt: str | None
    """What the model is told before all messages; null: what the assistant is told."""
    assistant_id: int | None
    """The assistant whose model and system prompt are taken where the conversation has none of its own."""
    params: ConversationParams | None
    """Sampling parameters of all answers, as far as a question doesn't give its own."""
    folder: str
    """The folder that it is shown in; empty: in none."""
    tags: list[str]
    """Words by which it can be found."""
    pinned: bool
    """Whether it comes before all that aren't."""
    archived: bool
    """Whether it is put away; lists show it all the same, unless they are asked for others only."""
    unread: bool
    """Whether an answer has ended in it while none of its owner's connections was being told of that answer."""
    auto_title: bool
    """Whether the daemon may give it another title; a title that somebody gives ends that."""
    metadata: dict[str, str | int | float | bool | None] | None
    """What a client keeps with it, by names of its own."""
    leaf_id: int | None
    """Id of the message at the end of the active branch; null when there is no message."""
    message_count: int
    """How many messages it has, on all branches."""
    source: str | None
    """The program from whose export it was imported; null for one that was made here."""
    source_id: str | None
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

    items: list[ConversationItem]
    """The entries of this page, in order."""
    next_cursor: str | None
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
    conversation_id: int | None
    """Id of a conversation."""
    item: ConversationItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class ConversationUnsubscribed(ServerData, kw_only=True):
    """The reply to `conversation:unsubscribe`."""


class ConversationLabelCounts(ServerData, kw_only=True):
    """The reply to `conversation:labels`: at most 500 of each."""

    folders: list[ConversationLabel]
    """The folders that conversations are in."""
    tags: list[ConversationLabel]
    """The tags that conversations have."""


class ConversationLabel(ServerData, kw_only=True):
    """A folder or a tag, and how many conversations have it."""

    name: str
    """The folder, or the tag."""
    count: int
    """How many conversations are in it, or have it."""


class ChatMessage(ServerData, kw_only=True):
    """`chat:message`: a message as it is stored; the user's is the first frame of a `chat:send`, the assistant's its
    last. `parts` is there for answers that go on from another one.

    `siblings`, in a history, are the messages with the same parent, this one included, oldest first. `model` is the one
    that answered, `attempts` those that failed before it, or before the answer failed; only there if any did.
    """

    id: int
    """Its id."""
    conversation_id: int
    """Id of a conversation."""
    parent_id: int | None
    """Id of the message that it follows; null for the first of a conversation."""
    role: ChatRole | str
    """Who speaks."""
    content: str
    """The text."""
    reasoning: str | None
    """What the model thought before its answer; null when it did not show any."""
    status: ChatStatus | str
    """How it stands."""
    model: str | None
    """The model that answered; null in a question, and while none is chosen."""
    timestamp: str
    """When it was stored."""
    finish_reason: str | None
    """Why the model ended: `stop`, `length` (cut off), `loop` (it went in circles), `tool_calls`, or a word of its
    server; null when it did not end by itself.
    """
    usage: ChatUsage | None
    """Token counts, as the model server reported them; null when it did not."""
    timings: ChatTimings | None
    """How long it took; null until it has ended."""
    error: ChatError | None
    """Why the answer failed; null when it did not."""
    parts: list[ChatPart] | None = None
    """Where its text comes from; only there when it goes on from another answer."""
    siblings: list[int] | None = None
    """Ids of the messages with the same parent, itself included, oldest first; only in a history."""
    attempts: list[ChatAttempt] | None = None
    """The models that failed before; only there when some did."""
    edited_from: int | None = None
    """Id of the question that this one was asked in place of (`chat:edit`); only there if it was."""
    ratings: list[ChatRating] | None = None
    """What people think of this answer, the first one first; only in a history, and only if anybody does."""
    reactions: list[ChatReaction] | None = None
    """Emoji that people have put to it, the first one first; only in a history, and only if there are any."""
    deleted_at: str | None = None
    """When it was removed; only in a history of messages that were."""
    files: list[ChatFile] | None = None
    """What was sent with this question; only there if anything was."""


class ChatUsage(ServerData, kw_only=True):
    """Token counts as the model server reported them, and what they cost where the server's account knows that."""

    prompt_tokens: int
    """Tokens that the model was given."""
    completion_tokens: int
    """Tokens that were generated."""
    total_tokens: int
    """Tokens of the prompt and the answer together."""
    reasoning_tokens: int | None = None
    """Tokens of `reasoning` among those generated; null when the server does not tell."""
    cost_micros: int | None = None
    """What it cost, in millionths of a unit of `currency`; null where that is not known."""
    currency: str | None = None
    """A currency by its three letters; null where nothing is known of money."""


class ChatTimings(ServerData, kw_only=True):
    """How long it took: waiting in the daemon, to the first output, to the end; and the speed between the last two."""

    queued_ms: int | None
    """Milliseconds that it waited for its turn; null when it was never its turn."""
    first_token_ms: int | None
    """Milliseconds to the first output; null when there was none."""
    total_ms: int | None
    """Milliseconds from the request to the end; null while it runs."""
    tokens_per_second: float | None
    """Tokens a second between the first output and the last; null when that can't be told."""
    reasoning_ms: int | None = None
    """Milliseconds that the model reasoned for; null where it didn't, or nobody knows."""


class ChatError(ServerData, kw_only=True):
    """Why an answer failed, by the wire's error codes. `retryAfterMs`: before that it would fail again, as the model
    server says, or because it is left alone for so long.
    """

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people."""
    retryable: bool
    """Whether the same request may succeed later."""
    retry_after_ms: int | None = None
    """Milliseconds before which it would fail again; only there when that is known."""


class ChatPart(ServerData, kw_only=True):
    """Where a part of an answer came from, up to position `endSeq`.

    `mode`: `answer` for the first part; then `prefill` when the model went on with the text itself, `followup` when it
    was asked to go on. `messageId` is the answer that the part was taken from, null for what this one generated.
    """

    model: str
    """The model that wrote the part."""
    end_seq: int
    """Code points of the answer up to the end of this part."""
    mode: ChatPartMode | str
    """How this part came about."""
    message_id: int | None
    """Id of the answer that the part was taken from; null for what this one generated."""


class ChatAttempt(ServerData, kw_only=True):
    """A model that was asked in vain. `reason` says more than the code where there is more to say."""

    model: str
    """The model that was asked in vain."""
    error: ChatError
    """Why it gave no answer."""
    reason: ErrorReason | str | None
    """More than the code says, `load_failed`, `first_event`, `connect` or `cooling` for instance; null when there is
    no more.
    """


class ChatRating(ServerData, kw_only=True):
    """What one person thinks of an answer."""

    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    rating: ChatRatingWord | str
    """Whether it was good."""
    reason: str | None
    """Why, in their words; null where they don't say."""
    timestamp: str
    """When they said so."""


class ChatReaction(ServerData, kw_only=True):
    """An emoji that one person has put to a message."""

    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    emoji: str
    """The emoji."""


class ChatFile(ServerData, kw_only=True):
    """A file that was sent with a question, as it was then: whether it is still there, `file:get` tells."""

    file_id: int
    """Id of a file."""
    name: str
    """Its name."""
    type: str
    """What is in it, as a media type: `text/plain` for instance."""
    size: int
    """How long it is, in bytes."""


class ChatProgress(ServerData, kw_only=True):
    """`chat:progress`: what an answer waits for; `progress` runs from 0 to 1 within a phase.

    While it waits for its turn, `position` is its place among those that wait for the model server, from 1, and `etaMs`
    how long it may still wait by what earlier answers took. Once one of the `fallbacks` is asked, `model` names it, and
    `attempts` are those that failed before.
    """

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    phase: GenerationPhase | str
    """What it is at."""
    elapsed_ms: int
    """Milliseconds since it began."""
    position: int | None = None
    """Its place among those that wait for the model server, from 1; only there while it waits for its turn."""
    progress: float | None = None
    """From 0 to 1, within the phase; only there when the model server tells."""
    eta_ms: int | None = None
    """Milliseconds that it may still wait, by what earlier answers took; only there while it waits and something was
    measured.
    """
    model: str | None = None
    """The one of the `fallbacks` that is asked now; only there then."""
    attempts: list[ChatAttempt] | None = None
    """The models that failed before; only there when some did."""


class ChatStreaming(ServerData, kw_only=True):
    """`chat:streaming`: all text after the previous frame's `seq` up to this one's; `finishReason` on the last."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    seq: int
    """Position in the answer: code points of both channels up to the end of this frame. It grows, not always by one."""
    channel: TextChannel | str
    """Whether `chunk` belongs to the answer or to what the model thought before it."""
    chunk: str
    """Text that follows that of the frame before, in its channel; empty on the last frame."""
    done: bool
    """Whether this is the last frame with text."""
    finish_reason: str | None = None
    """Why the model ended; only on the last frame, null when it did not end by itself."""


class ChatCancelled(ServerData, kw_only=True):
    """`chat:cancelled`, the receipt: `upstreamClosedMs` after the request the model server was let go.

    It is null when the answer had ended before. `idleMs`, where the model server can tell, is when it went idle, null
    when unknown. `chars` counts the code points generated, in both channels.
    """

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    status: ChatStatus | str
    """How it stands."""
    upstream_closed_ms: int | None
    """Milliseconds from the request until the model server was let go; null when the answer had ended before."""
    chars: int
    """Code points generated, in both channels together."""
    idle_ms: int | None
    """Milliseconds until the model server stopped working, as it says; null when it does not tell."""


class ChatHistory(ServerData, kw_only=True):
    """The reply to `chat:history`: `messages` oldest first; `hasMore` when older ones exist on the branch."""

    conversation_id: int
    """Id of a conversation."""
    messages: list[ChatMessage]
    """The messages, oldest first."""
    has_more: bool
    """Whether there are older messages on the branch."""


class ChatResumed(ServerData, kw_only=True):
    """`chat:resumed`, the final frame of a `chat:resume`.

    `recovered`: all text after `afterSeq` up to `seq` was sent before this frame. Else none was, and `message` holds
    the whole answer so far. Live frames, without `id`, follow if it still runs.
    """

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    recovered: bool
    """Whether all text after `afterSeq` was sent before this frame; else `message` has the answer so far."""
    status: ChatStatus | str
    """How it stands."""
    seq: int
    """Position up to which the client has the text now."""
    message: ChatMessage | None = None
    """The whole answer so far, when the missing part can't be told; to be put in the place of what the client has."""


class ChatSubscribed(ServerData, kw_only=True):
    """`chat:subscribed`: `active` answers send their frames from position `seq` on."""

    conversation_id: int
    """Id of a conversation."""
    active: list[ActiveAnswer]
    """The answers that are being generated; the rest of each follows."""


class ActiveAnswer(ServerData, kw_only=True):
    """An answer that is being generated: what a `chat:resume` needs to get the rest of it."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    seq: int
    """Position from which on its text will be sent."""
    epoch: str
    """Names a run of the daemon: positions in an answer (`seq`) hold only within one."""


class ChatChanged(ServerData, kw_only=True):
    """Something has become of a message; pushed to whoever has subscribed to the conversation."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    change: ChatChange | str
    """What it is. What follows a message that is deleted or restored goes with it."""
    ratings: list[ChatRating] | None = None
    """What people think of it by now; only where it was rated."""
    reactions: list[ChatReaction] | None = None
    """The emoji by now; only where it was reacted to."""
    leaf_id: int | None = None
    """Where the active branch ends now; only where it was deleted, restored or selected."""


class ChatUnsubscribed(ServerData, kw_only=True):
    """`chat:unsubscribed`."""

    conversation_id: int
    """Id of a conversation."""


class ChatMarks(ServerData, kw_only=True):
    """The reply to `chat:rate` and `chat:react`: what people have said of the message by now."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    ratings: list[ChatRating]
    """What people think of it, the first one first."""
    reactions: list[ChatReaction]
    """Emoji that people have put to it, the first one first."""


class ChatDeleted(ServerData, kw_only=True):
    """The reply to `chat:delete`."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    removed: int
    """How many messages are gone, this one included."""
    leaf_id: int | None
    """Where the active branch ends now; null where the conversation is empty."""


class ChatRestored(ServerData, kw_only=True):
    """The reply to `chat:restore`."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    restored: int
    """How many messages are back, this one included."""
    leaf_id: int | None
    """Where the active branch ends now."""


class ChatSelected(ServerData, kw_only=True):
    """The reply to `chat:select`."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    leaf_id: int
    """Where the active branch ends now."""


class ConversationExported(ServerData, kw_only=True):
    """The reply to `conversation:export`."""

    format: ExportFormat | str
    """How `text` is written."""
    text: str
    """The next piece of the file; all pieces joined are the file."""
    next_cursor: str | None
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
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    name: str
    """What its client calls the file; empty where it doesn't say."""
    source: ImportSource | str | None
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
    total_bytes: int | None
    """How long the file is; null while nobody knows."""
    error: ConversationImportError | None
    """Why it ended before the file did; null when it didn't."""
    epoch: str
    """The run of the daemon that works on it, or did."""
    ended_at: str | None
    """When it ended; null while it runs."""


class ConversationImportError(ServerData, kw_only=True):
    """Why an import has ended before its file."""

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people."""


class ConversationImportReport(ServerData, kw_only=True):
    """The reply to `conversation:import:report`."""

    items: list[ConversationImportLine]
    """The entries of this page, in order."""
    next_cursor: int | None
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
    fault: ImportFault | str | None
    """Why it was not imported; null for one that was."""
    message: str
    """The same in words; empty for one that was imported."""
    title: str
    """What it is called in lists."""
    source_id: str | None
    """What it is called in the file; null where that could not be read."""
    conversation_id: int | None
    """The conversation that it has become, or was before."""
    notes: list[ImportNote]
    """What of it was left out or put elsewhere."""


class ImportNote(ServerData, kw_only=True):
    """Something of a conversation that was not imported as it is, and how often."""

    remark: ImportRemark | str
    """What it is."""
    count: int
    """How often there was such a thing."""


class ConversationImportPage(ServerData, kw_only=True):
    """The reply to `conversation:import:list`; `nextCursor` is null on the last page."""

    items: list[ConversationImportItem]
    """The entries of this page, in order."""
    next_cursor: str | None
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
    conversation_import_id: int | None
    """Id of an import."""
    item: ConversationImportItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class ConversationImportUnsubscribed(ServerData, kw_only=True):
    """The reply to `conversation:import:unsubscribe`."""


class FileItem(ServerData, kw_only=True):
    """A file that somebody has uploaded. Its content never changes."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name."""
    description: str
    """What it is, in some words."""
    type: str
    """What it is, found in its content: `image/png`, `image/jpeg`, `image/gif`, `image/webp`, `application/pdf`,
    `text/plain` for UTF-8, else `application/octet-stream`.
    """
    size: int
    """In bytes."""
    sha256: str
    """The hash of its content, in hexadecimal digits."""


class FilePage(ServerData, kw_only=True):
    """The reply to `file:list`; `nextCursor` is null on the last page."""

    items: list[FileItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class FileDeleted(ServerData, kw_only=True):
    """The reply to `file:delete`."""

    file_id: int
    """Id of a file."""


class FileSubscribed(ServerData, kw_only=True):
    """The reply to `file:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class FileChanged(ServerData, kw_only=True):
    """Something has become of a file; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    file_id: int | None
    """Id of a file."""
    item: FileItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class FileUnsubscribed(ServerData, kw_only=True):
    """The reply to `file:unsubscribe`."""


class MonitoringSubscribed(ServerData, kw_only=True):
    """`monitoring:subscribed`; the first `monitoring:metrics` follows at once."""

    interval_ms: int
    """Milliseconds from one `monitoring:metrics` to the next."""


class MonitoringMetrics(ServerData, kw_only=True):
    """`monitoring:metrics`, pushed without an id: the same bytes for all who are due."""

    timestamp: str
    """When the sample was taken."""
    cpu: MonitoringCpu
    """The processor."""
    memory: MonitoringMemory
    """Main memory."""
    gpus: list[MonitoringGpu]
    """The graphics cards."""
    disks: list[MonitoringDisk]
    """The file systems."""
    network: MonitoringNetwork
    """Traffic of all interfaces but loopback."""
    processes: MonitoringProcesses
    """Processes of interest."""
    daemon: MonitoringDaemon
    """The daemon itself."""


class MonitoringCpu(ServerData, kw_only=True):
    """The processor. Usage is the mean since the sample before, at most a minute ago."""

    usage: float | None
    """Percent of all cores together, the mean since the sample before."""
    per_core: list[float] | None
    """Percent of each logical core."""
    cores: int | None
    """Logical cores."""
    frequency_mhz: float | None
    """Megahertz at the moment."""
    temperature: float | None
    """Degrees Celsius."""
    load: list[float] | None
    """Load averages over 1, 5 and 15 minutes."""


class MonitoringMemory(ServerData, kw_only=True):
    """Main memory: in a container with a lower limit, that of the container. `used` is what is not available."""

    total: int | None
    """Bytes in all."""
    used: int | None
    """Bytes in use."""
    available: int | None
    """Bytes that programs can have without swapping."""
    usage_percent: float | None
    """Percent in use."""
    swap_used: int | None
    """Bytes of swap space in use."""
    swap_total: int | None
    """Bytes of swap space."""


class MonitoringGpu(ServerData, kw_only=True):
    """One graphics card."""

    vendor: str
    """Who made it."""
    model: str | None
    """What it is called; null when that is not known."""
    vram_total: int | None
    """Bytes of its memory."""
    vram_used: int | None
    """Bytes of its memory in use."""
    usage: float | None
    """Percent, the mean since the sample before."""
    temperature: float | None
    """Degrees Celsius."""
    power_watts: float | None
    """Watts that it draws at the moment."""


class MonitoringDisk(ServerData, kw_only=True):
    """One file system on a real device, or the root of a container."""

    mount: str
    """Where the file system is mounted."""
    total: int | None
    """Bytes in all."""
    used: int | None
    """Bytes in use."""
    usage_percent: float | None
    """Percent of what ordinary users may fill, as df(1) counts: without reserves."""


class MonitoringNetwork(ServerData, kw_only=True):
    """Traffic of all interfaces but loopback, since the sample before."""

    rx_bytes_per_second: int | None
    """Bytes received in a second."""
    tx_bytes_per_second: int | None
    """Bytes sent in a second."""


class MonitoringProcesses(ServerData, kw_only=True):
    """Processes of interest."""

    model_server: MonitoringModelServer
    """A model server on this machine."""


class MonitoringModelServer(ServerData, kw_only=True):
    """A model server on this machine; CPU and memory are those of `pid` and its worker processes."""

    running: bool | None
    """Whether one runs."""
    pid: int | None
    """Process id; null when none runs."""
    cpu_usage: float | None
    """Percent of all cores together."""
    memory_bytes: int | None
    """Bytes in main memory; null when that is not known."""


class MonitoringDaemon(ServerData, kw_only=True):
    """The daemon itself."""

    connections: int | None
    """WebSocket connections that are open."""
    generations: int | None
    """Answers that are being generated."""
    rss_bytes: int | None
    """Bytes of memory that the daemon has."""
    cpu_usage: float | None
    """Percent of all cores together."""
    uptime_seconds: int
    """Seconds since the daemon was started."""
    tokens_per_second: float | None = None
    """Tokens of all answers together that came from model servers in a second, the mean since the sample before.
    They are counted by the pieces in which servers send them.
    """
    running: int | None = None
    """Requests that model servers work on."""
    waiting: int | None = None
    """Requests that wait for their turn at a model server."""


class MonitoringUnsubscribed(ServerData, kw_only=True):
    """`monitoring:unsubscribed`: no `monitoring:metrics` comes after it."""


class ModelPage(ServerData, kw_only=True):
    """The reply to `model:list`; `stale` when a known server is away; `nextCursor` is null on the last page."""

    models: list[ModelItem]
    """The models of all servers."""
    stale: bool
    """Whether a server that is known of is away."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class ModelItem(ServerData, kw_only=True):
    """A model of a server. `name` is what to call it in a frame: `id`, or `id@backend` when several servers have it.

    `context` is what it is loaded with, in tokens, `maxContext` the most it can have; null is what the server does not
    tell. `memoryBytes` is what it has in main memory now, told of models that the daemon runs itself. `kind` is the
    server's, and `reason` why it does not answer, null while it does; `stale` then: this is what it listed last.
    `chats` false: it is for something else (`purpose`), neither works nor judges, and is only asked when it is named.
    `chatTemplate` false: a base model, which goes on with a text rather than answers; told of models that the daemon
    runs itself.
    """

    id: str
    """The name that its server gives it."""
    name: str
    """What to call it in a frame: `id`, or `id@backend` when several servers have it."""
    backend: str
    """Name of the model server."""
    kind: BackendKind | str | None
    """What software its server is; null until it has answered once."""
    reason: str | None
    """Why its server does not answer; null while it does."""
    type: ModelType | str
    """Whether it writes text or makes vectors."""
    state: ModelState | str
    """How it stands."""
    context: int | None
    """How many tokens it is loaded with; null when it is not loaded, or its server does not tell."""
    max_context: int | None
    """The most tokens that it can be loaded with; null when its server does not tell."""
    size_bytes: int | None
    """Bytes of its file; null when its server does not tell."""
    quantization: str | None
    """How its weights are stored, Q4_K_M for instance; null when that is not known."""
    parameters: str | None
    """How many parameters it has, as its server writes it; null when that is not known."""
    capabilities: list[str]
    """What it can do: `tools`, `vision`, `reasoning`; empty when its server does not tell."""
    simulated: bool
    """Whether it is the built-in simulation and no real model."""
    stale: bool
    """Whether its server is away, and this is what it listed last."""
    rating: ModelStars | None
    """What users think of it; null when nobody has rated it."""
    memory_bytes: int | None = None
    """Bytes in main memory; null when that is not known."""
    aliases: list[str] = []
    """Other names that it can be called by."""
    chats: bool = True
    """Whether it can chat; one that can't (it is for pictures, speech, ranking or the like) is only asked when it is
    named.
    """
    chat_template: bool | None = None
    """False: a base model, which goes on with a text rather than answers. Null where its server does not tell."""
    purpose: ModelPurpose | str | None = None
    """`chat` when it is left out."""


class ModelStars(ServerData, kw_only=True):
    """What users think of a model: the mean of `count` ratings from 1 to 5."""

    mean: float
    """The mean of the ratings, from 1 to 5."""
    count: int
    """How many ratings there are."""


class ModelLoaded(ServerData, kw_only=True):
    """The reply to `model:load`; `loadMs` is null when it was loaded already."""

    model: ModelItem
    """The model that is loaded now."""
    load_ms: int | None
    """Milliseconds that the load took; null when it was loaded already."""


class ModelProgress(ServerData, kw_only=True):
    """`model:progress`: how far a load or a generation is; `progress` runs from 0 to 1 within a phase.

    `model` and `backend` are null until they are chosen. `run` of `runs` is there within a benchmark; `position` and
    `etaMs` while it waits for its turn.
    """

    model: str | None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str | None
    """Name of the model server; null until it is chosen."""
    phase: GenerationPhase | str
    """What it is at."""
    elapsed_ms: int
    """Milliseconds since it began."""
    progress: float | None = None
    """From 0 to 1, within the phase; only there when the model server tells."""
    position: int | None = None
    """Its place among those that wait for the model server, from 1; only there while it waits."""
    eta_ms: int | None = None
    """Milliseconds that it may still wait; only there while it waits and something was measured."""
    run: int | None = None
    """Which run of a benchmark it is, from 1; only there within one."""
    runs: int | None = None
    """How many runs the benchmark has; only there within one."""


class ModelUnloaded(ServerData, kw_only=True):
    """The reply to `model:unload`."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""


class ModelSwitched(ServerData, kw_only=True):
    """The reply to `model:switch`: the model that is loaded now, and why those before it are not."""

    model: ModelItem
    """The model that is loaded now."""
    load_ms: int | None
    """Milliseconds that the load took; null when it was loaded already."""
    attempts: list[ModelAttempt]
    """Why those before it are not."""


class ModelAttempt(ServerData, kw_only=True):
    """A model that was tried in vain."""

    model: str
    """The model that was tried in vain."""
    error: ModelFailure
    """Why it could not do it."""


class ModelFailure(ServerData, kw_only=True):
    """Why a model could not do it, by the wire's error codes."""

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people."""
    retryable: bool
    """Whether the same request may succeed later."""


class ModelBenchmarkItem(ServerData, kw_only=True):
    """A benchmark as it is stored: the spread of its good runs, and each run.

    Only benchmarks with the same `prompt` and `maxTokens` can be compared. `loadMs` is null when the model was loaded
    already; speeds are null when the server did not report `usage`, or all output came at once.
    """

    id: int
    """Its id."""
    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""
    timestamp: str
    """When it happened, or was told."""
    prompt: int
    """Version of the question that was asked; figures of one version can be compared."""
    max_tokens: int
    """The most tokens to be generated."""
    load_ms: int | None
    """Milliseconds that the load took; null when it was loaded already."""
    failed: int
    """How many runs failed."""
    first_token_ms: ModelSpread | None
    """Milliseconds to the first output; null when there was none."""
    total_ms: ModelSpread | None
    """Milliseconds from the request to the end; null when it did not end in order."""
    tokens_per_second: ModelSpread | None
    """Tokens a second between the first output and the last; null when that can't be told."""
    runs: list[ModelRun]
    """What each run measured."""


class ModelSpread(ServerData, kw_only=True):
    """What several runs measured."""

    min: float
    """The least."""
    median: float
    """The middle one."""
    max: float
    """The most."""


class ModelRun(ServerData, kw_only=True):
    """One run of a benchmark; `error` is null when it went well. Times are null when it had to wait for its turn."""

    first_token_ms: int | None
    """Milliseconds to the first output; null when there was none."""
    total_ms: int | None
    """Milliseconds from the request to the end; null when it did not end in order."""
    tokens_per_second: float | None
    """Tokens a second between the first output and the last; null when that can't be told."""
    prompt_tokens: int | None
    """Tokens that the model was given."""
    completion_tokens: int | None
    """Tokens that were generated."""
    error: ModelFailure | None
    """Why the run failed; null when it did not."""


class ModelBenchmarkPage(ServerData, kw_only=True):
    """The reply to `model:benchmarks`; `nextCursor` is null on the last page."""

    items: list[ModelBenchmarkItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class ModelRecommended(ServerData, kw_only=True):
    """The reply to `model:recommend`: none when no server has a model for that."""

    items: list[ModelSuggestion]
    """The entries of this page, in order."""


class ModelSuggestion(ServerData, kw_only=True):
    """A model for a kind of task: `score` orders it among the others, `reasons` say what it is made of."""

    model: ModelItem
    """The model."""
    score: float
    """Orders it among the others; more is better."""
    reasons: list[str]
    """Why it was chosen, for people."""


class ModelRated(ServerData, kw_only=True):
    """The reply to `model:rate`: what all users think of it, for that kind of task or for all."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    rating: ModelStars
    """What users think of it."""


class ModelQueued(ServerData, kw_only=True):
    """The reply to `model:queue`: what runs, and then what waits, in order; the first of it when there is too much."""

    items: list[ModelQueueItem]
    """The entries of this page, in order."""


class ModelQueueItem(ServerData, kw_only=True):
    """A request that a model server works on or that waits for its turn, `elapsedMs` in that state by now.

    `position`, from 1, and `why` are there while it waits: for a free slot, the load of its model, the answers of
    another model, or its turn. `etaMs` is null where nothing was measured yet. `user` and `conversation` are told of
    one's own only: others are `another user`, and theirs is null.
    """

    backend: str
    """Name of the model server."""
    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    state: QueueState | str
    """How it stands."""
    priority: QueuePriority | str
    """Which of several comes first."""
    user: str
    """Who asked."""
    conversation: str | None
    """Id of the conversation that it belongs to, as text; null when it belongs to none."""
    elapsed_ms: int
    """Milliseconds in this state so far."""
    position: int | None
    """Its place among those that wait, from 1; null when it does not."""
    eta_ms: int | None
    """Milliseconds that it may still wait; null when nothing was measured."""
    why: WaitReason | str | None
    """What it waits for; null when it does not."""


class BackendPage(ServerData, kw_only=True):
    """The reply to `backend:list`."""

    backends: list[BackendItem]
    """The model servers."""


class BackendItem(ServerData, kw_only=True):
    """A model server as last probed. `kind` is null until it has answered once; `reason` while it is healthy.

    `retryAfterMs`: for so long it is left alone, because it failed again and again. `lastError` stays when it is well.
    `memoryBytes`: what its models have in main memory, told where the daemon runs them itself. `note`: what is worth
    knowing though it is healthy: a list that is cut or missing, a model file that is left out.
    """

    name: str
    """Its name."""
    url: str
    """Its address."""
    kind: BackendKind | str | None
    """What software it is; null until it has answered once."""
    ok: bool
    """Whether it answered the last probe."""
    reason: str | None
    """What is wrong; null while it is healthy."""
    models: int
    """How many models it lists."""
    simulated: bool
    """Whether it is the built-in simulation and no real model."""
    latency_ms: float | None
    """Milliseconds that the last probe took; null before the first one."""
    version: str | None
    """Its version; null when it does not tell."""
    last_error: str | None
    """How it failed the last time, also when it is well now; null when it never did."""
    retry_after_ms: int | None
    """Milliseconds for which it is left alone because it failed again and again; null when it is not."""
    memory_bytes: int | None = None
    """Bytes in main memory; null when that is not known."""
    note: str | None = None
    """What is worth knowing though it is healthy: a list that is cut or missing, a model file that is left out; else
    null.
    """
    known: bool = True
    """It is named in the settings, or has answered before; false: it was only looked for where such servers usually
    are.
    """


class ModelCompleted(ServerData, kw_only=True):
    """The reply to `model:complete`; `attempts` are the models that failed before this one.

    `value` is there when a schema was asked for. `unchecked` then names members of the schema that only the model
    server has seen to (`pattern`). `toolCalls` is there when the model asks for calls, and no value is.
    """

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""
    content: str
    """The text."""
    reasoning: str | None
    """What the model thought before its answer; null when it did not show any."""
    finish_reason: str
    """Why the model ended: `stop`, `length` (cut off), `loop` (it went in circles), `tool_calls`, or a word of its
    server; null when it did not end by itself.
    """
    usage: ModelUsage | None
    """Token counts, as the model server reported them; null when it did not."""
    timings: ModelTimings
    """How long it took; null until it has ended."""
    attempts: list[ModelAttempt]
    """The models that were asked in vain before, in order."""
    value: Any | None = None
    """The JSON value that follows the schema; only there when a schema was asked for."""
    unchecked: list[str] | None = None
    """Members of the schema that only the model server has seen to; only there when a schema was asked for."""
    tool_calls: list[ModelAskedCall] | None = None
    """The calls that the model asks for; only there when it does."""


class ModelUsage(ServerData, kw_only=True):
    """Token counts as the model server reported them."""

    prompt_tokens: int
    """Tokens that the model was given."""
    completion_tokens: int
    """Tokens that were generated."""
    total_tokens: int
    """Tokens of the prompt and the answer together."""
    reasoning_tokens: int | None
    """Tokens of `reasoning` among those generated; null when the server does not tell."""


class ModelTimings(ServerData, kw_only=True):
    """How long it took to the first output and to the end; the speed between first and last output, by `usage`."""

    first_token_ms: int | None
    """Milliseconds to the first output; null when there was none."""
    total_ms: int
    """Milliseconds from the request to the end; null when it did not end in order."""
    tokens_per_second: float | None
    """Tokens a second between the first output and the last; null when that can't be told."""


class ModelAskedCall(ServerData, kw_only=True):
    """A call that the model asks for. Its result goes back as a message of the role `tool` with that `toolCallId`."""

    id: str
    """Its id."""
    function: ModelAskedFunction
    """The function."""
    type: Literal["function"] = "function"
    """What kind of tool it is; there is only one."""


class ModelAskedFunction(ServerData, kw_only=True):
    """A call as the model wrote it: `arguments` should be a JSON object, and is not always one."""

    name: str
    """Its name."""
    arguments: str
    """The arguments as the model wrote them: a JSON object should be, and not always is."""


class ModelCompared(ServerData, kw_only=True):
    """The reply to `model:compare`: the whole answers, in the order of the request's `models`."""

    items: list[ModelAnswer]
    """The entries of this page, in order."""


class ModelAnswer(ServerData, kw_only=True):
    """One of the answers of a comparison; what came of it before `error`, if there is one."""

    message_id: str
    """Names the answer within this request."""
    index: int
    """Place of the model among the request's `models`, from 0."""
    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""
    content: str
    """The text."""
    reasoning: str | None
    """What the model thought before its answer; null when it did not show any."""
    finish_reason: str | None
    """Why the model ended: `stop`, `length` (cut off), `loop` (it went in circles), `tool_calls`, or a word of its
    server; null when it did not end by itself.
    """
    usage: ModelUsage | None
    """Token counts, as the model server reported them; null when it did not."""
    timings: ModelTimings
    """How long it took; null until it has ended."""
    error: ModelFailure | None
    """Why the answer failed; null when it did not. `content` has what came before."""


class ModelStreaming(ServerData, kw_only=True):
    """`model:streaming`: new text of the answer `messageId`, by the model at `index` of the request's `models`.

    The last one of each answer has `done` and an empty `chunk`; its `finishReason` is null when the answer failed.
    """

    message_id: str
    """Names the answer within this request."""
    index: int
    """Place of the model among the request's `models`, from 0."""
    channel: TextChannel | str
    """Whether `chunk` belongs to the answer or to what the model thought before it."""
    chunk: str
    """Text that follows that of the frame before, in its channel; empty on the last frame of an answer."""
    done: bool
    """Whether this is the last frame of the answer."""
    finish_reason: str | None = None
    """Why the model ended; only on the last frame of an answer, null when it failed."""


class AssistantItem(ServerData, kw_only=True):
    """An assistant: `model` plays its part or, when that isn't available, `fallbacks` in order; neither need be there.

    `category` is free; research, writing, code, validation and analysis are what other parts of the daemon look for.
    """

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name."""
    description: str
    """What it is, in some words."""
    category: str
    """A word to find it by; `research`, `writing`, `code`, `validation` and `analysis` are looked for by the daemon."""
    model: str | None
    """Who plays the part; null where the daemon chooses."""
    fallbacks: list[str]
    """Models that are asked in this order when `model` isn't available or gives no first token."""
    system_prompt: str
    """What the model is told before all messages."""
    capabilities: list[str]
    """What it is good for, in words of your own."""
    active: bool
    """Whether it may be chosen."""


class AssistantPage(ServerData, kw_only=True):
    """The reply to `assistant:list`; `nextCursor` is null on the last page."""

    items: list[AssistantItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class AssistantDeleted(ServerData, kw_only=True):
    """The reply to `assistant:delete`."""

    assistant_id: int
    """Id of an assistant."""


class AssistantSubscribed(ServerData, kw_only=True):
    """The reply to `assistant:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class AssistantChanged(ServerData, kw_only=True):
    """Something has become of an assistant; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    assistant_id: int | None
    """Id of an assistant."""
    item: AssistantItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class AssistantUnsubscribed(ServerData, kw_only=True):
    """The reply to `assistant:unsubscribe`."""


class InstructionItem(ServerData, kw_only=True):
    """A text that is put before what models are asked: of one assistant whenever that works, else of whoever has it.

    Without an assistant it is told in all chats of its user or, where it is in a project, in the chats of that project,
    and to those who do the steps of tasks. At most 20 are told at once, those of the greatest priority first.
    """

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists."""
    instruction_text: str
    """What models are told."""
    description: str
    """What it is, in some words."""
    category: str
    """A word to find it by."""
    assistant_id: int | None
    """Id of the assistant to which it is told; null for whatever its user asks."""
    priority: int
    """From 0 to 100; the greatest comes first, and of the same the one that was made first."""
    active: bool
    """Whether it may be chosen."""
    usage_count: int
    """How many answers and steps of tasks it was told for. Its growth is no change that live lists tell."""


class InstructionPage(ServerData, kw_only=True):
    """The reply to `instruction:list`; `nextCursor` is null on the last page."""

    items: list[InstructionItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class InstructionDeleted(ServerData, kw_only=True):
    """The reply to `instruction:delete`."""

    instruction_id: int
    """Id of an instruction."""


class InstructionSubscribed(ServerData, kw_only=True):
    """The reply to `instruction:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class InstructionChanged(ServerData, kw_only=True):
    """Something has become of an instruction; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    instruction_id: int | None
    """Id of an instruction."""
    item: InstructionItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class InstructionUnsubscribed(ServerData, kw_only=True):
    """The reply to `instruction:unsubscribe`."""


class InstructionsTold(ServerData, kw_only=True):
    """The reply to `instruction:preview`."""

    items: list[InstructionItem]
    """In the order in which they are told."""
    text: str
    """What follows the system prompt."""


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
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    model: str
    """The model, by its `id`."""
    rating: int
    """From 1, which is bad, to 5."""
    task_type: TaskType | str | None
    """For which kind of task; null: for all."""
    comment: str | None
    """Why, in your words."""


class RatingPage(ServerData, kw_only=True):
    """The reply to `rating:list`; `nextCursor` is null on the last page."""

    items: list[RatingItem]
    """The entries of this page, in order."""
    next_cursor: str | None
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
    rating_id: int | None
    """Id of a rating of a model."""
    item: RatingItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class RatingUnsubscribed(ServerData, kw_only=True):
    """The reply to `rating:unsubscribe`."""


class RatingSummaries(ServerData, kw_only=True):
    """The reply to `rating:summary`."""

    items: list[RatingModel]
    """The models that somebody has rated, or answers of which."""


class RatingModel(ServerData, kw_only=True):
    """What all people together think of a model."""

    model: str
    """The model, by its `id`."""
    count: int
    """How many ratings it has."""
    mean: float | None
    """Their mean, from 1 to 5; null where there are none."""
    up: int
    """How many of its answers somebody found good (`chat:rate`)."""
    down: int
    """How many of its answers somebody found bad."""
    up_share: float | None
    """The share of `up` among both; null where nobody has rated an answer."""


class TextEstimated(ServerData, kw_only=True):
    """The reply to `text:estimate`. `atMost` is a cautious figure, the same as `tokens` when that is exact.

    `method`: `exact` by the server's tokenizer, `calibrated` by what the model counted before, or `heuristic`.
    """

    tokens: int
    """How many tokens there are."""
    at_most: int
    """A cautious count of tokens, the same as `tokens` where that is exact."""
    method: CountMethod | str
    """How tokens were counted."""
    model: str | None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    characters: int
    """How many Unicode code points there are."""


class TextTruncated(ServerData, kw_only=True):
    """The reply to `text:truncate`: what is left, of what was sent; `atMost` is not over `limit`."""

    text: str | None
    """What is left of the text; null when messages were sent."""
    messages: list[TextKept] | None
    """What is left of the messages; null when a text was sent."""
    removed: list[TextRemoved]
    """What was cut out, in order."""
    tokens: int
    """How many tokens there are."""
    at_most: int
    """A cautious count of tokens, the same as `tokens` where that is exact."""
    limit: int
    """Tokens that were allowed; `atMost` is not over it."""
    method: CountMethod | str
    """How tokens were counted."""
    model: str | None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""


class TextKept(ServerData, kw_only=True):
    """A message that stays; `index` is its place among those sent."""

    index: int
    """Its place among the messages that were sent, from 0."""
    id: int | None
    """The id that was sent with it."""
    role: TextRole | str
    """Who speaks in it."""
    content: str
    """The text."""


class TextRemoved(ServerData, kw_only=True):
    """What was cut: code points from `start` up to `end`, of the text or of the message `index`."""

    start: int
    """Position of its first code point, from 0."""
    end: int
    """Position behind its last code point."""
    index: int | None = None
    """Place of the message that it was cut from; null where a text was sent."""
    id: int | None = None
    """The id that was sent with the message."""


class TextChunked(ServerData, kw_only=True):
    """The reply to `text:chunk`. The texts without their overlaps, joined, are the text sent; `method` is how tokens
    were counted. `nextChunk` is null with the last chunk; else it is where another request goes on.
    """

    chunks: list[TextPiece]
    """The parts, in order."""
    unit: TextUnit | str
    """What the sizes are measured in."""
    method: CountMethod | str | None
    """How tokens were counted."""
    model: str | None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    next_chunk: int | None = None
    """What to send as `firstChunk` for the chunks that are left; null with the last one."""


class TextPiece(ServerData, kw_only=True):
    """A chunk: code points from `start` up to `end`; its first `overlap` ones are those of the chunk before.

    `size` is in the unit asked for, never over the size asked for.
    """

    index: int
    """Its place in the order, from 0."""
    start: int
    """Position of its first code point, from 0."""
    end: int
    """Position behind its last code point."""
    overlap: int
    """How much of the end of the chunk before is repeated, in the unit of the sizes."""
    size: int
    """How long it is, in the unit asked for."""
    text: str
    """The text."""


class TextProcessed(ServerData, kw_only=True):
    """The final frame of a `text:process`: all parts in order, failed ones in their place.

    `result` is the answer to `reduce`, in which failed parts were noted in their place; null without `reduce`, and when
    there is none: `error` says why that step failed. With `complete` false, a `text:process` with `jobId` tries again
    what failed, and that step. A job is kept for a week after it was last worked on. `nextPart` is null with the last
    part; else the parts end before that one, and another request reads on.
    """

    job_id: int
    """Id of the job, by which it can be taken up again."""
    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    parts: list[TextPart]
    """The parts, in order."""
    failed: int
    """How many parts failed."""
    complete: bool
    """Whether every part and the last step worked."""
    result: str | None
    """The answer to `reduce`; null without one, and when that step failed."""
    error: TextError | None
    """Why the last step failed; null when it did not."""
    next_part: int | None = None
    """What to send as `firstPart` for the parts that are left; null with the last one."""


class TextPart(ServerData, kw_only=True):
    """What became of a chunk: `output`, or `error` after `attempts`. `start` and `end` count code points."""

    index: int
    """Its place in the order, from 0."""
    start: int
    """Position of its first code point, from 0."""
    end: int
    """Position behind its last code point."""
    output: str | None
    """What the model made of it; null when it failed."""
    finish_reason: str | None
    """Why the model ended: `stop`, `length` (cut off), `loop` (it went in circles), `tool_calls`, or a word of its
    server; null when it did not end by itself.
    """
    error: TextError | None
    """Why it failed; null when it did not."""
    attempts: int
    """How many times the model was asked."""


class TextError(ServerData, kw_only=True):
    """Why a part failed, by the wire's error codes."""

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people."""
    retryable: bool
    """Whether the same request may succeed later."""


class TextProgress(ServerData, kw_only=True):
    """`text:progress`: how far a `text:process` is, on change and at least every 5 s. The first one tells `jobId`.

    `done` and `failed` count the chunks of `total` while the phase is `map`, and calls while it is `reduce`.
    """

    job_id: int
    """Id of the job, by which it can be taken up again."""
    phase: ProcessPhase | str
    """What it is at."""
    done: int
    """How many chunks, or calls in the phase `reduce`, are done."""
    failed: int
    """How many of them failed."""
    total: int
    """How many there are."""
    elapsed_ms: int
    """Milliseconds since it began."""


class VerifyLedger(ServerData, kw_only=True):
    """What was found out about an answer of `authors`. `claims` are the first of `claimCount`.

    `outcome`: `verified` only when a model other than the authors approved; `self_checked` when only an author did, or
    a judge that failed its trial; `undecided` is for a person. `confidence` (0 to 100) is what `findings` leave of 100;
    below `threshold` the answer is `flagged`, and never approved. `unchecked` tells what could not be looked into, and
    why.
    """

    id: int
    """Its id."""
    message_id: int | None
    """Id of the answer; null when it is no message of a chat."""
    timestamp: str
    """When it happened, or was told."""
    authors: list[str]
    """Names of the models that wrote the answer."""
    task_type: TaskType | str
    """What kind of work it is."""
    outcome: VerifyOutcome | str
    """How the check ended."""
    score: int | None
    """How good it is, from 0 to 100; null when nobody said."""
    reviewer: str | None
    """The model whose word decided; null when none did."""
    notes: str
    """What was said about it, for people."""
    guidance: str
    """What the author should do better, for a next attempt."""
    confidence: int
    """From 0 to 100: what the findings leave of 100."""
    threshold: int
    """From 0 to 100: the least `confidence` with which an answer can be approved."""
    flagged: bool
    """Whether `confidence` is below `threshold`; such an answer is never approved."""
    verdicts: list[VerifyVerdict]
    """What each judge said."""
    findings: list[VerifyFinding]
    """What speaks against the answer."""
    unchecked: list[str]
    """What could not be looked into, and why."""
    claims: list[VerifyClaimItem]
    """The claims of the answer, each with what is known of it."""
    claim_count: int
    """How many claims the answer makes; `claims` are the first of them."""
    sources: list[str]
    """Names of the texts that the answer was measured by."""
    cost: VerifyCost
    """What the models took that were asked."""


class VerifyVerdict(ServerData, kw_only=True):
    """What a judge says of an answer. One that `abstained` (why) has approved nothing, and has no score.

    `role`: `validator` speaks first; `decider` has seen what the validator said. `discounted` is why its approval
    verifies nothing: what its trial as a judge has shown, or that there was none.
    """

    role: JudgeRole | str
    """As which judge it spoke."""
    model: str | None
    """The model that judged; null when there was none."""
    approved: bool | None
    """Whether the answer is good enough; null when it abstained."""
    score: int | None
    """How good it is, from 0 to 100; null when nobody said."""
    criteria: list[VerifyCriterion]
    """What it says of each side of the answer."""
    missing: list[str]
    """What the answer lacks."""
    errors: list[str]
    """What is wrong in the answer."""
    notes: str
    """What was said about it, for people."""
    abstained: str | None
    """Why it gave no verdict; null when it did."""
    discounted: str | None = None
    """Why its approval verifies nothing; null where it counts, or is none."""


class VerifyCriterion(ServerData, kw_only=True):
    """What a judge says of one side of an answer."""

    name: VerifyCriterionName | str
    """Which side of the answer."""
    passed: bool
    """Whether the answer is right on this side."""
    reason: str
    """Why."""


class VerifyFinding(ServerData, kw_only=True):
    """Something that speaks against an answer, the `points` that it costs, and the model that said so, if one did."""

    kind: VerifyFindingKind | str
    """What kind of thing it is."""
    points: int
    """What it costs of 100."""
    reason: str
    """What it is, for people."""
    checked_by: str | None
    """The model that said so; null when none was asked."""


class VerifyClaimItem(ServerData, kw_only=True):
    """One claim of an answer: its code points from `start` up to `end`, and what is known of it.

    `support` (0 to 1, how likely the sources bear it out) by `method` is what they say, found without a model, and
    `verdict` that in one word; it is null in ledgers made before there was one. `agreement` (0 to 1) is how far its
    author's other answers say the same; `judged` is what the model `checkedBy` thinks of it, and `reason` why;
    `opinions` has that and what further models think. `score` (0 to 1) is what all of that comes to, null where nothing
    can be told.
    """

    index: int
    """Its place in the order, from 0."""
    claim: str
    """The claim, in the words of the answer."""
    start: int
    """Position of its first code point, from 0."""
    end: int
    """Position behind its last code point."""
    support: float
    """From 0 to 1, by the sources; from 0.5 on it counts as supported."""
    method: str
    """How the sources were searched."""
    evidence: VerifyEvidence | None
    """Where in the sources the claim was found; null when it was not."""
    agreement: float | None
    """From 0 to 1: how far other answers of its author say the same; null when none were asked for."""
    judged: VerifyOpinion | str | None
    """What the model `checkedBy` thinks of it; null when none was asked."""
    checked_by: str | None
    """The model that said so; null when none was asked."""
    reason: str | None
    """Why `checkedBy` thinks so; null when none was asked."""
    score: float | None
    """From 0 to 1: what all of that comes to; null when nothing can be told."""
    verdict: VerifyClaimVerdict | str | None = None
    """What the sources say in one word; null in ledgers made before there was one."""
    opinions: list[VerifyClaimOpinion] = []
    """What models think of it, the judge among them."""


class VerifyEvidence(ServerData, kw_only=True):
    """What a claim was found in: code points from `start` up to `end` of a source; `text` is how that begins."""

    source: str
    """Name of the source."""
    start: int
    """Position of its first code point, from 0."""
    end: int
    """Position behind its last code point."""
    text: str
    """How the passage begins."""


class VerifyClaimOpinion(ServerData, kw_only=True):
    """What the model `by` thinks of a claim: how likely it is borne out (`value`, 0 to 1) where that could be told,
    and in one word; null where neither is likely enough. A reranker tells how well a text goes with a claim.
    `weight` is by how much a judge's word moves the log-odds of the claim, by its trial.
    """

    by: str
    """The model, as `id@backend`."""
    kind: VerifyOpinionSource | str
    """What kind of model it is, and so how it was asked."""
    value: float | None
    """From 0 to 1: how likely the claim is borne out; null when only a word came."""
    opinion: VerifyOpinion | str | None
    """In one word; null when neither is likely enough."""
    reason: str
    """What was answered, or what the value is."""
    weight: float | None = None
    """Of a judge: by how much its word moves the log-odds of the claim; null for others, and in older ledgers."""


class VerifyCost(ServerData, kw_only=True):
    """What asking models took: calls, tokens, and seconds, side by side ones added up.

    Tokens are as the servers counted them, and guessed where they don't.
    """

    calls: int = 0
    """How many times a model was asked."""
    prompt_tokens: int = 0
    """Tokens that the model was given."""
    completion_tokens: int = 0
    """Tokens that were generated."""
    seconds: float = 0.0
    """Seconds that the models took, those side by side added up."""


class VerifyClaim(ServerData, kw_only=True):
    """`verify:claim`: a claim as soon as it is found, and again, with the same `index`, when more is known of it."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    claim: VerifyClaimItem
    """A claim of the answer."""


class VerifyLedgerList(ServerData, kw_only=True):
    """The reply to `verify:list`: of each answer the latest ledger; `nextCursor` is null on the last page."""

    items: list[VerifyLedgerItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class VerifyLedgerItem(ServerData, kw_only=True):
    """A ledger without what it says in detail, which `verify:get` has."""

    id: int
    """Its id."""
    message_id: int
    """Id of the answer that was checked."""
    timestamp: str
    """When it happened, or was told."""
    outcome: VerifyOutcome | str
    """How the check ended."""
    score: int | None
    """How good it is, from 0 to 100; null when nobody said."""
    confidence: int
    """From 0 to 100: what the findings leave of 100."""
    flagged: bool
    """Whether `confidence` is below `threshold`; such an answer is never approved."""
    claim_count: int
    """How many claims the answer makes."""


class VerifyTrialList(ServerData, kw_only=True):
    """`verify:trials`: the trials that still hold, of models that are there; none while they are switched off."""

    trials: list[VerifyTrial]
    """One for each model that was tried."""


class VerifyTrial(ServerData, kw_only=True):
    """What a model said of samples whose labels are known. It `passed`: its approval counts as verification;
    `failure` is why it does not. Of the results and claims that are right and wrong: how many it approved and
    refused, called supported and doubted; what it gave no word on is in neither.
    """

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""
    timestamp: str
    """When it happened, or was told."""
    passed: bool
    """Whether its approval counts as verification."""
    failure: str | None
    """Why its approval does not count, as the end of a sentence that begins with its name; null when it does."""
    right: int
    """How many results without a fault it was shown."""
    right_approved: int
    """How many of them it approved."""
    wrong: int
    """How many results with a fault it was shown."""
    wrong_approved: int
    """How many of them it approved."""
    wrong_refused: int
    """How many of them it refused."""
    claims_right: int
    """How many claims it was asked about that the text bears out."""
    claims_right_supported: int
    """How many of them it called supported."""
    claims_right_doubted: int
    """How many of them it called contradicted or unsupported."""
    claims_wrong: int
    """How many claims it was asked about that the text does not bear out."""
    claims_wrong_supported: int
    """How many of them it called supported."""
    claims_wrong_doubted: int
    """How many of them it called contradicted or unsupported."""


class TaskReply(ServerData, kw_only=True):
    """The task, as the request has left it."""

    task: TaskItem
    """The task."""


class TaskItem(ServerData, kw_only=True):
    """A task. `waitsFor` is null unless its `status` is `waiting`; `reason` says why it is as it is, if there is one.

    `pausing`: it was told to pause and its last steps still run. `started`: it was told to begin, or has begun.
    `planned`: its subtasks come from the planner `planModel`. `round` counts how often it was begun anew. `cut`: its
    description or result is only the beginning here; `task:get` has them whole.
    """

    id: int
    """Its id."""
    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists."""
    priority: TaskPriority | str
    """Which of several comes first."""
    status: TaskState | str
    """How it stands."""
    waits_for: TaskWaitsFor | str | None
    """What it waits for; null unless its `status` is `waiting`."""
    reason: str | None
    """Why it stands as it does, for people; null when there is nothing to say."""
    due_at: str | None
    """When it should be done; null for no date. Nothing happens at that time by itself."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    completed_at: str | None
    """When it was completed; null until then."""
    deleted_at: str | None
    """ISO-8601, UTC, with milliseconds"""
    description: str
    """What is to be done."""
    pausing: bool
    """Whether it was told to pause, and its last steps still run."""
    model: str | None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    auto_run: bool
    """Whether a plan is run without a person's approval. It does not start the task: `task:run` or `task:plan` does."""
    planned: bool
    """Whether its subtasks come from a planner."""
    plan_model: str | None
    """The model that made the plan; null when there is no plan."""
    round: int
    """How often it was begun anew, from 1."""
    budget: TaskBudget
    """What the task may take."""
    result: str | None
    """The result; null when there is none."""
    result_notes: str
    """What has to be said about the result."""
    started_at: str | None
    """When it was begun; null before."""
    started: bool
    """Whether it was told to begin."""
    depends_on: list[int]
    """Ids of those that must be completed before this one begins."""
    spent: TaskSpent
    """What it has taken so far."""
    links: list[TaskLink]
    """Which parts of the result come from which subtask."""
    cut: bool
    """Whether long texts are only given in their beginning here."""
    version: int
    """Grows with each change, whoever makes it; also with what its steps do."""


class TaskBudget(ServerData, kw_only=True):
    """What a task may take; null is no limit."""

    max_calls: int | None
    """How many times models may be asked; null for no limit."""
    max_tokens: int | None
    """Tokens that may be read and written; null for no limit."""
    max_minutes: float | None
    """Minutes that its steps may take together; null for no limit."""


class TaskSpent(ServerData, kw_only=True):
    """What a task has taken: calls of models, tokens read and written, seconds of its steps together."""

    calls: int
    """How many times a model was asked."""
    tokens: int
    """Tokens that were read and written."""
    seconds: float
    """Seconds of its steps together."""


class TaskLink(ServerData, kw_only=True):
    """`mark`, as it stands in a task's result, speaks of the result of this subtask."""

    mark: str
    """A mark as it stands in the result."""
    subtask_id: int
    """Id of a subtask; null where the task itself is meant."""


class TaskFound(ServerData, kw_only=True):
    """The reply to `task:get`: the task and its subtasks, and what persons were asked, answered or not: the latest
    of it when there is too much for one reply.
    """

    task: TaskItem
    """The task."""
    subtasks: list[SubtaskItem]
    """Its subtasks, in order."""
    approvals: list[TaskApproval]
    """What persons were asked about it, answered or not."""


class SubtaskItem(ServerData, kw_only=True):
    """A subtask. `attempts` counts all; `kept` is the one whose result this is, made by `resultModel` for `reasons`.

    `verified`: approved by another model than its author; `selfChecked`: only by its author, or by a judge that failed
    its trial. `cut`: prompt or result is only the beginning here; `subtask:get` has them whole.
    """

    id: int
    """Its id."""
    task_id: int
    """Id of a task."""
    position: int
    """Its place among the task's subtasks, from 0."""
    title: str
    """What it is called in lists."""
    prompt: str
    """What the model is told to do."""
    task_type: TaskType | str
    """What kind of work it is."""
    difficulty: int
    """From 1 (easy) to 10 (hard); harder work goes to stronger models."""
    assistant: str | None
    """Name of the assistant that does it; null where the daemon chooses."""
    model: str | None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    needs_approval: bool
    """Whether a person is asked before it begins."""
    depends_on: list[int]
    """Ids of those that must be completed before this one begins."""
    status: SubtaskState | str
    """How it stands."""
    attempts: int
    """How often it was tried."""
    kept: int | None
    """The number of the attempt whose result this is; null when there is none."""
    result: str | None
    """The result; null when there is none."""
    result_model: str | None
    """The model that made the result; null when there is none."""
    score: int | None
    """How good it is, from 0 to 100; null when nobody said."""
    reviewer: str | None
    """The model whose word decided; null when none did."""
    notes: str
    """What was said about it, for people."""
    verified: bool
    """Whether another model than its author approved it."""
    self_checked: bool
    """Whether it was approved, but by none whose approval verifies it: its author, or a judge that failed its trial."""
    reasons: list[str]
    """Why it was chosen, for people."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    completed_at: str | None
    """When it was completed; null until then."""
    cut: bool
    """Whether long texts are only given in their beginning here."""


class TaskApproval(ServerData, kw_only=True):
    """`task:approval`: to subscribers, when a person is asked, and when that has changed.

    A question to a person: may the plan be run (`plan`), may this subtask be begun (`step`), does its result stand
    (`result`), does the task go on without another one that came to nothing (`dependency`)? `note` says which one that
    is, or what persons said of the results that they refused before; once it is answered, what was said with the
    answer. `hash` binds to exactly that; when it is changed, there is another hash or another question. It stays `open`
    until somebody answers; `withdrawn`: it is no longer asked.
    """

    approval_id: int
    """Id of a question to a person."""
    task_id: int
    """Id of a task."""
    subtask_id: int | None
    """Id of a subtask; null where the task itself is meant."""
    kind: ApprovalKind | str
    """What is asked."""
    hash: str
    """Binds an approval to exactly what would be done."""
    status: ApprovalState | str
    """How it stands."""
    note: str
    """The word of the person who answered."""
    created_at: str
    """When it was created."""
    decided_at: str | None
    """When a person answered; null while the question is open."""


class TaskPage(ServerData, kw_only=True):
    """The reply to `task:list`; `nextCursor` is null on the last page."""

    items: list[TaskListItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many tasks fit, if that was asked for."""


class TaskListItem(ServerData, kw_only=True):
    """A task as lists show it; `completed` of its `subtasks` are done."""

    id: int
    """Its id."""
    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists."""
    priority: TaskPriority | str
    """Which of several comes first."""
    status: TaskState | str
    """How it stands."""
    waits_for: TaskWaitsFor | str | None
    """What it waits for; null unless its `status` is `waiting`."""
    reason: str | None
    """Why it is so, for people; null when there is nothing to say."""
    due_at: str | None
    """When it should be done; null for no date. Nothing happens at that time by itself."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    completed_at: str | None
    """When it was completed; null until then."""
    deleted_at: str | None
    """ISO-8601, UTC, with milliseconds"""
    subtasks: int
    """How many subtasks it has."""
    completed: int
    """How many of its subtasks are completed."""


class TaskUpdated(ServerData, kw_only=True):
    """`task:update`: a task and its subtasks in order, whole; the reply to `task:update`, and to subscribers
    whenever something of it has changed, whoever did it. Of changes that follow each other quickly only the last may
    be told.
    """

    task: TaskItem
    """The task."""
    subtasks: list[SubtaskItem]
    """Its subtasks, in order."""
    timestamp: str
    """When it happened, or was told."""


class TaskDeleted(ServerData, kw_only=True):
    """The reply to `task:delete`."""

    task_id: int
    """Id of a task."""


class TaskSubscribed(ServerData, kw_only=True):
    """The reply to `task:subscribe`; a `task:update` and the open `task:approval`s follow at once. Where all tasks
    are followed `taskId` is 0, and only changes are told.
    """

    task_id: int
    """Id of a task."""


class TaskStreaming(ServerData, kw_only=True):
    """`task:streaming`: text of a step that runs, of the task itself where `subtaskId` is null.

    `seq` is the number of code points including this `chunk`. `begin`: it is the first; if there was text of this step
    and `attempt` before, forget that. `done`: no more comes; what stands is told by `task:update`.
    """

    task_id: int
    """Id of a task."""
    subtask_id: int | None
    """Id of a subtask; null where the task itself is meant."""
    step: StepKind | str
    """What the step does."""
    attempt: int
    """Which attempt it is, from 1."""
    model: str | None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    seq: int
    """Code points of the step's text including this `chunk`."""
    begin: bool
    """Whether it is the first text of this step and attempt; forget what came of it before."""
    chunk: str
    """Text that follows the text before it, byte for byte."""
    done: bool
    """Whether no more of this step comes."""


class TaskUnsubscribed(ServerData, kw_only=True):
    """The reply to `task:unsubscribe`; without `id` to subscribers of a task that was deleted, or that they see no
    more. `taskId` is 0 in the reply for all tasks.
    """

    task_id: int
    """Id of a task."""


class TaskApproved(ServerData, kw_only=True):
    """The reply to `task:approve`: the question with its answer."""

    approval: TaskApproval
    """The question with its answer."""


class TaskApprovalPage(ServerData, kw_only=True):
    """The reply to `task:approvals`; `nextCursor` is null on the last page."""

    items: list[TaskApproval]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class TaskLogPage(ServerData, kw_only=True):
    """The reply to `task:logs`; `nextCursor` is null on the last page."""

    items: list[TaskLogItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class TaskLogItem(ServerData, kw_only=True):
    """One line of a task's log; `details` is an object whose members depend on what happened."""

    id: int
    """Its id."""
    subtask_id: int | None
    """Id of a subtask; null where the task itself is meant."""
    level: LogLevel | str
    """How much it matters."""
    message: str
    """What happened."""
    details: dict[str, Any] | None
    """An object whose members depend on what happened; null when there is none."""
    timestamp: str
    """When it happened, or was told."""


class TaskBrakeState(ServerData, kw_only=True):
    """The reply to `task:brakes`: limits in percent in use, null for what never brakes."""

    cpu: float | None
    """Of the processor, without what this daemon's own model servers use."""
    memory: float | None
    """Of main memory."""
    vram: float | None
    """Of the fullest graphics card's memory."""
    disk: float | None
    """Of the data directory's file system; less than 1 GB free brakes, too."""
    reason: str | None
    """Why no new step begins, for people; null while one may. The machine is looked at while there are tasks."""


class TaskStatistics(ServerData, kw_only=True):
    """The reply to `task:stats`. `successRate` is the share of completed tasks among those completed or failed."""

    total: int
    """How many tasks there are."""
    by_status: TaskCounts
    """How many tasks there are of each status."""
    success_rate: float | None
    """From 0 to 1: how many of those that ended did so completed; null when none has ended."""
    calls: int
    """How many times a model was asked."""
    tokens: int
    """Tokens that were read and written."""
    seconds: float
    """Seconds that the models took, those side by side added up."""
    times: TaskTimes
    """How long tasks took."""
    by_model: list[TaskModelFigures]
    """How each model did, by kind of work."""


class TaskCounts(ServerData, kw_only=True):
    """How many tasks there are of each status."""

    pending: int = 0
    """Not told to begin yet."""
    planning: int = 0
    """A planner splits them."""
    executing: int = 0
    """Their subtasks are done."""
    validating: int = 0
    """What was done is checked."""
    consolidating: int = 0
    """The results are joined."""
    waiting: int = 0
    """They wait; `waitsFor` of each says for what."""
    paused: int = 0
    """A person paused them."""
    completed: int = 0
    """How many are completed."""
    failed: int = 0
    """They ended without a result."""
    cancelled: int = 0
    """A person ended them."""


class TaskTimes(ServerData, kw_only=True):
    """Seconds from the first step to the end, over the `tasks` completed last: median and 95th percentile."""

    tasks: int
    """How many tasks these figures are about."""
    p50: float | None
    """Seconds; half of the tasks took less. Null when there are none."""
    p95: float | None
    """Seconds; 95 of 100 tasks took less. Null when there are none."""


class TaskModelFigures(ServerData, kw_only=True):
    """How a model did at a kind of task: results made, and of those `checked` by others how many they approved."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    task_type: TaskType | str
    """What kind of work it is."""
    runs: int
    """How many results it made."""
    checked: int
    """How many of the results were checked by another model."""
    approved: int
    """How many of the checked ones others approved."""
    score: float | None
    """The mean score, from 0 to 100; null when none was checked."""
    tokens: int
    """Tokens that it read and wrote."""
    seconds: float
    """Seconds that the models took, those side by side added up."""


class TaskListSubscribed(ServerData, kw_only=True):
    """The reply to `task:list:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class TaskListChanged(ServerData, kw_only=True):
    """Something has become of a task; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    task_id: int | None
    """Id of a task."""
    item: TaskListItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class TaskListUnsubscribed(ServerData, kw_only=True):
    """The reply to `task:list:unsubscribe`."""


class SubtaskReply(ServerData, kw_only=True):
    """The subtask, as the request has left it."""

    subtask: SubtaskItem
    """The subtask."""


class SubtaskFound(ServerData, kw_only=True):
    """The reply to `subtask:get`; `ledger` is about the attempt that was kept, null when there is none."""

    subtask: SubtaskItem
    """The subtask."""
    attempts: list[SubtaskAttempt]
    """All attempts, in order."""
    ledger: VerifyLedger | None
    """What was found out about the result; null when there is none."""


class SubtaskAttempt(ServerData, kw_only=True):
    """One attempt: `text` (its beginning, of `characters` in all) by `model`, or the `error`; and its check."""

    attempt: int
    """Which attempt it is, from 1."""
    round: int
    """In which round of the task it was made."""
    state: StepState | str
    """How it stands."""
    model: str | None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    text: str | None
    """The beginning of its result; null when there is none."""
    characters: int
    """How many Unicode code points there are."""
    reasons: list[str]
    """Why it was chosen, for people."""
    error: str | None
    """Why it failed; null when it did not."""
    check: SubtaskCheck | None
    """How its check ended; null when there was none."""
    started_at: str
    """When it was begun; null before."""
    ended_at: str | None
    """When it ended; null while it runs."""


class SubtaskCheck(ServerData, kw_only=True):
    """How the check of an attempt ended; `ledgerId` names its ledger of claims."""

    outcome: VerifyOutcome | str
    """How the check ended."""
    score: int | None
    """How good it is, from 0 to 100; null when nobody said."""
    reviewer: str | None
    """The model whose word decided; null when none did."""
    notes: str
    """What was said about it, for people."""
    guidance: str
    """What the author should do better, for a next attempt."""
    ledger_id: int | None
    """Id of the ledger of claims; null when there is none."""
    verdicts: list[SubtaskVerdict]
    """What each judge said."""


class SubtaskVerdict(ServerData, kw_only=True):
    """What one model thought of an attempt."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    opinion: SubtaskOpinion | str
    """What it thought."""
    score: int | None
    """How good it is, from 0 to 100; null when nobody said."""
    notes: str
    """What was said about it, for people."""


class SubtaskPage(ServerData, kw_only=True):
    """The reply to `subtask:list`; `nextCursor` is null on the last page."""

    items: list[SubtaskItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class SubtaskDeleted(ServerData, kw_only=True):
    """The reply to `subtask:delete`."""

    subtask_id: int
    """Id of a subtask; null where the task itself is meant."""
    task_id: int
    """Id of a task."""


class SubtaskReordered(ServerData, kw_only=True):
    """The reply to `subtask:reorder`: the task's subtasks in their new order."""

    task_id: int
    """Id of a task."""
    items: list[SubtaskItem]
    """The entries of this page, in order."""


class ExecutionLogPage(ServerData, kw_only=True):
    """The reply to `execution-log:list`; `nextCursor` is null on the last page."""

    items: list[ExecutionLogItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many there are."""


class ExecutionLogItem(ServerData, kw_only=True):
    """A line of the log: something that a task did, or that was done to it. The daemon writes it; nobody else can."""

    id: int
    """Its id."""
    task_id: int
    """The task that it is about."""
    subtask_id: int | None
    """The subtask that it is about; null where it is the task as a whole."""
    level: LogLevel | str
    """How much it matters."""
    message: str
    """What happened."""
    metadata: dict[str, Any] | None
    """An object whose members depend on what happened; null when there is none."""
    created_at: str
    """When it was created."""


class ExecutionLogSubscribed(ServerData, kw_only=True):
    """The reply to `execution-log:subscribe`; the lines follow it, after the change of this number."""

    number: int
    """Of the latest change."""
    recovered: bool
    """Whether all lines after `since` will be told; else read the list again."""


class ExecutionLogChanged(ServerData, kw_only=True):
    """A new line of the log; pushed to whoever has subscribed and sees its task."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """`created`; `deleted` where it is gone by now; `reset`: read the list again."""
    execution_log_id: int | None
    """Which line; null for `reset`."""
    item: ExecutionLogItem | None
    """The line; null when it is gone, or its task may not be seen any more."""


class ExecutionLogUnsubscribed(ServerData, kw_only=True):
    """The reply to `execution-log:unsubscribe`."""


class CredentialItem(ServerData, kw_only=True):
    """A credential without its secret."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    kind: CredentialKind | str
    """What it is for."""
    hint: str
    """The last characters of a long secret; empty for a short one."""
    key_id: str
    """Id of the master key that it is sealed under."""
    test: CredentialTestOutcome | None
    """What came of the last test with this secret; null when there was none."""
    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    version: int
    """Counts its changes."""
    changed_at: str
    """When the secret was stored last."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class CredentialTestOutcome(ServerData, kw_only=True):
    """What came of a test."""

    backend: str
    """Name of the model server that was asked."""
    ok: bool
    """Whether the server listed its models."""
    models: int | None
    """How many models it listed; null when it did not."""
    key_needed: bool | None
    """Whether it lists nothing without a key; false means that the test says nothing of the key. Null when that is
    not known.
    """
    message: str | None
    """Why it did not, for people; null when it did."""
    tested_at: str
    """When it was asked."""


class CredentialPage(ServerData, kw_only=True):
    """The reply to `credential:list`; `nextCursor` is null on the last page."""

    items: list[CredentialItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many there are."""


class CredentialDeleted(ServerData, kw_only=True):
    """The reply to `credential:delete`."""

    credential_id: int
    """Id of a credential."""


class CredentialSubscribed(ServerData, kw_only=True):
    """The reply to `credential:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class CredentialChanged(ServerData, kw_only=True):
    """Something has become of a credential; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    credential_id: int | None
    """Id of a credential."""
    item: CredentialItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class CredentialUnsubscribed(ServerData, kw_only=True):
    """The reply to `credential:unsubscribe`."""


class AccountItem(ServerData, kw_only=True):
    """An account at a service that wants money. Money is counted in millionths of a unit of its currency."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    name: str
    """Its name."""
    service: str
    """Who provides it."""
    account_identifier: str
    """What the service calls it."""
    credential_id: int | None
    """Id of a credential."""
    currency: str
    """In what it counts, by three letters."""
    credit_limit: int | None
    """How much may be spent in a month of UTC, in millionths; null for any amount."""
    alert_threshold: int | None
    """From how much in a month on its owner is told, in millionths; null for never."""
    credit_balance: int | None
    """What was left at the service when somebody looked, in millionths: the daemon neither asks for it nor counts it
    down.
    """
    prices: list[AccountPrice]
    """What its models cost; those without a price count as nothing."""
    metadata: dict[str, str | int | float | bool | None]
    """What else is to be kept with it."""
    active: bool
    """Whether model servers that belong to it are asked."""
    last_sync: str | None
    """When the service was asked for the balance last; null for never: the daemon doesn't ask yet."""
    usage_this_month: int
    """What was spent in `usageMonth`, in millionths."""
    usage_month: str
    """The month, by UTC, that `usageThisMonth` is about; empty before anything was spent."""


class AccountPrice(ServerData, kw_only=True):
    """What a model costs, or every other one: millionths of a unit of the account's currency for a million tokens."""

    prompt_per_million: int
    """For a million tokens that are read."""
    completion_per_million: int
    """For a million tokens that are generated."""
    model: str | None = None
    """Id of the model, as its server calls it; null for all that are not named."""


class AccountPage(ServerData, kw_only=True):
    """The reply to `account:list`; `nextCursor` is null on the last page."""

    items: list[AccountItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class AccountDeleted(ServerData, kw_only=True):
    """The reply to `account:delete`."""

    account_id: int
    """Id of an account."""


class AccountSubscribed(ServerData, kw_only=True):
    """The reply to `account:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class AccountChanged(ServerData, kw_only=True):
    """Something has become of an account; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    account_id: int | None
    """Id of an account."""
    item: AccountItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class AccountUnsubscribed(ServerData, kw_only=True):
    """The reply to `account:unsubscribe`."""


class AccountUsageReport(ServerData, kw_only=True):
    """The reply to `account:usage`; `nextCursor` is null on the last page."""

    account_id: int
    """Id of an account."""
    currency: str
    """In what it counts, by three letters."""
    items: list[AccountDayItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class AccountDayItem(ServerData, kw_only=True):
    """What was asked of a model on a day, and what that cost."""

    day: str
    """The day in UTC, such as `2026-11-29`."""
    model: str
    """The model's id."""
    requests: int
    """How many requests took tokens."""
    prompt_tokens: int
    """Tokens that the model was given."""
    completion_tokens: int
    """Tokens that were generated."""
    cost_micros: int
    """What they cost, in millionths of a unit of the account's currency, as far as prices were known."""
    unpriced: int
    """How many of the requests had no price, and count as nothing."""


class AccountUsagePage(ServerData, kw_only=True):
    """The reply to `account:usage:list`; `nextCursor` is null on the last page."""

    items: list[AccountUsageItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class AccountUsageItem(ServerData, kw_only=True):
    """A request to a model server that belongs to an account."""

    id: int
    """Its id."""
    at: str
    """When it ended."""
    user_id: int
    """Id of the user for whom it was; 0 is the local owner, -1 the daemon itself."""
    task_id: int | None
    """Id of the task for which it was; null for none."""
    backend: str
    """Name of the model server."""
    model: str
    """The model's id."""
    requests: int
    """How many requests these are: one, unless the database was away for long."""
    prompt_tokens: int
    """Tokens that the model was given."""
    completion_tokens: int
    """Tokens that were generated."""
    cost_micros: int | None
    """What it cost, in millionths of a unit of the account's currency; null where no price was known."""


class ProviderItem(ServerData, kw_only=True):
    """A model server: of the configuration, or added while the daemon runs."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None
    """When it was removed; null while it is there."""
    name: str
    """By which it is shown, and told from others in `id@backend`."""
    url: str
    """Its address, with or without `/v1`."""
    kind: BackendKind | str | None
    """What it is; null: found out by asking it."""
    credential_id: int | None
    """Id of the credential that it is sent as its key; null: none."""
    account_id: int | None
    """Id of the account that pays for what is asked of it; null: none."""
    slots: int | None
    """Answers that it generates at once; null: what it says, or what is usual for its kind."""
    models: list[str]
    """Models that it serves and doesn't list."""
    aliases: dict[str, str]
    """Other names for its models, each with the model's id."""
    connect_seconds: float
    """Seconds to open a connection."""
    first_event_seconds: float
    """Seconds until the first output."""
    gap_seconds: float
    """Seconds between two pieces of output."""
    total_seconds: float | None
    """Seconds for a whole answer; null: any number."""
    active: bool
    """Whether it is asked."""
    origin: ProviderOrigin | str
    """Where it stands."""


class ProviderPage(ServerData, kw_only=True):
    """The reply to `provider:list`; `nextCursor` is null on the last page."""

    items: list[ProviderItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class ProviderDeleted(ServerData, kw_only=True):
    """The reply to `provider:delete`."""

    provider_id: int
    """Id of a provider."""


class ProviderSubscribed(ServerData, kw_only=True):
    """The reply to `provider:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class ProviderChanged(ServerData, kw_only=True):
    """Something has become of a provider; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    provider_id: int | None
    """Id of a provider."""
    item: ProviderItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class ProviderUnsubscribed(ServerData, kw_only=True):
    """The reply to `provider:unsubscribe`."""


class ProviderTested(ServerData, kw_only=True):
    """The reply to `provider:test`: what the model server is, and how many models it lists. One that can't be used
    is an error, whose `path` names what seems wrong.
    """

    kind: BackendKind | str
    """What it is."""
    version: str | None
    """Which version it says that it is."""
    model_count: int
    """How many models it lists."""
    models: list[str]
    """The first of them, by their ids."""
    latency_ms: float | None
    """Milliseconds that a request took."""


class AuditPage(ServerData, kw_only=True):
    """The reply to `audit:list` and `audit:mine`; `nextCursor` is null on the last page."""

    items: list[AuditItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many rows fit, if that was asked for."""


class AuditItem(ServerData, kw_only=True):
    """A row of the audit log."""

    id: int
    """Its id."""
    at: str
    """When it happened; the first time, where it happened several times."""
    user_id: int | None
    """Who did it; null for nobody who was recognised, and for the command line."""
    name: str
    """What they were called then."""
    token_id: int | None
    """The token by which they did it."""
    address: str
    """From where, as far as that is known."""
    action: str
    """What was done: most are called like the request."""
    target_kind: str
    """What kind of thing it was done to; empty where there is none."""
    target_id: str
    """The id, or the name, of the thing."""
    target_name: str | None
    """What the user or the team that it was done to is called now; null for other things, and for one that is gone."""
    owner_id: int | None
    """Whose thing it was, where that matters."""
    owner_name: str | None
    """What that user is called now; null for nobody, and for one who is gone."""
    outcome: AuditOutcome | str
    """How it ended."""
    before: dict[str, Any] | None
    """What the thing was, without secrets."""
    after: dict[str, Any] | None
    """What it became, without secrets."""
    times: int
    """How often it happened within a minute."""


class AuditSubscribed(ServerData, kw_only=True):
    """The reply to `audit:subscribe`; the rows follow it, after the change of this number."""

    number: int
    """Of the latest change."""
    recovered: bool
    """Whether all rows after `since` will be told; else read the list again."""


class AuditChanged(ServerData, kw_only=True):
    """A row of the audit log was written, or counts something once more; pushed to admins who have subscribed."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """`created`; `updated`: it has happened again; `deleted`: it is gone by now; `reset`: read the list again."""
    audit_id: int | None
    """Which row; null for `reset`."""
    item: AuditItem | None
    """The row; null when it is gone."""


class AuditUnsubscribed(ServerData, kw_only=True):
    """The reply to `audit:unsubscribe`."""


class AccessGrant(ServerData, kw_only=True):
    """The reply to `access:break`."""

    kind: AccessKind | str
    """What kind of thing it is."""
    id: int
    """Its id."""
    owner_id: int
    """The user whose it is, who is told."""
    expires_at: str
    """Until when it may be read."""


class AccessView(ServerData, kw_only=True):
    """The reply to `access:read`."""

    kind: AccessKind | str
    """What kind of thing it is."""
    id: int
    """Its id."""
    expires_at: str
    """Until when it may be read."""
    conversation: ChatHistory | None
    """The messages, if it is a conversation."""
    task: TaskFound | None
    """The task with its subtasks, if it is one."""
    next_cursor: str | None
    """What to send as `cursor` for the messages before these; null when there are none."""


class QuotaItem(ServerData, kw_only=True):
    """A quota, and the reply to `quota:set`."""

    id: int
    """Its id."""
    subject_kind: QuotaSubject | str
    """What `subject` is."""
    subject: str
    """Id of the user or of the token, or the role."""
    subject_name: str
    """What the user or the token is called, or the role."""
    period: QuotaPeriod | str
    """For how long it holds."""
    requests: int | None
    """How many generations; null for any number."""
    tokens: int | None
    """How many tokens, read and generated; null for any number."""
    version: int
    """How often it was changed, from 1."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class QuotaPage(ServerData, kw_only=True):
    """The reply to `quota:list`; `nextCursor` is null on the last page."""

    items: list[QuotaItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class QuotaDeleted(ServerData, kw_only=True):
    """The reply to `quota:delete`."""

    quota_id: int
    """Id of a quota."""


class UsageReport(ServerData, kw_only=True):
    """The reply to `usage:get`; `nextCursor` is null on the last page."""

    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    items: list[UsageItem]
    """The entries of this page, in order."""
    quotas: list[QuotaUse]
    """The quotas that concern the user; that of the token that asks is among them."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class UsageItem(ServerData, kw_only=True):
    """What was asked of a model on a day."""

    day: str
    """The day in UTC, such as `2026-11-29`."""
    model: str
    """The model's id."""
    requests: int
    """How many generations were sent to it, and how often it was loaded by name."""
    prompt_tokens: int
    """Tokens that the model was given."""
    completion_tokens: int
    """Tokens that were generated."""


class QuotaUse(ServerData, kw_only=True):
    """A quota that concerns somebody, and what of it is used."""

    subject_kind: QuotaSubject | str
    """Whether it was set for the user, for the role, or for the token that asks."""
    period: QuotaPeriod | str
    """For how long it holds."""
    requests: int | None
    """How many generations; null for any number."""
    tokens: int | None
    """How many tokens, read and generated; null for any number."""
    used_requests: int
    """How many generations were begun."""
    used_tokens: int
    """How many tokens were read and generated."""
    ends_at: str
    """When the period ends."""


class Knowledge(ServerData, kw_only=True):
    """Something that is known, to be used again: a text of its own, and sources."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists."""
    description: str
    """What it is, in some words."""
    category: str
    """A word to find it by."""
    tags: list[str]
    """Words to find it by."""
    content: str
    """The text."""
    active: bool
    """Whether it may be used."""


class KnowledgePage(ServerData, kw_only=True):
    """The reply to `knowledge:list`; `nextCursor` is null on the last page."""

    items: list[Knowledge]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class KnowledgeDeleted(ServerData, kw_only=True):
    """The reply to `knowledge:delete`."""

    knowledge_id: int
    """Id of a piece of knowledge."""


class KnowledgeSubscribed(ServerData, kw_only=True):
    """The reply to `knowledge:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class KnowledgeChanged(ServerData, kw_only=True):
    """Something has become of a knowledge; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    knowledge_id: int | None
    """Id of a piece of knowledge."""
    item: Knowledge | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class KnowledgeUnsubscribed(ServerData, kw_only=True):
    """The reply to `knowledge:unsubscribe`."""


class KnowledgeSource(ServerData, kw_only=True):
    """Where some of what is known comes from. It is recorded only: the daemon doesn't fetch it yet."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None
    """When it was removed; null while it is there."""
    knowledge_id: int
    """Id of a piece of knowledge."""
    type: SourceType | str
    """Where its text is."""
    title: str
    """What it is called in lists."""
    content: str
    """The text."""
    url: str | None
    """Its address; a source of the types `url` and `api` has one."""
    metadata: dict[str, str | int | float | bool | None]
    """What else is to be kept with it."""
    active: bool
    """Whether it may be used."""
    sync_state: SyncState | str
    """How fetching its text went the last time."""
    synced_at: str | None
    """When its text was fetched last; null for never."""


class KnowledgeSourcePage(ServerData, kw_only=True):
    """The reply to `knowledge:source:list`; `nextCursor` is null on the last page."""

    items: list[KnowledgeSource]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class KnowledgeSourceDeleted(ServerData, kw_only=True):
    """The reply to `knowledge:source:delete`."""

    knowledge_source_id: int
    """Id of a source of knowledge."""


class KnowledgeSourceSubscribed(ServerData, kw_only=True):
    """The reply to `knowledge:source:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class KnowledgeSourceChanged(ServerData, kw_only=True):
    """Something has become of a knowledge source; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    knowledge_source_id: int | None
    """Id of a source of knowledge."""
    item: KnowledgeSource | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class KnowledgeSourceUnsubscribed(ServerData, kw_only=True):
    """The reply to `knowledge:source:unsubscribe`."""


class Workflow(ServerData, kw_only=True):
    """Steps that lead to one another; the first one begins. They are stored and checked, and not run yet."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name."""
    description: str
    """What it is, in some words."""
    category: str
    """A word to find it by."""
    steps: list[WorkflowStep]
    """Its steps, the one that begins first."""
    active: bool
    """Whether it may be run."""


class WorkflowTaskStep(ServerData, kw_only=True, tag_field="type", tag="task"):
    """A task is made and done."""

    id: str
    """What other steps of the same workflow call it."""
    name: str
    """What people call it."""
    next: str | None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    title: str
    """The task's title."""
    description: str
    """What there is to do."""


class WorkflowPromptStep(ServerData, kw_only=True, tag_field="type", tag="prompt"):
    """A model is asked."""

    id: str
    """What other steps of the same workflow call it."""
    name: str
    """What people call it."""
    next: str | None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    text: str
    """What it is asked."""
    model: str | None
    """Which one; null where the assistant or the daemon chooses."""
    assistant: str | None
    """The name of the assistant that answers, null for none."""


class WorkflowConditionStep(ServerData, kw_only=True, tag_field="type", tag="condition"):
    """Goes on with the first case whose test holds, with `next` where none does."""

    id: str
    """What other steps of the same workflow call it."""
    name: str
    """What people call it."""
    next: str | None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    cases: list[WorkflowCase]
    """The cases, in the order in which they are tried."""


class WorkflowCase(ServerData, kw_only=True):
    """Where a condition leads when a test holds."""

    when: WorkflowTest
    """The test."""
    next: str
    """The id of the step that follows when it holds."""


class WorkflowTest(ServerData, kw_only=True):
    """What is asked of the result of a step."""

    step: str
    """The id of the step whose result is looked at."""
    test: ResultTest | str
    """What is asked of it."""
    value: str
    """The text to compare with, for `equals` and `contains`."""


class WorkflowLoopStep(ServerData, kw_only=True, tag_field="type", tag="loop"):
    """Goes through the steps from `body` on until the last of them leads back here, again and again, then to `next`."""

    id: str
    """What other steps of the same workflow call it."""
    name: str
    """What people call it."""
    next: str | None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    body: str
    """The id of the first step of a round."""
    until: WorkflowTest | None
    """What ends it before the last round; null where nothing does."""
    max_rounds: int
    """How many rounds it has at most."""


class WorkflowParallelStep(ServerData, kw_only=True, tag_field="type", tag="parallel"):
    """Goes on with several branches side by side; `next` follows when all of them have ended."""

    id: str
    """What other steps of the same workflow call it."""
    name: str
    """What people call it."""
    next: str | None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    branches: list[str]
    """The ids of the first steps of the branches."""


class WorkflowApprovalStep(ServerData, kw_only=True, tag_field="type", tag="approval"):
    """A person is asked; `next` follows when they approve."""

    id: str
    """What other steps of the same workflow call it."""
    name: str
    """What people call it."""
    next: str | None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    question: str
    """What they are asked."""
    otherwise: str | None
    """The id of the step that follows when they refuse; null where that is the end."""


class WorkflowHttpStep(ServerData, kw_only=True, tag_field="type", tag="http"):
    """A server on the web is asked for something."""

    id: str
    """What other steps of the same workflow call it."""
    name: str
    """What people call it."""
    next: str | None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    method: HttpMethod | str
    """How the server is asked."""
    url: str
    """The address, `http` or `https`, without a password in it."""
    body: str
    """What is sent."""


class WorkflowNotificationStep(ServerData, kw_only=True, tag_field="type", tag="notification"):
    """Whoever the workflow belongs to is told something."""

    id: str
    """What other steps of the same workflow call it."""
    name: str
    """What people call it."""
    next: str | None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    text: str
    """What they are told."""


class WorkflowPage(ServerData, kw_only=True):
    """The reply to `workflow:list`; `nextCursor` is null on the last page."""

    items: list[Workflow]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class WorkflowDeleted(ServerData, kw_only=True):
    """The reply to `workflow:delete`."""

    workflow_id: int
    """Id of a workflow."""


class WorkflowSubscribed(ServerData, kw_only=True):
    """The reply to `workflow:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class WorkflowChanged(ServerData, kw_only=True):
    """Something has become of a workflow; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    workflow_id: int | None
    """Id of a workflow."""
    item: Workflow | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class WorkflowUnsubscribed(ServerData, kw_only=True):
    """The reply to `workflow:unsubscribe`."""


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
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name."""
    description: str
    """What it is, in some words."""
    category: str
    """A word to find it by."""
    variables: list[Variable]
    """What the places of its texts are filled with."""
    system_text: str
    """What the model is told before the question; empty for nothing."""
    user_text: str
    """The question."""
    params: TemplateParams
    """Sampling parameters."""
    active: bool
    """Whether it may be chosen."""
    use_count: int
    """How often it was used. Its growth is no change that live lists tell."""


class TextVariable(ServerData, kw_only=True, tag_field="type", tag="text"):
    """Any text."""

    name: str
    """What stands between `{{` and `}}`: letters, digits and `_`, no digit first."""
    description: str = ""
    """What it is, in some words."""
    required: bool = False
    """Whether whoever uses the text must say it, unless there is a `default`; else its place may stay empty."""
    default: str | None = None
    """What stands in its place where nobody says anything."""


class NumberVariable(ServerData, kw_only=True, tag_field="type", tag="number"):
    """A number."""

    name: str
    """What stands between `{{` and `}}`: letters, digits and `_`, no digit first."""
    description: str = ""
    """What it is, in some words."""
    required: bool = False
    """Whether whoever uses the text must say it, unless there is a `default`; else its place may stay empty."""
    default: float | None = None
    """What stands in its place where nobody says anything."""


class BooleanVariable(ServerData, kw_only=True, tag_field="type", tag="boolean"):
    """`true` or `false`, written so."""

    name: str
    """What stands between `{{` and `}}`: letters, digits and `_`, no digit first."""
    description: str = ""
    """What it is, in some words."""
    required: bool = False
    """Whether whoever uses the text must say it, unless there is a `default`; else its place may stay empty."""
    default: bool | None = None
    """What stands in its place where nobody says anything."""


class SelectVariable(ServerData, kw_only=True, tag_field="type", tag="select"):
    """One of some texts."""

    name: str
    """What stands between `{{` and `}}`: letters, digits and `_`, no digit first."""
    description: str = ""
    """What it is, in some words."""
    required: bool = False
    """Whether whoever uses the text must say it, unless there is a `default`; else its place may stay empty."""
    options: list[str]
    """What may be chosen, each once."""
    default: str | None = None
    """What stands in its place where nobody says anything; one of the options."""


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

    items: list[Template]
    """The entries of this page, in order."""
    next_cursor: str | None
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
    template_id: int | None
    """Id of a template."""
    item: Template | None
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
    items: list[TemplateContent]
    """The entries of this page, in order."""
    next_cursor: int | None
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

    template_ids: list[int]
    """Those that were stored, in their order."""
    skipped: list[str]
    """The names that were left out, since they are taken."""


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
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name."""
    text: str
    """The question, with places."""
    description: str
    """What it is, in some words."""
    category: str
    """A word to find it by."""
    tags: list[str]
    """Words to find it by."""
    variables: list[Variable]
    """What the places of its texts are filled with."""
    changelog: str
    """What was changed with this text, in your own words; empty after a change of the text that says nothing."""
    active: bool
    """Whether it may be chosen."""
    use_count: int
    """How often it was run. Its growth is no change that live lists tell."""


class PromptPage(ServerData, kw_only=True):
    """The reply to `prompt:list`; `nextCursor` is null on the last page."""

    items: list[PromptItem]
    """The entries of this page, in order."""
    next_cursor: str | None
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
    prompt_id: int | None
    """Id of a prompt."""
    item: PromptItem | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class PromptUnsubscribed(ServerData, kw_only=True):
    """The reply to `prompt:unsubscribe`."""


class PromptVersionPage(ServerData, kw_only=True):
    """The reply to `prompt:versions`."""

    items: list[PromptVersion]
    """The versions of this page."""
    next_cursor: int | None
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
    variables: list[Variable]
    """What the places of its texts are filled with."""
    changelog: str
    """What was changed with this text."""
    replaced_at: str
    """When another text took its place."""


class PromptChanges(ServerData, kw_only=True):
    """The reply to `prompt:diff`."""

    prompt_id: int
    """Id of a prompt."""
    hunks: list[DiffHunk]
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
    lines: list[DiffLine]
    """Its lines, in order."""


class DiffLine(ServerData, kw_only=True):
    """A line of two texts, without its end."""

    sign: DiffSign | str
    """In which of the texts it is."""
    text: str
    """The text."""


class SearchResults(ServerData, kw_only=True):
    """The reply to `search`; `nextCursor` is null on the last page. Of all that fit the latest 300 are looked at,
    fewer where their texts are long.
    """

    items: list[SearchItem]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""


class SearchItem(ServerData, kw_only=True):
    """A row that was found."""

    kind: str
    """What kind of thing it is."""
    id: int
    """Its id."""
    conversation_id: int | None
    """Of the conversation that it is in, or is; null for other rows."""
    title: str
    """What it is called in lists."""
    title_places: list[SearchPlace]
    """Where what was searched for stands in `title`."""
    excerpt: str
    """A part of its text, around the first place where something stands that was searched for."""
    places: list[SearchPlace]
    """Where what was searched for stands in `excerpt`."""
    score: float
    """How well it fits; to be compared with others of the same reply only."""
    changed_at: str
    """When it was made or changed last."""


class SearchPlace(ServerData, kw_only=True):
    """Where something stands in a text, in code points."""

    start: int
    """Position of its first code point, from 0."""
    end: int
    """Behind its last code point."""


class Notification(ServerData, kw_only=True):
    """Something that somebody is told. The daemon makes it; nobody else can."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    kind: NotificationKind | str
    """What kind of thing it is."""
    source: str
    """What it is about; the same for two notifications about the same thing."""
    title: str
    """What has happened, in one line."""
    text: str
    """What else there is to say of it."""
    task_id: int | None
    """The task that it is about; null for none."""
    approval_id: int | None
    """What is asked of a person; null for nothing."""
    read: bool
    """Whether it was read."""
    read_at: str | None
    """When it was read; null until then."""
    failed_channels: list[NotificationChannel | str]
    """The ways by which it should have been sent out and could not be."""


class NotificationPage(ServerData, kw_only=True):
    """The reply to `notification:list`; `nextCursor` is null on the last page."""

    items: list[Notification]
    """The entries of this page, in order."""
    next_cursor: str | None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class NotificationDeleted(ServerData, kw_only=True):
    """The reply to `notification:delete`."""

    notification_id: int
    """Id of a notification."""


class NotificationSubscribed(ServerData, kw_only=True):
    """The reply to `notification:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class NotificationChanged(ServerData, kw_only=True):
    """Something has become of a notification; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    notification_id: int | None
    """Id of a notification."""
    item: Notification | None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class NotificationUnsubscribed(ServerData, kw_only=True):
    """The reply to `notification:unsubscribe`."""


class NotificationReadDone(ServerData, kw_only=True):
    """The reply to `notification:read`."""

    changed: int
    """How many were not read before."""
    unread: int
    """How many are left to be read."""


class NotificationUnreadCount(ServerData, kw_only=True):
    """The reply to `notification:unread`."""

    unread: int
    """How many are left to be read."""


class NotificationCodeSent(ServerData, kw_only=True):
    """The reply to `notification:code`: the mail server has taken it."""

    address: str
    """Where it was sent."""


class NotificationConfirmed(ServerData, kw_only=True):
    """The reply to `notification:confirm`."""

    address: str
    """Where notifications go from now on."""


class SettingPage(ServerData, kw_only=True):
    """The reply to `setting:list`: all of them."""

    items: list[SettingItem]
    """The settings, by name."""


class SettingItem(ServerData, kw_only=True):
    """A setting, and its value for whoever asks."""

    name: str
    """What it is called."""
    value: str | bool | int | float | list[str] | None
    """The value that holds."""
    origin: SettingOrigin | str
    """Where the value is from."""
    default: str | bool | int | float | list[str] | None
    """What it is where nobody has set it."""
    about: str
    """What it is for."""


class UnknownWorkflowStep(ServerData, kw_only=True, tag_field="type", tag=UNKNOWN_TAG):
    """One of a kind that this client doesn't know, as a later daemon may send it."""

    value: dict[str, Any]
    """What came."""


WorkflowStep: TypeAlias = (
    WorkflowTaskStep
    | WorkflowPromptStep
    | WorkflowConditionStep
    | WorkflowLoopStep
    | WorkflowParallelStep
    | WorkflowApprovalStep
    | WorkflowHttpStep
    | WorkflowNotificationStep
    | UnknownWorkflowStep
)


class UnknownVariable(ServerData, kw_only=True, tag_field="type", tag=UNKNOWN_TAG):
    """One of a kind that this client doesn't know, as a later daemon may send it."""

    value: dict[str, Any]
    """What came."""


Variable: TypeAlias = TextVariable | NumberVariable | BooleanVariable | SelectVariable | UnknownVariable


PAYLOADS: Mapping[str, type[ServerData]] = {
    "session:ready": SessionReady,
    "session:closing": SessionClosing,
    "error": Error,
    "access:told": AccessTold,
    "pong": Pong,
    "cancelled": Cancelled,
    "session:authenticate": SessionAuthenticated,
    "user:create": UserItem,
    "user:list": UserPage,
    "user:get": UserItem,
    "user:update": UserItem,
    "user:delete": UserDeleted,
    "user:passwd": UserItem,
    "user:me": UserSelf,
    "token:create": TokenCreated,
    "token:list": TokenPage,
    "token:revoke": TokenItem,
    "login:list": LoginPage,
    "login:revoke": LoginRevoked,
    "project:create": ProjectDetails,
    "project:subscribed": ProjectSubscribed,
    "project:changed": ProjectChanged,
    "project:unsubscribed": ProjectUnsubscribed,
    "project:get": ProjectDetails,
    "project:list": ProjectPage,
    "project:update": ProjectDetails,
    "project:delete": ProjectDeleted,
    "project:member:add": ProjectDetails,
    "project:member:update": ProjectDetails,
    "project:member:remove": ProjectLeft,
    "team:create": TeamDetails,
    "team:get": TeamDetails,
    "team:list": TeamPage,
    "team:update": TeamDetails,
    "team:delete": TeamDeleted,
    "team:member:add": TeamDetails,
    "team:member:remove": TeamDetails,
    "team:subscribe": TeamSubscribed,
    "team:changed": TeamChanged,
    "team:unsubscribe": TeamUnsubscribed,
    "conversation:create": ConversationItem,
    "conversation:get": ConversationItem,
    "conversation:list": ConversationPage,
    "conversation:update": ConversationItem,
    "conversation:delete": ConversationDeleted,
    "conversation:restore": ConversationItem,
    "conversation:subscribe": ConversationSubscribed,
    "conversation:changed": ConversationChanged,
    "conversation:unsubscribe": ConversationUnsubscribed,
    "conversation:labels": ConversationLabelCounts,
    "chat:message": ChatMessage,
    "chat:progress": ChatProgress,
    "chat:streaming": ChatStreaming,
    "chat:cancelled": ChatCancelled,
    "chat:history": ChatHistory,
    "chat:resumed": ChatResumed,
    "chat:subscribed": ChatSubscribed,
    "chat:changed": ChatChanged,
    "chat:unsubscribed": ChatUnsubscribed,
    "chat:rate": ChatMarks,
    "chat:react": ChatMarks,
    "chat:delete": ChatDeleted,
    "chat:restore": ChatRestored,
    "chat:select": ChatSelected,
    "conversation:duplicate": ConversationItem,
    "conversation:export": ConversationExported,
    "conversation:import": ConversationImportItem,
    "conversation:import:report": ConversationImportReport,
    "conversation:import:get": ConversationImportItem,
    "conversation:import:list": ConversationImportPage,
    "conversation:import:delete": ConversationImportDeleted,
    "conversation:import:restore": ConversationImportItem,
    "conversation:import:subscribe": ConversationImportSubscribed,
    "conversation:import:changed": ConversationImportChanged,
    "conversation:import:unsubscribe": ConversationImportUnsubscribed,
    "file:get": FileItem,
    "file:list": FilePage,
    "file:update": FileItem,
    "file:delete": FileDeleted,
    "file:restore": FileItem,
    "file:subscribe": FileSubscribed,
    "file:changed": FileChanged,
    "file:unsubscribe": FileUnsubscribed,
    "monitoring:subscribed": MonitoringSubscribed,
    "monitoring:metrics": MonitoringMetrics,
    "monitoring:unsubscribed": MonitoringUnsubscribed,
    "model:list": ModelPage,
    "model:load": ModelLoaded,
    "model:progress": ModelProgress,
    "model:unload": ModelUnloaded,
    "model:switch": ModelSwitched,
    "model:benchmark": ModelBenchmarkItem,
    "model:benchmarks": ModelBenchmarkPage,
    "model:recommend": ModelRecommended,
    "model:rate": ModelRated,
    "model:queue": ModelQueued,
    "backend:list": BackendPage,
    "model:complete": ModelCompleted,
    "model:compare": ModelCompared,
    "model:streaming": ModelStreaming,
    "assistant:create": AssistantItem,
    "assistant:get": AssistantItem,
    "assistant:list": AssistantPage,
    "assistant:update": AssistantItem,
    "assistant:delete": AssistantDeleted,
    "assistant:restore": AssistantItem,
    "assistant:subscribe": AssistantSubscribed,
    "assistant:changed": AssistantChanged,
    "assistant:unsubscribe": AssistantUnsubscribed,
    "instruction:create": InstructionItem,
    "instruction:get": InstructionItem,
    "instruction:list": InstructionPage,
    "instruction:update": InstructionItem,
    "instruction:delete": InstructionDeleted,
    "instruction:restore": InstructionItem,
    "instruction:subscribe": InstructionSubscribed,
    "instruction:changed": InstructionChanged,
    "instruction:unsubscribe": InstructionUnsubscribed,
    "instruction:preview": InstructionsTold,
    "rating:create": RatingItem,
    "rating:get": RatingItem,
    "rating:list": RatingPage,
    "rating:update": RatingItem,
    "rating:delete": RatingDeleted,
    "rating:restore": RatingItem,
    "rating:subscribe": RatingSubscribed,
    "rating:changed": RatingChanged,
    "rating:unsubscribe": RatingUnsubscribed,
    "rating:summary": RatingSummaries,
    "text:estimate": TextEstimated,
    "text:truncate": TextTruncated,
    "text:chunk": TextChunked,
    "text:process": TextProcessed,
    "text:progress": TextProgress,
    "verify:message": VerifyLedger,
    "verify:claim": VerifyClaim,
    "verify:get": VerifyLedger,
    "verify:list": VerifyLedgerList,
    "verify:trials": VerifyTrialList,
    "task:create": TaskReply,
    "task:get": TaskFound,
    "task:list": TaskPage,
    "task:update": TaskUpdated,
    "task:delete": TaskDeleted,
    "task:restore": TaskReply,
    "task:plan": TaskReply,
    "task:run": TaskReply,
    "task:pause": TaskReply,
    "task:resume": TaskReply,
    "task:cancel": TaskReply,
    "task:retry": TaskReply,
    "task:dependency:add": TaskReply,
    "task:dependency:remove": TaskReply,
    "task:subscribed": TaskSubscribed,
    "task:approval": TaskApproval,
    "task:streaming": TaskStreaming,
    "task:unsubscribed": TaskUnsubscribed,
    "task:approve": TaskApproved,
    "task:approvals": TaskApprovalPage,
    "task:logs": TaskLogPage,
    "task:brakes": TaskBrakeState,
    "task:stats": TaskStatistics,
    "task:list:subscribe": TaskListSubscribed,
    "task:changed": TaskListChanged,
    "task:list:unsubscribe": TaskListUnsubscribed,
    "subtask:create": SubtaskReply,
    "subtask:get": SubtaskFound,
    "subtask:list": SubtaskPage,
    "subtask:update": SubtaskReply,
    "subtask:delete": SubtaskDeleted,
    "subtask:reorder": SubtaskReordered,
    "execution-log:list": ExecutionLogPage,
    "execution-log:subscribed": ExecutionLogSubscribed,
    "execution-log:changed": ExecutionLogChanged,
    "execution-log:unsubscribed": ExecutionLogUnsubscribed,
    "credential:create": CredentialItem,
    "credential:get": CredentialItem,
    "credential:list": CredentialPage,
    "credential:update": CredentialItem,
    "credential:delete": CredentialDeleted,
    "credential:test": CredentialTestOutcome,
    "credential:subscribe": CredentialSubscribed,
    "credential:changed": CredentialChanged,
    "credential:unsubscribe": CredentialUnsubscribed,
    "account:create": AccountItem,
    "account:get": AccountItem,
    "account:list": AccountPage,
    "account:update": AccountItem,
    "account:delete": AccountDeleted,
    "account:restore": AccountItem,
    "account:subscribe": AccountSubscribed,
    "account:changed": AccountChanged,
    "account:unsubscribe": AccountUnsubscribed,
    "account:usage": AccountUsageReport,
    "account:usage:list": AccountUsagePage,
    "provider:create": ProviderItem,
    "provider:get": ProviderItem,
    "provider:list": ProviderPage,
    "provider:update": ProviderItem,
    "provider:delete": ProviderDeleted,
    "provider:restore": ProviderItem,
    "provider:subscribe": ProviderSubscribed,
    "provider:changed": ProviderChanged,
    "provider:unsubscribe": ProviderUnsubscribed,
    "provider:test": ProviderTested,
    "audit:list": AuditPage,
    "audit:mine": AuditPage,
    "audit:subscribe": AuditSubscribed,
    "audit:changed": AuditChanged,
    "audit:unsubscribe": AuditUnsubscribed,
    "access:break": AccessGrant,
    "access:read": AccessView,
    "quota:set": QuotaItem,
    "quota:list": QuotaPage,
    "quota:delete": QuotaDeleted,
    "usage:get": UsageReport,
    "knowledge:create": Knowledge,
    "knowledge:get": Knowledge,
    "knowledge:list": KnowledgePage,
    "knowledge:update": Knowledge,
    "knowledge:delete": KnowledgeDeleted,
    "knowledge:restore": Knowledge,
    "knowledge:subscribe": KnowledgeSubscribed,
    "knowledge:changed": KnowledgeChanged,
    "knowledge:unsubscribe": KnowledgeUnsubscribed,
    "knowledge:source:create": KnowledgeSource,
    "knowledge:source:get": KnowledgeSource,
    "knowledge:source:list": KnowledgeSourcePage,
    "knowledge:source:update": KnowledgeSource,
    "knowledge:source:delete": KnowledgeSourceDeleted,
    "knowledge:source:restore": KnowledgeSource,
    "knowledge:source:subscribe": KnowledgeSourceSubscribed,
    "knowledge:source:changed": KnowledgeSourceChanged,
    "knowledge:source:unsubscribe": KnowledgeSourceUnsubscribed,
    "workflow:create": Workflow,
    "workflow:get": Workflow,
    "workflow:list": WorkflowPage,
    "workflow:update": Workflow,
    "workflow:delete": WorkflowDeleted,
    "workflow:restore": Workflow,
    "workflow:subscribe": WorkflowSubscribed,
    "workflow:changed": WorkflowChanged,
    "workflow:unsubscribe": WorkflowUnsubscribed,
    "template:create": Template,
    "template:get": Template,
    "template:list": TemplatePage,
    "template:update": Template,
    "template:delete": TemplateDeleted,
    "template:restore": Template,
    "template:subscribe": TemplateSubscribed,
    "template:changed": TemplateChanged,
    "template:unsubscribe": TemplateUnsubscribed,
    "template:preview": TemplateFilled,
    "template:use": TemplateFilled,
    "template:duplicate": Template,
    "template:export": TemplateBundle,
    "template:import": TemplateImported,
    "prompt:create": PromptItem,
    "prompt:get": PromptItem,
    "prompt:list": PromptPage,
    "prompt:update": PromptItem,
    "prompt:delete": PromptDeleted,
    "prompt:restore": PromptItem,
    "prompt:subscribe": PromptSubscribed,
    "prompt:changed": PromptChanged,
    "prompt:unsubscribe": PromptUnsubscribed,
    "prompt:versions": PromptVersionPage,
    "prompt:revert": PromptItem,
    "prompt:diff": PromptChanges,
    "prompt:duplicate": PromptItem,
    "search": SearchResults,
    "notification:get": Notification,
    "notification:list": NotificationPage,
    "notification:delete": NotificationDeleted,
    "notification:restore": Notification,
    "notification:subscribe": NotificationSubscribed,
    "notification:changed": NotificationChanged,
    "notification:unsubscribe": NotificationUnsubscribed,
    "notification:read": NotificationReadDone,
    "notification:unread": NotificationUnreadCount,
    "notification:code": NotificationCodeSent,
    "notification:confirm": NotificationConfirmed,
    "setting:list": SettingPage,
    "setting:set": SettingItem,
    "setting:reset": SettingItem,
}
"""The data of each frame."""
