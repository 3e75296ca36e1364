"""The data of frames that several things have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from ..runtime.messages import UNKNOWN_TAG, RequestData, ServerData

ApprovalKind: TypeAlias = Literal["dependency", "plan", "result", "step"]
"""What a person is asked: may the plan be run, may this step be begun, does its result stand, does the task go on
without one that it depends on. Later daemons may send others.
"""


ApprovalState: TypeAlias = Literal["approved", "open", "refused", "withdrawn"]
"""How a question to a person stands; `withdrawn`: it is no longer asked. Later daemons may send others."""


BackendKind: TypeAlias = Literal["llamacpp", "lmstudio", "ollama", "openai"]
"""What software a model server is; `openai` is any other one with that API. Later daemons may send others."""


ChangeKind: TypeAlias = Literal["created", "deleted", "reset", "restored", "updated"]
"""What has become of a row. `deleted` also tells whoever may not see it any more; `reset`: more has changed than is
told, read the list again. Later daemons may send others.
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
    "address_password",
    "admin",
    "ambiguous",
    "answer_full",
    "answer_too_long",
    "answering",
    "answers",
    "attachments",
    "being_written",
    "blank",
    "bound",
    "break_glass_off",
    "broken_off",
    "calls_too_long",
    "chain",
    "changed",
    "choice",
    "circle",
    "configured",
    "connect",
    "connection_lost",
    "connections",
    "context",
    "context_overflow",
    "control_character",
    "cooling",
    "cut_off",
    "database",
    "digest",
    "disk_full",
    "emoji",
    "empty_quota",
    "empty_response",
    "file_descriptors",
    "file_directory",
    "file_missing",
    "file_name",
    "file_size",
    "file_space",
    "filled_too_long",
    "finish_reason",
    "first_event",
    "first_user",
    "forbidden",
    "gap",
    "gateway",
    "has_rows",
    "host_away",
    "imports",
    "in_the_past",
    "insufficient_quota",
    "key_format",
    "key_of_another",
    "language_tag",
    "last_admin",
    "last_owner",
    "list_too_long",
    "load_failed",
    "load_given_up",
    "logins",
    "mail_address",
    "mail_rate",
    "mail_server",
    "malformed",
    "master_key",
    "member",
    "memory",
    "nesting",
    "no_address",
    "no_boolean",
    "no_chat",
    "no_key",
    "no_load",
    "no_mail",
    "no_model",
    "no_number",
    "no_option",
    "no_prefill",
    "no_server",
    "no_text",
    "no_text_value",
    "no_unload",
    "no_user",
    "no_users",
    "no_vision",
    "no_web_notifications",
    "not_a_stream",
    "not_json",
    "not_known",
    "not_linked",
    "not_removed",
    "ntfy_topic",
    "origin",
    "other_daemon",
    "other_user",
    "overloaded",
    "own",
    "own_network",
    "password_common",
    "password_long",
    "password_name",
    "password_pattern",
    "password_short",
    "pdf_damaged",
    "pdf_no_text",
    "pdf_password",
    "pdf_slow",
    "pdf_too_long",
    "personal",
    "picture_redirects",
    "picture_size",
    "picture_slow",
    "picture_status",
    "picture_type",
    "pictures",
    "pictures_off",
    "plain_http",
    "probe",
    "project_owner",
    "quota",
    "rate_limited",
    "read_only",
    "redirect",
    "redirected",
    "refused_parameter",
    "removed",
    "removed_with",
    "request",
    "result_too_long",
    "role",
    "schema_mismatch",
    "scope",
    "server_error",
    "server_name",
    "session_ended",
    "session_expired",
    "setup_link",
    "sources_too_long",
    "stalled_before",
    "status",
    "stopping",
    "storage_full",
    "stream_too_long",
    "subject_taken",
    "subscriptions",
    "tail",
    "taken",
    "text_places",
    "texts",
    "time",
    "tls",
    "token_limits",
    "token_model",
    "too_fast",
    "too_long",
    "too_many_conversations",
    "too_many_rows",
    "total",
    "transfers",
    "trials",
    "truncated",
    "twice",
    "unauthorized",
    "unexpected_endpoint",
    "unknown_file",
    "unknown_host",
    "unknown_login",
    "unknown_server",
    "unknown_variable",
    "unload",
    "unreadable_http",
    "unusable_answer",
    "unusable_plan",
    "user_deleted",
    "user_disabled",
    "user_name",
    "users_exist",
    "variable_name",
    "web_address",
    "worker",
    "workflow",
    "wrong_code",
    "wrong_hash",
    "wrong_kind",
    "wrong_login",
    "wrong_offset",
    "wrong_password",
    "wrong_tries",
]
"""Which of the errors of one code it is, for programs, where there is more than one kind. Later daemons may send
others.
"""


GenerationPhase: TypeAlias = Literal["generating", "loading", "prompt", "queued"]
"""What an answer waits for: its turn, its model, the reading of the prompt; then it is generated. Later daemons may
send others.
"""


JudgeRole: TypeAlias = Literal["decider", "validator"]
"""`validator` speaks first; `decider` has seen what the validator said. Later daemons may send others."""


