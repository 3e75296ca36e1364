"""The door to the model servers: LM Studio and others that speak the OpenAI-compatible API.

`Backends` watches them while its `run` runs: `resolve` says which model answers, `stream` and `complete` generate,
`continues` and `wait_idle` are about what comes after a stop, `models` and `health` tell what is there. What goes in
and out is in `types`; every failure is an `OrchdError`.

Behind the door, from the wire up: `pipe` (a socket), `body` and `wire` (HTTP), `sse` and `chunks` (events), `think`,
`echo` and `reply` (an answer as it arrives), `failures` (what went wrong), `stream` (one attempt with its deadlines),
`fetch`, `listing` and `probe` (what a server is and has), `prefill` (whether it continues an answer), `slots` (whether
it works), `loading`, `backend` (one server), `choice` and `registry` (all of them).
"""

from orchd.llm.registry import MAX_ANSWER_BYTES, SEARCHED, Backends
from orchd.llm.types import (
    BackendHealth,
    BackendSpec,
    Channel,
    Completion,
    Deadlines,
    Kind,
    Listener,
    ModelInfo,
    Outcome,
    Phase,
    Prompt,
    Role,
    Sampling,
    Target,
    Turn,
    Usage,
)

__all__ = [
    "MAX_ANSWER_BYTES",
    "SEARCHED",
    "BackendHealth",
    "BackendSpec",
    "Backends",
    "Channel",
    "Completion",
    "Deadlines",
    "Kind",
    "Listener",
    "ModelInfo",
    "Outcome",
    "Phase",
    "Prompt",
    "Role",
    "Sampling",
    "Target",
    "Turn",
    "Usage",
]
