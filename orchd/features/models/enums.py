"""The values that members of frames about models may have, by the names that they have in the schema."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from orchd.llm.types import ModelPurpose, ServerKind

TaskType: TypeAlias = Annotated[
    Literal["code", "reasoning", "analysis", "chat", "general", "embedding", "vision"],
    Meta(title="TaskType", description="What kind of work a model is chosen for."),
]
State: TypeAlias = Annotated[
    Literal["loaded", "loading", "not_loaded", "unknown"],
    Meta(title="ModelState", description="Whether a model is in memory; `unknown` where its server does not tell."),
]
BackendKind: TypeAlias = Annotated[
    ServerKind,
    Meta(title="BackendKind", description="What software a model server is; `openai` is any other one with that API."),
]
ModelType: TypeAlias = Annotated[
    Literal["llm", "embedding"], Meta(title="ModelType", description="What a model makes: text, or vectors.")
]
ModelUse: TypeAlias = Annotated[
    ModelPurpose,
    Meta(
        title="ModelPurpose",
        description="What a model is for, as its server, its name or a failed try tell; `checking`: it says whether "
        "texts support claims, `reranking`: how well pairs of texts go together.",
    ),
]
TurnRole: TypeAlias = Annotated[
    Literal["system", "user", "assistant", "tool"],
    Meta(title="TurnRole", description="Who speaks in a message that a model is shown."),
]
ToolChoice: TypeAlias = Annotated[
    Literal["auto", "none", "required"],
    Meta(title="ToolChoice", description="Whether the model may, must not or must ask for a call."),
]
QueueState: TypeAlias = Annotated[
    Literal["running", "loading", "waiting"],
    Meta(title="QueueState", description="What a request does: it is answered, its model is loaded, or it waits."),
]
QueuePriority: TypeAlias = Annotated[
    Literal["chat", "task", "background"],
    Meta(title="QueuePriority", description="Whose turn comes first: people who chat, then tasks, then the rest."),
]
WaitReason: TypeAlias = Annotated[
    Literal["slots", "loading", "other_model", "turn"],
    Meta(
        title="WaitReason",
        description="What a request waits for: a free slot, the load of its model, the answers of another model, or "
        "its turn.",
    ),
]
