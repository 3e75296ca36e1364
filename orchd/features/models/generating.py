"""Answers to the frames that have models generate: `model:complete` and `model:compare`."""

import secrets
from typing import Any

import trio
from msgspec import UNSET, UnsetType

from orchd.errors import Invalid, UpstreamError
from orchd.features.models.compare import Contest, compare
from orchd.features.models.heard import Heard, attempt, usage_of
from orchd.features.models.json_schema import JsonSchema
from orchd.features.models.messages import (
    ModelCompare,
    ModelCompared,
    ModelComplete,
    ModelCompleted,
    ModelParams,
)
from orchd.features.models.progress import telling
from orchd.features.models.service import Models
from orchd.features.models.structured import read_value
from orchd.llm import Backends
from orchd.llm.types import Claim, Prompt, Sampling, Turn
from orchd.protocol.router import Context


class GeneratingHandlers:
    """One method a frame."""

    def __init__(self, backends: Backends, models: Models, default_model: str | None) -> None:
        self._backends = backends
        self._models = models
        self._default_model = default_model

    async def complete(self, context: Context, data: ModelComplete) -> ModelCompleted:
        """Answer `model:complete`."""
        if not any(turn.role == "user" for turn in data.messages):
            raise Invalid("no message is the user's", field="messages", path="$.data.messages")
        schema = None if data.schema is None else JsonSchema(data.schema)
        prompt = Prompt(
            tuple(Turn(turn.role, turn.content) for turn in data.messages), sampling(data.params), data.schema
        )
        async with telling(context.emit, data.model) as progress:
            target, rest, attempts = await self._models.first(data.model, data.fallbacks, self._default_model)
            progress.of(target)
            heard = Heard(progress)
            claim = Claim(user=context.user)
            outcome = await self._backends.stream(target, prompt, heard, claim=claim, fallbacks=rest)
        value, unchecked = await _value(heard.content, schema, outcome.finish_reason)
        return ModelCompleted(
            model=outcome.model,
            backend=outcome.backend or target.backend,
            content=heard.content,
            reasoning=heard.reasoning,
            finish_reason=outcome.finish_reason,
            usage=usage_of(outcome.usage),
            timings=heard.timings(outcome.usage),
            attempts=[*attempts, *map(attempt, outcome.failures)],
            value=value,
            unchecked=unchecked,
        )

    async def compare(self, context: Context, data: ModelCompare) -> ModelCompared:
        """Answer `model:compare`."""
        targets = [await self._backends.resolve(name, None, None) for name in data.models]
        system = (Turn("system", data.system_prompt),) if data.system_prompt else ()
        prompt = Prompt((*system, Turn("user", data.message)), sampling(data.params))
        contest = Contest(data.models, targets, prompt, secrets.token_hex(6), Claim(user=context.user))
        return ModelCompared(await compare(self._backends, contest, context.peer, context.emit))


async def _value(text: str, schema: JsonSchema | None, finish_reason: str) -> tuple[Any, list[str] | UnsetType]:
    """Return the value that was asked for, and what of its schema was left to the model server."""
    if schema is None:
        return UNSET, UNSET
    try:
        value = await trio.to_thread.run_sync(read_value, text, schema)
    except UpstreamError as error:
        raise UpstreamError(error.message, **error.details, finishReason=finish_reason) from None
    return value, schema.unchecked


def sampling(params: ModelParams) -> Sampling:
    """Return the sampling parameters of a frame."""
    return Sampling(
        temperature=params.temperature,
        top_p=params.top_p,
        max_tokens=params.max_tokens,
        stop=None if params.stop is None else tuple(params.stop),
        seed=params.seed,
    )