LogFactCode: TypeAlias = Literal[
    "answered",
    "asked",
    "cancel_wanted",
    "changed",
    "check_unasked",
    "checked",
    "compared",
    "created",
    "dependency_added",
    "dependency_removed",
    "pause_wanted",
    "plan_wanted",
    "planned",
    "restored",
    "resume_wanted",
    "retry_wanted",
    "run_wanted",
    "step_again",
    "step_done",
    "step_failed",
    "subtask_added",
    "subtask_changed",
    "subtask_deleted",
    "subtask_ended",
    "subtasks_reordered",
    "task_ended",
    "task_held",
]
"""What a line of a task's log tells. Later daemons may send others."""


LogLevel: TypeAlias = Literal["error", "info", "warning"]
"""How much a line of the log matters. Later daemons may send others."""


ModelGroundCode: TypeAlias = Literal[
    "approved",
    "context",
    "loaded",
    "made_for",
    "no_template",
    "rated",
    "sees",
    "sees_by_name",
    "simulated",
    "size",
    "size_above",
    "size_below",
    "size_fits",
    "size_unknown",
    "speed",
    "thinks",
]
"""What speaks for a model, or against it, for a kind of task. Later daemons may send others."""


OnDisconnect: TypeAlias = Literal["cancel", "finish"]
"""What becomes of an answer whose client leaves: it is finished, or cancelled."""


QuotaPeriod: TypeAlias = Literal["day", "minute", "month", "week"]
"""What a quota is for, in UTC: a minute, a day from midnight, a week from Monday, a month from its first day. Later
daemons may send others.
"""


QuotaSubject: TypeAlias = Literal["role", "token", "user"]
"""Whose quota it is: a user's, each one's who has a role, or a token's. Later daemons may send others."""


ResponseRule: TypeAlias = Literal[
    "cut_off",
    "echo",
    "empty",
    "error_report",
    "form",
    "gap",
    "garbled",
    "language",
    "loop",
    "no_value",
    "nothing",
    "placeholder",
    "refusal",
    "short_echo",
    "steering",
    "template",
    "thoughts",
    "unfinished",
]
"""What a text breaks that is no answer, or seldom one. `nothing` and `no_value`: it is just such a word as null,
where that was asked for and where it was not. Later daemons may send others.
"""


Scope: TypeAlias = Literal["admin", "chat", "models", "read", "tasks", "workspace"]
"""What a token may be used for: requests of one kind, or all that only show (`read`). `admin` is needed besides for
what only admins may do. Later daemons may send others.
"""


StepKind: TypeAlias = Literal["better", "check", "consolidate", "execute", "plan"]
"""What a step of a task does. Later daemons may send others."""


SubtaskCauseCode: TypeAlias = Literal["dependency_refused", "failed", "needed_lost", "result_refused", "step_refused"]
"""Why a subtask has no result that stands. Later daemons may send others."""


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


TaskAssignmentGroundCode: TypeAlias = Literal[
    "all_failed",
    "assistant_gone",
    "assistant_other",
    "assistant_unable",
    "assistant_uses",
    "failed",
    "fixed",
    "last_resort",
    "next",
    "none_made_for",
    "order_condensed",
    "result_cut",
    "suits",
    "text_condensed",
]
"""Why a piece of work goes to a model, and what it is shown of it. Later daemons may send others."""


TaskBrakeName: TypeAlias = Literal["cpu", "database_space", "disk", "disk_space", "memory", "no_server", "vram"]
"""What holds tasks back: the processor, memory, graphics memory or disk in use, too little room on the disk or on
the database's, or that no model server answers. Later daemons may send others.
"""


TaskCauseCode: TypeAlias = Literal[
    "brakes",
    "budget_calls",
    "budget_minutes",
    "budget_tokens",
    "cancelled",
    "circle",
    "decision",
    "defect",
    "dependencies",
    "dependency_question",
    "dependency_refused",
    "joining_again",
    "no_judge",
    "no_result",
    "not_joined",
    "not_planned",
    "paused",
    "plan_question",
    "plan_refused",
    "planning_again",
    "quota",
    "subtasks_lost",
]
"""Why a task waits, is paused, or has ended without an answer. Later daemons may send others."""


TaskJoinRemarkCode: TypeAlias = Literal[
    "as_they_are",
    "claims_left_out",
    "cut_off",
    "does_not_hold",
    "far_longer",
    "far_shorter",
    "invented",
    "model_failed",
    "no_answer",
    "other_language",
    "result_missing",
    "too_long",
    "too_long_for_models",
    "unmarked",
]
"""What is to be said of how the results were joined. Later daemons may send others."""


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


TextChannel: TypeAlias = Literal["content", "reasoning"]
"""Whether text belongs to the answer or to what the model thought before it. Later daemons may send others."""


UserRole: TypeAlias = Literal["admin", "member", "viewer"]
"""What somebody may do: a `viewer` sees what is theirs or shared with them, a `member` changes and runs it too, an
`admin` also decides for everybody. No role shows other people's chats and tasks. Later daemons may send others.
"""


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


