"""The door to the model servers: LM Studio and others that speak the OpenAI-compatible API.

`Backends` watches them while its `run` runs: `resolve` says which model answers, `stream` and `complete` generate,
`continues` and `wait_idle` are about what comes after a stop, `load` and `unload` do so, `models`, `health` and `queue`
tell what is there and what waits. What goes in and out is in `types`; every failure is an `OrchdError`.

Behind the door, from the wire up: `pipe` (a socket), `head`, `body`, `inflate` and `wire` (HTTP), `json_values`, `sse`
and `document` (events), `halves` and `chunks` (what one says), `think`, `echo`, `calls`, `finish` and `reply` (an
answer as it arrives), `thoughts` (one that is whole), `words`, `overflow`, `retry` and `failures` (what went wrong),
`stream` (one attempt with its deadlines), `address` and `reach` (where a server is, and why it isn't), `fetch`,
`lists`, `listing`, `purpose`, `refusal` and `probe` (what a server is and has), `offer` and `names` (what of it can be
asked for, and how), `prefill` (whether it continues an answer), `slots` (whether it works), `loading`, `sightings` and
`backend` (one server), `scheduler` and `front` (whose turn it is there), `choice`, `fallback` and `registry` (all of
them). `local` is a room of its own: model files, run in processes of the daemon's.
"""

from orchd.llm.answers.failures import refuses_schema
from orchd.llm.answers.finish import is_cut_off
from orchd.llm.answers.json_answer import Found, UnreadableJson, json_values
from orchd.llm.answers.thoughts import answer_of, closing_mark, split_thoughts
from orchd.llm.registry import MAX_ANSWER_BYTES, SEARCHED, Backends
from orchd.llm.tools import CalledFunction, NamedFunction, NamedTool, OfferedFunction, Tool, ToolCall, ToolChoice
from orchd.llm.types import (
    AttemptListener,
    BackendHealth,
    BackendSpec,
    Capability,
    Channel,
    Chosen,
    Claim,
    Completion,
    Deadlines,
    Failure,
    Kind,
    Listener,
    ModelInfo,
    Outcome,
    Phase,
    Priority,
    Prompt,
    QueueEntry,
    QueueListener,
    Role,
    Sampling,
    Target,
    Turn,
    Usage,
)

__all__ = [
    "MAX_ANSWER_BYTES",
    "SEARCHED",
    "AttemptListener",
    "BackendHealth",
    "BackendSpec",
    "Backends",
    "CalledFunction",
    "Capability",
    "Channel",
    "Chosen",
    "Claim",
    "Completion",
    "Deadlines",
    "Failure",
    "Found",
    "Kind",
    "Listener",
    "ModelInfo",
    "NamedFunction",
    "NamedTool",
    "OfferedFunction",
    "Outcome",
    "Phase",
    "Priority",
    "Prompt",
    "QueueEntry",
    "QueueListener",
    "Role",
    "Sampling",
    "Target",
    "Tool",
    "ToolCall",
    "ToolChoice",
    "Turn",
    "UnreadableJson",
    "Usage",
    "answer_of",
    "closing_mark",
    "is_cut_off",
    "json_values",
    "refuses_schema",
    "split_thoughts",
]
