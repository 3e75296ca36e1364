"""The door to the model servers: LM Studio and others that speak the OpenAI-compatible API.

`Backends` watches them while its `run` runs: `resolve` says which model answers, `stream` generates, `continues` and
`wait_idle` are about what comes after a stop, `load` and `unload` do so, `models`, `health` and `queue` tell what is
there and what waits. An `Asker` has a question answered, a `Scorer` one to which the answer is a number. What goes in
and out is in `types`; every failure is an `OrchdError`, or a `NoAnswerError` that says what was spent.

Behind the door `wire` is the way to a server and back, `answers` what one says, `probing` what it is and offers,
`asking` a request, an answer and a question, `scoring` a question that a number answers; `scheduler` and `front` say
whose turn it is at a `backend`, and `choice` and `registry` know all of them. `local` is a room of its own: model
files, run in processes of the daemon's.
"""

from orchd.llm.accounting import BYTES_PER_TOKEN, TokenTally
from orchd.llm.answers.finish import is_cut_off
from orchd.llm.answers.json_answer import JsonMatch, UnreadableJson, json_values
from orchd.llm.answers.server_notes import ServerNote, ServerNoteCode, note_text
from orchd.llm.answers.thoughts import answer_of, closing_mark
from orchd.llm.asking.asker import Answer, AskedInVain, Asker, Fit, FittedPrompt, Measure, whole
from orchd.llm.asking.cost import Cost, NoAnswerError, sum_of_prices
from orchd.llm.asking.recording import Hooks, Recording
from orchd.llm.asking.rounds import Retry
from orchd.llm.asking.running import Workload
from orchd.llm.asking.taking_up import LostAnswer
from orchd.llm.billing import AccountReference, Bill
from orchd.llm.loading import LoadNews
from orchd.llm.probing.address import read_address
from orchd.llm.probing.held_key import ServerTrial
from orchd.llm.registry import MAX_ANSWER_BYTES, Backends
from orchd.llm.replay import START, PlaceListener, StreamMark, StreamPlace
from orchd.llm.scoring.checkers import CheckerKind, checker_kind
from orchd.llm.scoring.choosing import Choice
from orchd.llm.scoring.exchange import SmallRequest
from orchd.llm.scoring.scorer import Scorer
from orchd.llm.servers import SEARCHED
from orchd.llm.tools import CalledFunction, NamedFunction, NamedTool, OfferedFunction, Tool, ToolCall, ToolSelection
from orchd.llm.types import (
    AttemptListener,
    BackendHealth,
    BackendSpec,
    Capability,
    Channel,
    CostListener,
    Deadlines,
    FailedAttempt,
    Listener,
    ModelInfo,
    Outcome,
    Phase,
    Price,
    Priority,
    Prompt,
    QueueEntry,
    QueueListener,
    Requester,
    Role,
    Sampling,
    Selection,
    ServerKind,
    Target,
    Turn,
    Usage,
)
from orchd.llm.wire.halves import mend
from orchd.llm.wire.relayed import RelayedPiece, RelayedRequest

__all__ = [
    "BYTES_PER_TOKEN",
    "MAX_ANSWER_BYTES",
    "SEARCHED",
    "START",
    "AccountReference",
    "Answer",
    "AskedInVain",
    "Asker",
    "AttemptListener",
    "BackendHealth",
    "BackendSpec",
    "Backends",
    "Bill",
    "CalledFunction",
    "Capability",
    "Channel",
    "CheckerKind",
    "Choice",
    "Cost",
    "CostListener",
    "Deadlines",
    "FailedAttempt",
    "Fit",
    "FittedPrompt",
    "Hooks",
    "JsonMatch",
    "Listener",
    "LoadNews",
    "LostAnswer",
    "Measure",
    "ModelInfo",
    "NamedFunction",
    "NamedTool",
    "NoAnswerError",
    "OfferedFunction",
    "Outcome",
    "Phase",
    "PlaceListener",
    "Price",
    "Priority",
    "Prompt",
    "QueueEntry",
    "QueueListener",
    "Recording",
    "RelayedPiece",
    "RelayedRequest",
    "Requester",
    "Retry",
    "Role",
    "Sampling",
    "Scorer",
    "Selection",
    "ServerKind",
    "ServerNote",
    "ServerNoteCode",
    "ServerTrial",
    "SmallRequest",
    "StreamMark",
    "StreamPlace",
    "Target",
    "TokenTally",
    "Tool",
    "ToolCall",
    "ToolSelection",
    "Turn",
    "UnreadableJson",
    "Usage",
    "Workload",
    "answer_of",
    "checker_kind",
    "closing_mark",
    "is_cut_off",
    "json_values",
    "mend",
    "note_text",
    "read_address",
    "sum_of_prices",
    "whole",
]