VerifyFlawCode: TypeAlias = Literal[
    "brackets",
    "copied",
    "criterion_missing",
    "criterion_silent",
    "criterion_unclear",
    "cut_off",
    "member_missing",
    "member_twice",
    "no_list",
    "no_number",
    "no_object",
    "no_score",
    "no_text",
    "no_truth",
    "not_an_object",
    "several_objects",
    "too_long",
]
"""Why the JSON of a judge can't be relied on. Later daemons may send others."""


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


VerifyRemarkCode: TypeAlias = Literal[
    "answer_too_long",
    "answered",
    "approved_none",
    "approved_wrong",
    "author_away",
    "author_failed",
    "checker_failed",
    "checker_unfit",
    "checkers_late",
    "claim_contradicted",
    "claims_contradict",
    "claims_left_out",
    "criteria_despite_approval",
    "criterion",
    "disowned",
    "disputed",
    "disputed_by_checker",
    "disputed_by_judge",
    "ends_repeating",
    "entailed",
    "examination_failed",
    "examination_unreadable",
    "faults_despite_approval",
    "flagged",
    "inconsistent",
    "judge_failed",
    "judge_shown_part",
    "language_unread",
    "languages_differ",
    "missing",
    "no_answer",
    "no_model",
    "nobody_else",
    "not_borne_out",
    "only_author",
    "out_of_scope",
    "refused_few",
    "repeats",
    "said",
    "sample_failed",
    "score_despite_refusal",
    "score_too_low",
    "sources_left_out",
    "sources_unread",
    "texts_alone",
    "topical",
    "unread",
    "unsettled",
    "unsupported",
    "untried",
    "verdict_unreadable",
    "wrong",
]
"""What a check has to say. Later daemons may send others."""


VerifySourceKind: TypeAlias = Literal["message", "request", "task_text"]
"""What a source is that the daemon has named itself: a `message` of the conversation, the `request` that the answer
was given to, or the text of the task that it is a step of. Later daemons may send others.
"""


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
    parent_id: int | None = None
    """Id of the message that it follows; null for the first of a conversation."""
    role: ChatRole | str
    """Who speaks."""
    content: str
    """The text."""
    reasoning: str | None = None
    """What the model thought before its answer; null when it did not show any."""
    status: ChatStatus | str
    """How it stands."""
    model: str | None = None
    """The model that answered; null in a question, and while none is chosen."""
    timestamp: str
    """When it was stored."""
    finish_reason: str | None = None
    """Why the model ended: `stop`, `length` (cut off), `loop` (it went in circles), `tool_calls`, or a word of its
    server; null when it did not end by itself.
    """
    usage: ChatUsage | None = None
    """Token counts, as the model server reported them; null when it did not."""
    timings: ChatTimings | None = None
    """How long it took; null until it has ended."""
    error: ChatError | None = None
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
    asker: ChatAsker | None = None
    """Who asked this question; not there where nobody was logged in, nor with what was imported or copied."""


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

    queued_ms: int | None = None
    """Milliseconds that it waited for its turn; null when it was never its turn."""
    first_token_ms: int | None = None
    """Milliseconds to the first output; null when there was none."""
    total_ms: int | None = None
    """Milliseconds from the request to the end; null while it runs."""
    tokens_per_second: float | None = None
    """Tokens a second between the first output and the last; null when that can't be told."""
    reasoning_ms: int | None = None
    """Milliseconds that the model reasoned for; null where it didn't, or nobody knows."""


