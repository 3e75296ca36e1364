"""Answers to the frames that have models generate: `model:complete` and `model:compare`."""

import secrets
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from orchd.errors import Forbidden, Invalid, UpstreamError
from orchd.features.models.generating import tools
from orchd.features.models.generating.compare import MAX_BYTES, ModelComparison, compare
from orchd.features.models.generating.reporting import attempt, timings, usage_of
from orchd.features.models.generating.structured import SCHEMA_PATH, check_value
from orchd.features.models.loading.progress import telling
from orchd.features.models.messages import (
    PROGRESS,
    STREAMING,
    ModelCompare,
    ModelCompared,
    ModelComplete,
    ModelCompleted,
    ModelParams,
)
from orchd.features.requester import requester_for
from orchd.json_schema import MAX_STEPS, JsonSchema
from orchd.llm import Backends, Hooks, Recording
from orchd.llm.types import Prompt, Requester, Sampling, Target, Turn
from orchd.protocol.command import MODEL_CALL, Command, Commands
from orchd.protocol.names import require_nonblank
from orchd.protocol.router import Context
from orchd.worker.pool import TextWorkers

QUICK_STEPS = 2_000
"""Of checking an answer against its schema: some milliseconds, that everybody else may wait."""


class GeneratingHandlers:
    """One method a frame."""

    def __init__(self, backends: Backends, default_model: str | None, workers: TextWorkers) -> None:
        self._backends = backends
        self._default_model = default_model
        self._workers = workers

    async def complete(self, context: Context, data: ModelComplete) -> ModelCompleted:
        if not any(turn.role == "user" and turn.content.strip() for turn in data.messages):
            raise Invalid("no message of the user's says anything", field="messages", path="$.data.messages")
        schema = None if data.schema is None else JsonSchema(data.schema, SCHEMA_PATH)
        prompt, requester = _prompt(data), requester_for(context.identity)
        async with telling(partial(context.emit, PROGRESS), data.model) as progress:
            chosen = await self._backends.first(
                data.model, data.fallbacks, None, self._default_model, requester=requester
            )
            progress.of(chosen.target)
            recording = Recording(chosen.target, Hooks(progress.of, progress.on_phase, progress.on_queue))
            outcome = await self._backends.stream(
                chosen.target, prompt, recording, max_bytes=MAX_BYTES, requester=requester, fallbacks=chosen.rest
            )
        calls = tools.asked_calls(outcome.tool_calls)
        thoughts, content = recording.split()
        value, unchecked = await self._value(content, None if calls else schema, outcome.finish_reason)
        return ModelCompleted(
            model=outcome.model,
            backend=outcome.backend or chosen.target.backend,
            content=content,
            reasoning=thoughts or None,
            finish_reason=outcome.finish_reason,
            usage=usage_of(outcome.usage),
            timings=timings(recording, outcome.usage),
            attempts=[attempt(failure) for failure in (*chosen.failures, *outcome.failures)],
            value=value,
            unchecked=unchecked,
            tool_calls=calls or UNSET,
        )

    async def compare(self, context: Context, data: ModelCompare) -> ModelCompared:
        require_nonblank(data.message, "message")
        requester = requester_for(context.identity)
        targets = [await self._resolve(place, name, requester) for place, name in enumerate(data.models)]
        system = (Turn("system", data.system_prompt),) if data.system_prompt else ()
        prompt = Prompt((*system, Turn("user", data.message)), sampling(data.params))
        comparison = ModelComparison(data.models, targets, prompt, secrets.token_hex(6), requester)
        return ModelCompared(await compare(self._backends, comparison, context.peer, context.id))

    async def _resolve(self, place: int, name: str, requester: Requester) -> Target:
        """Return one of the models to be compared. Raises `Forbidden`, naming it."""
        try:
            return await self._backends.resolve(name, None, None, requester=requester)
        except Forbidden as refused:
            refused.field, refused.path = "models", f"$.data.models[{place}]"
            raise

    async def _value(
        self, text: str, schema: JsonSchema | None, finish_reason: str
    ) -> tuple[Any, list[str] | UnsetType]:
        """Return the value that was asked for, and what of its schema was left to the model server."""
        if schema is None:
            return UNSET, UNSET
        try:
            written = await self._check(text, schema)
        except UpstreamError as error:
            error.tell(finishReason=finish_reason)
            raise
        return msgspec.json.decode(written), [path.removeprefix("$.data.") for path in schema.unchecked]

    async def _check(self, text: str, schema: JsonSchema) -> str:
        """Check an answer, apart from everybody else if it takes long: a short schema may be intricate."""
        try:
            return await self._workers.run(check_value, text, schema.root, QUICK_STEPS)
        except Invalid:
            return await self._workers.run(check_value, text, schema.root, MAX_STEPS, apart=True)


COMMANDS = Commands(
    Command(
        "model:complete",
        ModelComplete,
        ModelCompleted,
        right="change",
        scope="chat",
        errors=MODEL_CALL,
        before=(PROGRESS,),
    ).by(GeneratingHandlers.complete),
    Command(
        "model:compare",
        ModelCompare,
        ModelCompared,
        right="change",
        scope="chat",
        errors=MODEL_CALL,
        before=(STREAMING,),
    ).by(GeneratingHandlers.compare),
)


def _prompt(data: ModelComplete) -> Prompt:
    """Return what is asked. Raises Invalid for tools and messages that don't fit together."""
    return Prompt(
        turns=tools.turns(data.messages),
        sampling=sampling(data.params),
        schema=data.schema,
        tools=tools.offered_tools(data),
        tool_choice=tools.choice(data),
    )


def sampling(params: ModelParams) -> Sampling:
    """Return the sampling parameters of a frame."""
    return Sampling(
        temperature=params.temperature,
        top_p=params.top_p,
        max_tokens=params.max_tokens,
        stop=None if params.stop is None else tuple(params.stop),
        seed=params.seed,
    )
