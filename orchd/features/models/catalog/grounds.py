"""Why a model suits a kind of task, by codes, and each of them in English."""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.features.models.enums import TaskType
from orchd.protocol.types import Count

GroundCode: TypeAlias = Annotated[
    Literal[
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
    ],
    Meta(title="ModelGroundCode", description="What speaks for a model, or against it, for a kind of task."),
]


class ModelGround(Struct, frozen=True, rename="camel", kw_only=True):
    """What speaks for a model, or against it; which members there are follows from `code`.

    `simulated`, `no_template` (it is a base model), `sees` images, `sees_by_name`, `thinks` before it answers,
    `made_for` the `taskType` by its name, `context` (`count` tokens), `loaded`, `size` (as servers write it), and how
    that goes with a `difficulty` of 1 to 10: `size_fits`, `size_above`, `size_below`, `size_unknown`. As it was here:
    `speed` (`value` tokens a second), `rated` (`value` of 5 by `count`), `approved` (`count` of `total` results that
    were checked).
    """

    code: GroundCode
    task_type: TaskType | UnsetType = UNSET
    size: str | UnsetType = UNSET
    difficulty: Annotated[int, Meta(ge=1, le=10)] | UnsetType = UNSET
    value: float | UnsetType = UNSET
    count: Count | UnsetType = UNSET
    total: Count | UnsetType = UNSET


def ground_words(ground: ModelGround) -> str:
    """Return it in English, as a part of a sentence."""
    return _WORDS[ground.code](ground)


_WORDS: Mapping[GroundCode, Callable[[ModelGround], str]] = {
    "approved": lambda ground: f"{ground.count} of {ground.total} checked results were approved here",
    "context": lambda ground: f"a context of {ground.count} tokens",
    "loaded": lambda ground: "it is loaded",
    "made_for": lambda ground: f"by its name it is made for {ground.task_type}",
    "no_template": lambda ground: "it has no chat template: a base model",
    "rated": lambda ground: f"rated {ground.value:.1f} of 5 by {ground.count}",
    "sees": lambda ground: "it sees images",
    "sees_by_name": lambda ground: "by its name it sees images",
    "simulated": lambda ground: "it is simulated: its answers are made up by a program",
    "size": lambda ground: f"{ground.size} parameters",
    "size_above": lambda ground: (
        f"{ground.size} parameters, more than difficulty {ground.difficulty} asks for of the sizes here"
    ),
    "size_below": lambda ground: (
        f"{ground.size} parameters, less than difficulty {ground.difficulty} asks for of the sizes here"
    ),
    "size_fits": lambda ground: (
        f"{ground.size} parameters, of the sizes here the one for difficulty {ground.difficulty}"
    ),
    "size_unknown": lambda ground: "its size is not known",
    "speed": lambda ground: f"measured here: {ground.value:g} tokens/s",
    "thinks": lambda ground: "it thinks before it answers",
}