class ChatError(ServerData, kw_only=True):
    """Why an answer failed, by the wire's error codes. `retryAfterMs`: before that it would fail again, as the model
    server says, or because it is left alone for so long. `reason` says more than the code where there is more to
    say.
    """

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people."""
    retryable: bool
    """Whether the same request may succeed later."""
    retry_after_ms: int | None = None
    """Milliseconds before which it would fail again; only there when that is known."""
    reason: ErrorReason | str | None = None
    """More than the code says; only there when there is more."""


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
    message_id: int | None = None
    """Id of the answer that the part was taken from; null for what this one generated."""


class ChatAttempt(ServerData, kw_only=True):
    """A model that was asked in vain. `reason` says more than the code where there is more to say."""

    model: str
    """The model that was asked in vain."""
    error: ChatError
    """Why it gave no answer."""
    reason: ErrorReason | str | None = None
    """More than the code says, `load_failed`, `first_event`, `connect` or `cooling` for instance; null when there is
    no more.
    """


class ChatRating(ServerData, kw_only=True):
    """What one person thinks of an answer."""

    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    rating: ChatRatingWord | str
    """Whether it was good."""
    reason: str | None = None
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


class ChatAsker(ServerData, kw_only=True):
    """Who asked a question, by the name that they had then."""

    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    name: str
    """Its name."""


class ChatHistory(ServerData, kw_only=True):
    """The reply to `chat:history`: `messages` oldest first; `hasMore` when older ones exist on the branch."""

    conversation_id: int
    """Id of a conversation."""
    messages: list[ChatMessage] = []
    """The messages, oldest first."""
    has_more: bool
    """Whether there are older messages on the branch."""


class ModelFailure(ServerData, kw_only=True):
    """Why a model could not do it, by the wire's error codes. `reason` says more where there is more to say."""

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people."""
    retryable: bool
    """Whether the same request may succeed later."""
    reason: ErrorReason | str | None = None
    """More than the code says; only there when there is more."""


class ModelGround(ServerData, kw_only=True):
    """What speaks for a model, or against it; which members there are follows from `code`.

    `simulated`, `no_template` (it is a base model), `sees` images, `sees_by_name`, `thinks` before it answers,
    `made_for` the `taskType` by its name, `context` (`count` tokens), `loaded`, `size` (as servers write it), and how
    that goes with a `difficulty` of 1 to 10: `size_fits`, `size_above`, `size_below`, `size_unknown`. As it was here:
    `speed` (`value` tokens a second), `rated` (`value` of 5 by `count`), `approved` (`count` of `total` results that
    were checked).
    """

    code: ModelGroundCode | str
    """Which of them it is."""
    task_type: TaskType | str | None = None
    """What it is made for."""
    size: str | None = None
    """Its parameters, as `7B`."""
    difficulty: int | None = None
    """How hard the work is, from 1 to 10."""
    value: float | None = None
    """Tokens a second, or stars."""
    count: int | None = None
    """How many."""
    total: int | None = None
    """Of how many."""


class VerifyLedger(ServerData, kw_only=True):
    """What was found out about an answer of `authors`. `claims` are the first of `claimCount`.

    `outcome`: `verified` only when a model other than the authors approved; `self_checked` when only an author did, or
    a judge that failed its trial; `undecided` is for a person. `confidence` (0 to 100) is what `findings` leave of 100;
    below `threshold` the answer is `flagged`, and never approved. `unchecked` tells what could not be looked into, and
    why. `remarks` say for programs what `notes` says, `faults` what `guidance` says, and `gaps` line by line what
    `unchecked` says; they are empty in older ledgers.
    """

    id: int
    """Its id."""
    message_id: int | None = None
    """Id of the answer; null when it is no message of a chat."""
    timestamp: str
    """When it happened, or was told."""
    authors: list[str] = []
    """Names of the models that wrote the answer."""
    task_type: TaskType | str
    """What kind of work it is."""
    outcome: VerifyOutcome | str
    """How the check ended."""
    score: int | None = None
    """How good it is, from 0 to 100; null when nobody said."""
    reviewer: str | None = None
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
    verdicts: list[VerifyVerdict] = []
    """What each judge said."""
    findings: list[VerifyFinding] = []
    """What speaks against the answer."""
    unchecked: list[str] = []
    """What could not be looked into, and why."""
    claims: list[VerifyClaimItem] = []
    """The claims of the answer, each with what is known of it."""
    claim_count: int
    """How many claims the answer makes; `claims` are the first of them."""
    sources: list[str] = []
    """Names of the texts that the answer was measured by."""
    cost: VerifyCost
    """What the models took that were asked."""
    remarks: list[VerifyRemark] = []
    """The same as `notes` for programs; none in older ledgers."""
    gaps: list[VerifyRemark] = []
    """The same as `unchecked` for programs, line by line; none in older ledgers."""
    faults: list[VerifyRemark] = []
    """The same as `guidance` for programs; none in older ledgers."""
    labels: list[VerifySourceLabel] = []
    """What those of the sources are that the daemon has named itself; none in older ledgers."""


class VerifyVerdict(ServerData, kw_only=True):
    """What a judge says of an answer. One that `abstained` (why) has approved nothing, and has no score.

    `role`: `validator` speaks first; `decider` has seen what the validator said. `discounted` is why its approval
    verifies nothing: what its trial as a judge has shown, or that there was none. `abstention` and `discount` say the
    same for programs; null where there is nothing to say, and in older ledgers.
    """

    role: JudgeRole | str
    """As which judge it spoke."""
    model: str | None = None
    """The model that judged; null when there was none."""
    approved: bool | None = None
    """Whether the answer is good enough; null when it abstained."""
    score: int | None = None
    """How good it is, from 0 to 100; null when nobody said."""
    criteria: list[VerifyCriterion] = []
    """What it says of each side of the answer."""
    missing: list[str] = []
    """What the answer lacks."""
    errors: list[str] = []
    """What is wrong in the answer."""
    notes: str
    """What was said about it, for people."""
    abstained: str | None = None
    """Why it gave no verdict; null when it did."""
    discounted: str | None = None
    """Why its approval verifies nothing; null where it counts, or is none."""
    abstention: VerifyRemark | None = None
    """The same as `abstained` for programs; null when it did not abstain, and in older ledgers."""
    discount: VerifyRemark | None = None
    """The same as `discounted` for programs; null where its approval counts, or is none, and in older ledgers."""


class VerifyCriterion(ServerData, kw_only=True):
    """What a judge says of one side of an answer."""

    name: VerifyCriterionName | str
    """Which side of the answer."""
    passed: bool
    """Whether the answer is right on this side."""
    reason: str
    """Why."""


class VerifyRemark(ServerData, kw_only=True):
    """What a check has to say, for programs; which members there are follows from `code`.

    What could not be looked into: `answer_too_long`, `sources_left_out`, `language_unread` (the source `name`, or the
    answer where none is named, is in one of the `languages`), `languages_differ` (the answer is in one of `languages`,
    the source `name` in one of `otherLanguages`), `claims_left_out` (but the first `limit`), `author_away`,
    `author_failed` and `sample_failed` (`error`), `nobody_else` (only the author is there), `judge_shown_part` (the
    first `limit` claims), `examination_failed` (`model`, `error`), `examination_unreadable` (`model`, `flaw`),
    `checker_failed` (`model`, `error`), `checker_unfit` (`model`), `checkers_late` (`seconds`), `sources_unread`
    (`unread`, the first of `count` sources).

    Why a judge gave no verdict, with its `role` and, where there was one, its `model`: `no_model`, `no_answer` (the
    answer breaks a `rule`; `quote`, `languages`, `otherLanguages`), `judge_failed` (`error`), `verdict_unreadable`
    (`flaw`). Why the approval of `model` verifies nothing: in its trial it approved `count` of `total` wrong results
    (`approved_wrong`), refused only so many (`refused_few`) or approved none of `total` right ones (`approved_none`),
    or it could not be tried (`untried`, `error`).

    In what a verdict contradicts itself: `score_despite_refusal` and `score_too_low` (`score`),
    `criteria_despite_approval` (`criteria`), `faults_despite_approval`. How an outcome came about: `said` (`quote`, a
    judge's own words), `flagged`, `texts_alone`, `disputed`, `disowned`, `unread`, `only_author`, `unsettled`.

    What speaks against an answer: `no_answer`, as above; `repeats` (`quote`, `count` times), `ends_repeating`
    (`quote`), `claims_contradict` (`claim`, `otherClaim`, `note`), `claim_contradicted` (`claim`, `note`),
    `out_of_scope` (`note`), `unsupported` (`count` of `total` claims, `refuted` of them contradicted, the worst
    `claim`), `inconsistent` (asked `count` times), `disputed_by_judge` and `disputed_by_checker` (who calls `claim`
    supported, though the sources have another `method`, in `quote` of the source `name`). What whoever tries again is
    told besides: `missing`, `wrong` (`quote`), `criterion` (one of `criteria`, `note`), `not_borne_out` (`claim`).

    What an opinion is: `topical` (how well the text goes with the claim), `entailed` (how far it follows), `answered`
    (`quote`).
    """

    code: VerifyRemarkCode | str
    """Which of them it is."""
    role: JudgeRole | str | None = None
    """As which judge it should have spoken."""
    model: str | None = None
    """The model that it is about, as `id@backend`."""
    error: VerifyFailure | None = None
    """What went wrong."""
    flaw: VerifyFlaw | None = None
    """What is wrong with its JSON."""
    rule: ResponseRule | str | None = None
    """The rule that the answer breaks."""
    quote: str | None = None
    """Words that it is about: of the answer, of a source, or of a model."""
    note: str | None = None
    """What the judge said of it."""
    name: str | None = None
    """Name of the source that it is about."""
    claim: str | None = None
    """The claim, or how it begins."""
    other_claim: str | None = None
    """The other claim, or how it begins."""
    method: str | None = None
    """How the sources are told to have another one: `number` or `date`."""
    languages: list[str] | None = None
    """Tags of BCP 47, of languages that are not told apart; one of them it is."""
    other_languages: list[str] | None = None
    """Likewise, of what it is compared with."""
    criteria: list[VerifyCriterionName | str] | None = None
    """The sides of the answer that it is about."""
    unread: list[VerifyUnread] | None = None
    """What of which source, the first ones."""
    count: int | None = None
    """How many."""
    total: int | None = None
    """Of how many."""
    refuted: int | None = None
    """How many of them are contradicted."""
    limit: int | None = None
    """How many at most."""
    score: int | None = None
    """The judge's score."""
    seconds: float | None = None
    """How long they may take."""


class VerifyFailure(ServerData, kw_only=True):
    """Why a model could not be asked: an error, in the daemon's words and for programs."""

    code: str
    """Code of an error."""
    message: str
    """What went wrong, in English."""
    reason: ErrorReason | str | None = None
    """More than the code says; only there when there is more."""


class VerifyFlaw(ServerData, kw_only=True):
    """Why the JSON of a judge can't be relied on; `member` is the one that it is about, where it is about one."""

    code: VerifyFlawCode | str
    """Which of them it is."""
    member: str | None = None
    """The member of the JSON that it is about."""


class VerifyUnread(ServerData, kw_only=True):
    """What of a source no judge was shown: the first of its passages, and how many `more` there are; all of it where
    none are named.
    """

    source: str
    """Its name."""
    passages: list[VerifySpan] = []
    """The first of its passages; none where it is all of it."""
    more: int = 0
    """How many more passages there are."""


class VerifySpan(ServerData, kw_only=True):
    """Code points from `start` up to `end` of a source."""

    start: int
    """Position of its first code point, from 0."""
    end: int
    """Position behind its last code point."""


class VerifyFinding(ServerData, kw_only=True):
    """Something that speaks against an answer, the `points` that it costs, and the model that said so, if one did.
    `remark` says for programs what `reason` says; null in older ledgers.
    """

    kind: VerifyFindingKind | str
    """What kind of thing it is."""
    points: int
    """What it costs of 100."""
    reason: str
    """What it is, for people."""
    checked_by: str | None = None
    """The model that said so; null when none was asked."""
    remark: VerifyRemark | None = None
    """The same as `reason` for programs; null in older ledgers."""


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
    evidence: VerifyEvidence | None = None
    """Where in the sources the claim was found; null when it was not."""
    agreement: float | None = None
    """From 0 to 1: how far other answers of its author say the same; null when none were asked for."""
    judged: VerifyOpinion | str | None = None
    """What the model `checkedBy` thinks of it; null when none was asked."""
    checked_by: str | None = None
    """The model that said so; null when none was asked."""
    reason: str | None = None
    """Why `checkedBy` thinks so; null when none was asked."""
    score: float | None = None
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
    `weight` is by how much a judge's word moves the log-odds of the claim, by its trial. `remark` says for programs
    what `reason` says; null for a judge's own words, and in older ledgers.
    """

    by: str
    """The model, as `id@backend`."""
    kind: VerifyOpinionSource | str
    """What kind of model it is, and so how it was asked."""
    value: float | None = None
    """From 0 to 1: how likely the claim is borne out; null when only a word came."""
    opinion: VerifyOpinion | str | None = None
    """In one word; null when neither is likely enough."""
    reason: str
    """What was answered, or what the value is."""
    weight: float | None = None
    """Of a judge: by how much its word moves the log-odds of the claim; null for others, and in older ledgers."""
    remark: VerifyRemark | None = None
    """The same as `reason` for programs; null for a judge's own words, and in older ledgers."""


class VerifyCost(ServerData, kw_only=True):
    """What asking models took: calls, tokens, seconds, side by side ones added up, and money.

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
    expenses: list[Expense] = []
    """What their answers cost, in each currency, as far as that is known."""


class Expense(ServerData, kw_only=True):
    """An amount of a currency that something has cost."""

    cost_micros: int
    """What it cost, in millionths of a unit of `currency`; null where that is not known."""
    currency: str
    """A currency by its three letters; null where nothing is known of money."""


class VerifySourceLabel(ServerData, kw_only=True):
    """A source that the daemon has named itself, in English: what it is, and of a message which one."""

    name: str
    """Its name among the `sources`."""
    kind: VerifySourceKind | str
    """What it is."""
    message_id: int | None = None
    """Id of the message; null for what is none."""


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
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists."""
    priority: TaskPriority | str
    """Which of several comes first."""
    status: TaskState | str
    """How it stands."""
    waits_for: TaskWaitsFor | str | None = None
    """What it waits for; null unless its `status` is `waiting`."""
    reason: str | None = None
    """Why it stands as it does, for people; null when there is nothing to say."""
    due_at: str | None = None
    """When it should be done; null for no date. Nothing happens at that time by itself."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    completed_at: str | None = None
    """When it was completed; null until then."""
    deleted_at: str | None = None
    """ISO-8601, UTC, with milliseconds"""
    description: str
    """What is to be done."""
    cause: TaskCause | None = None
    """The same for programs; null when there is nothing to say, and where an older daemon said it."""
    pausing: bool
    """Whether it was told to pause, and its last steps still run."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    auto_run: bool
    """Whether a plan is run without a person's approval. It does not start the task: `task:run` or `task:plan` does."""
    planned: bool
    """Whether its subtasks come from a planner."""
    plan_model: str | None = None
    """The model that made the plan; null when there is no plan."""
    round: int
    """How often it was begun anew, from 1."""
    budget: TaskBudget
    """What the task may take."""
    result: str | None = None
    """The result; null when there is none."""
    result_notes: str
    """What has to be said about the result."""
    result_remarks: list[TaskJoinRemark] | None = None
    """The same as `resultNotes` for programs; null where there is no answer yet, from an older daemon, and where a
    frame with many long texts has no room for them.
    """
    started_at: str | None = None
    """When it was begun; null before."""
    started: bool
    """Whether it was told to begin."""
    depends_on: list[int] = []
    """Ids of those that must be completed before this one begins."""
    spent: TaskSpent
    """What it has taken so far."""
    links: list[TaskLink] = []
    """Which parts of the result come from which subtask."""
    cut: bool
    """Whether long texts are only given in their beginning here."""
    version: int
    """Grows with each change, whoever makes it; also with what its steps do."""


class TaskCause(ServerData, kw_only=True):
    """Why a task stands as it does, for programs; which members there are follows from `code`.

    `budget_…`: `spent` of `limit`. `quota`: `endsAt`. `brakes`: `brakes`, as they were when it began to wait.
    `decision`, `no_judge`: `titles` of the subtasks that wait for a person, or for somebody to check them.
    `subtasks_lost`: `lost` of `total`, with their `titles`. `dependency_refused`: `note`. `planning_again` and
    `joining_again` (a try failed and another follows), `not_planned`, `not_joined`, `defect`: `error`.
    """

    code: TaskCauseCode | str
    """Which of them it is."""
    spent: float | None = None
    """Calls, tokens or minutes that it has taken."""
    limit: float | None = None
    """Calls, tokens or minutes that it may take."""
    ends_at: str | None = None
    """When the quota may be used again."""
    brakes: list[TaskBrakeCause] | None = None
    """What holds it back."""
    titles: list[str] | None = None
    """Titles of the subtasks that it is about, 20 at most."""
    lost: int | None = None
    """How many of its subtasks did not succeed."""
    total: int | None = None
    """How many subtasks it has."""
    note: str | None = None
    """What the person said."""
    error: TaskFailure | None = None
    """What went wrong."""


class TaskBrakeCause(ServerData, kw_only=True):
    """What holds tasks back just now; `percent` in use and its `limit` are null where it is no share of something."""

    what: TaskBrakeName | str
    """What it is."""
    percent: float | None = None
    """Percent in use."""
    limit: float | None = None
    """Percent from which on tasks are held back."""


class TaskFailure(ServerData, kw_only=True):
    """What a model or its server could not do. `code` is that of an error, or `interrupted`: the daemon ended twice
    while it was at it. `reason` says more where there is more to say.
    """

    code: str
    """Code of an error, or `interrupted`."""
    message: str
    """What went wrong, for people."""
    reason: ErrorReason | str | None = None
    """More than the code says; only there when there is more."""


class TaskBudget(ServerData, kw_only=True):
    """What a task may take; null is no limit."""

    max_calls: int | None = None
    """How many times models may be asked; null for no limit."""
    max_tokens: int | None = None
    """Tokens that may be read and written; null for no limit."""
    max_minutes: float | None = None
    """Minutes that its steps may take together; null for no limit."""


class TaskJoinRemark(ServerData, kw_only=True):
    """What is to be said of how a task's results were joined, for programs; which members there are follows from
    `code`.

    `as_they_are`: they are put together without a model, and why: `too_long_for_models`, `model_failed` (`error`),
    `cut_off` (the text of `model`), `does_not_hold` (what `model` wrote, and why not): it is `no_answer` (it breaks a
    `rule`; `quote`, `languages`, `otherLanguages`), `too_long` to be held against the results, `far_longer` or
    `far_shorter` than they are, `invented` (the `claims` that no result has), `result_missing` (`titles`). Of a text
    that a model has joined: `claims_left_out` (`count`, the first of the `claims`), `unmarked` (`titles` of the results
    that it has no mark for). Of any answer, also of a single result: `other_language` (it is in one of the `languages`,
    the task in one of `otherLanguages`).
    """

    code: TaskJoinRemarkCode | str
    """Which of them it is."""
    model: str | None = None
    """The model that wrote the text, as `id@backend`."""
    error: TaskFailure | None = None
    """What went wrong."""
    rule: ResponseRule | str | None = None
    """The rule that the text breaks."""
    quote: str | None = None
    """The words that break it."""
    languages: list[str] | None = None
    """Tags of BCP 47: the text is in one of these languages."""
    other_languages: list[str] | None = None
    """Likewise, of what was asked."""
    claims: list[str] | None = None
    """The first of the claims that it is about."""
    titles: list[str] | None = None
    """Titles of the subtasks that it is about."""
    count: int | None = None
    """How many claims."""


class TaskSpent(ServerData, kw_only=True):
    """What a task has taken: calls of models, tokens read and written, seconds of its steps together, and money."""

    calls: int
    """How many times a model was asked."""
    tokens: int
    """Tokens that were read and written."""
    seconds: float
    """Seconds of its steps together."""
    expenses: list[Expense] = []
    """What its answers cost, in each currency, as far as that is known."""


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
    subtasks: list[SubtaskItem] = []
    """Its subtasks, in order."""
    approvals: list[TaskApproval] = []
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
    assistant: str | None = None
    """Name of the assistant that does it; null where the daemon chooses."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    needs_approval: bool
    """Whether a person is asked before it begins."""
    depends_on: list[int] = []
    """Ids of those that must be completed before this one begins."""
    status: SubtaskState | str
    """How it stands."""
    attempts: int
    """How often it was tried."""
    kept: int | None = None
    """The number of the attempt whose result this is; null when there is none."""
    result: str | None = None
    """The result; null when there is none."""
    result_model: str | None = None
    """The model that made the result; null when there is none."""
    score: int | None = None
    """How good it is, from 0 to 100; null when nobody said."""
    reviewer: str | None = None
    """The model whose word decided; null when none did."""
    notes: str
    """What was said about it, for people."""
    cause: SubtaskCause | None = None
    """The same as `notes` for programs, where the daemon said it; null for the words of judges and persons, and from
    an older daemon.
    """
    remarks: list[VerifyRemark] | None = None
    """The same as `notes` for programs, where a check said it; null otherwise, from an older daemon, and where a
    frame with many long texts has no room for them.
    """
    verified: bool
    """Whether another model than its author approved it."""
    self_checked: bool
    """Whether it was approved, but by none whose approval verifies it: its author, or a judge that failed its trial."""
    reasons: list[str] = []
    """Why it was chosen, for people."""
    grounds: list[TaskAssignmentGround] | None = None
    """The same for programs as the first of `reasons` say; null where there is no result, and from an older daemon."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    completed_at: str | None = None
    """When it was completed; null until then."""
    cut: bool
    """Whether long texts are only given in their beginning here."""


class SubtaskCause(ServerData, kw_only=True):
    """Why a subtask stands as it does, for programs; which members there are follows from `code`.

    `failed`: `error`, of the last attempt, though another one may follow. `needed_lost`: `title` of another subtask
    that it needs. `step_refused` (a person did not let it begin), `result_refused` and `dependency_refused` (a person
    did not want it without what the task waited for): `note`, where they said something.
    """

    code: SubtaskCauseCode | str
    """Which of them it is."""
    error: TaskFailure | None = None
    """What went wrong."""
    title: str | None = None
    """Title of the subtask that it needs."""
    note: str | None = None
    """What the person said."""


class TaskAssignmentGround(ServerData, kw_only=True):
    """Why a piece of work goes to a model, for programs; which members there are follows from `code`.

    `fixed`: a person has said `model`. `assistant_gone`: the `assistant` is not there any more; `assistant_uses` the
    `models`; it would use `model`, but that is not there (`assistant_unable`, `error`) or for something else
    (`assistant_other`, `purpose`). `none_made_for` the `taskType`. `suits`: for work of this `taskType` and
    `difficulty` the `model` is best, by its `grounds`. `last_resort`: an attempt of these `models` failed;
    `all_failed`: of all that there are. `next`: the `models` that follow if `model` fails. `failed`: the `model` was
    asked, and gave no answer that could be used (`error`). What didn't fit into its context: the order
    (`order_condensed`) and the task's text (`text_condensed`), which were condensed part by part; of another result,
    its `title` told, `count` characters were left out (`result_cut`).
    """

    code: TaskAssignmentGroundCode | str
    """Which of them it is."""
    assistant: str | None = None
    """Name of the assistant."""
    model: str | None = None
    """The model, as a person named it, or as `id@backend`."""
    models: list[str] | None = None
    """The models, as `id@backend`."""
    task_type: TaskType | str | None = None
    """The kind of work."""
    difficulty: int | None = None
    """How hard the work is, from 1 to 10."""
    purpose: str | None = None
    """What the model is for."""
    error: TaskFailure | None = None
    """Why it is not there."""
    grounds: list[ModelGround] | None = None
    """What is known of the model."""
    title: str | None = None
    """What it is called in lists."""
    count: int | None = None
    """How many ratings there are."""


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
    subtask_id: int | None = None
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
    decided_at: str | None = None
    """When a person answered; null while the question is open."""


class LogFact(ServerData, kw_only=True):
    """What a line of a task's log tells, for programs; which members there are follows from `code`.

    `answered` and `asked`: `question`, and what a person `answered`, with their `note`. `dependency_…`: `taskId`.
    `planned`: `count` of subtasks. `step_again`, `step_done` (`count` of characters) and `step_failed` (`error`):
    `step`, and which `attempt`, where it is about one. `check_unasked` and `checked` (`outcome`, `score`): `attempt`.
    `compared`: `attempts`, and the better `attempt` of them. `subtask_deleted`: `subtaskId`. `subtask_ended`:
    `subtaskStatus`, `subtaskCause`. `task_held` and `task_ended`: `status`, `cause`. The others have no more to tell.
    """

    code: LogFactCode | str
    """Which of them it is."""
    step: StepKind | str | None = None
    """The kind of step."""
    attempt: int | None = None
    """Which attempt of the subtask it is about, from 1."""
    attempts: list[int] | None = None
    """The two attempts that were compared."""
    count: int | None = None
    """How many subtasks or characters."""
    outcome: VerifyOutcome | str | None = None
    """How the check ended."""
    score: int | None = None
    """The judge's score, of 100."""
    question: ApprovalKind | str | None = None
    """What a person is asked."""
    answered: ApprovalState | str | None = None
    """What the person decided."""
    note: str | None = None
    """What the person said."""
    task_id: int | None = None
    """The other task."""
    subtask_id: int | None = None
    """The subtask that is no more."""
    status: TaskState | str | None = None
    """How the task stands from then on."""
    cause: TaskCause | None = None
    """Why the task stands so."""
    subtask_status: SubtaskState | str | None = None
    """How the subtask has ended."""
    subtask_cause: SubtaskCause | None = None
    """Why the subtask has ended so."""
    error: TaskFailure | None = None
    """What went wrong."""
    actor: TaskActor | None = None
    """Who did what a person did; absent where nobody was logged in, and in lines of an older daemon."""


class TaskActor(ServerData, kw_only=True):
    """Who did something to a task, by the name that they had then."""

    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    name: str
    """Its name."""


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
    options: list[str] = []
    """What may be chosen, each once."""
    default: str | None = None
    """What stands in its place where nobody says anything; one of the options."""


VariableDraft: TypeAlias = TextVariableDraft | NumberVariableDraft | BooleanVariableDraft | SelectVariableDraft


class UnknownVariable(ServerData, kw_only=True, tag_field="type", tag=UNKNOWN_TAG):
    """One of a kind that this client doesn't know, as a later daemon may send it."""

    value: dict[str, Any]
    """What came."""


Variable: TypeAlias = TextVariable | NumberVariable | BooleanVariable | SelectVariable | UnknownVariable
