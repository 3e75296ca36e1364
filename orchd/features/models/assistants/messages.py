"""Assistants: a model with a part to play."""

from typing import Annotated, TypeAlias

from msgspec import Meta

from orchd.entity.wire import Category, Description, Name, OwnedItem, SentBy, Words
from orchd.errors import Invalid
from orchd.protocol.types import ModelName

SystemPrompt: TypeAlias = Annotated[str, Meta(max_length=200_000)]


def _model(name: str, field: str) -> str:
    """A model need not be there, but it has a name."""
    if not name.strip():
        raise Invalid("the name of a model is blank", reason="blank", field=field, path=f"$.data.{field}")
    return name


def _models(names: tuple[str, ...], field: str) -> tuple[str, ...]:
    """Each is tried once, however often it is named."""
    return tuple(dict.fromkeys(_model(name, field) for name in names))


class AssistantItem(OwnedItem, frozen=True, kw_only=True):
    """An assistant: `model` plays its part or, when that isn't available, `fallbacks` in order; neither need be there.

    `category` is free; research, writing, code, validation and analysis are what other parts of the daemon look for.
    """

    name: Name
    description: Description = ""
    category: Category = ""
    model: Annotated[ModelName, SentBy(_model)] | None = None
    """Who plays the part; null where the daemon chooses."""
    fallbacks: Annotated[tuple[ModelName, ...], Meta(max_length=16), SentBy(_models)] = ()
    system_prompt: SystemPrompt = ""
    capabilities: Words = ()
    active: bool = True
