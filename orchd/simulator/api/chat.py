"""From a chat or embeddings request to its answer, whichever API it came by."""

import itertools
from collections import Counter, OrderedDict
from collections.abc import Callable

import trio

from orchd.errors import Invalid
from orchd.simulator.api.bodies import ChatBody, ChatRequest, EmbeddingsBody, NativeChatBody, decode
from orchd.simulator.api.dialect import Dialect, json_bytes
from orchd.simulator.api.native import NativeDialect
from orchd.simulator.api.openai import OpenAIDialect
from orchd.simulator.content.answer import AnswerSpec, SimulatedAnswer, compose, count_tokens
from orchd.simulator.content.embedding import embed, pack
from orchd.simulator.faults import Faults
from orchd.simulator.generation import SimulatedGeneration
from orchd.simulator.http import HttpExchange, HttpRequest
from orchd.simulator.models import Instance, ModelLoadJob, Registry
from orchd.simulator.refusal import RefusedError
from orchd.simulator.settings import SimulatorConfig
from orchd.simulator.stats import StatCounters

MAX_THREADS = 1_000
MAX_INPUTS = 2_048
MAX_COUNTED_FAULTS = 1_000

MakeDialect = Callable[[ChatRequest, Instance, Faults], Dialect]


class FaultDesk:
    """Puts together the faults of a request, and counts those that hold for the first few requests only."""

    def __init__(self, always: str) -> None:
        self._always = always
        self._used: Counter[str] = Counter()

    def reset(self) -> None:
        """Let faults with `times` begin anew."""
        self._used.clear()

    def of(self, request: HttpRequest, directive: str = "", *, generates: bool = True) -> Faults:
        """The faults of a request; raises `RefusedError` naming the known ones when its text can't be read."""
        asked = (self._always if generates else "", request.headers.get("x-simulate", ""), directive)
        try:
            faults = Faults.of(*asked)
        except ValueError as refused:
            raise RefusedError(400, str(refused), code="unknown_fault", param="simulate") from None
        return faults if faults.times is None or self._in_time(",".join(asked), faults.times) else Faults()

    def _in_time(self, text: str, times: int) -> bool:
        if text not in self._used and len(self._used) >= MAX_COUNTED_FAULTS:
            self._used.clear()
        self._used[text] += 1
        return self._used[text] <= times


async def answered_by_fault(faults: Faults, exchange: HttpExchange) -> bool:
    """Answer with the error that the faults ask for, if they do; returns whether they did."""
    exchange.piece = faults.split
    exchange.drop_next = faults.drop_next
    if faults.status is None and not faults.json_error:
        return False
    await trio.sleep(faults.headers)
    status = 200 if faults.status is None else faults.status
    refused = RefusedError(status, f"Simulated error {status}", type="simulated_error", code="simulated")
    later = (("retry-after", "1"),) if status in (429, 503) else ()
    await exchange.answer(status, refused.body(), later)
    return True


class ChatDesk:
    """Answers chat and embeddings requests."""

    def __init__(self, config: SimulatorConfig, registry: Registry, counters: StatCounters, faults: FaultDesk) -> None:
        self._config = config
        self._registry = registry
        self._counters = counters
        self._faults = faults
        self._numbers = itertools.count(1)
        self._threads: OrderedDict[str, int] = OrderedDict()

    async def openai(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`POST /v1/chat/completions`."""
        await self._chat(decode(request.body, ChatBody).ask(), request, exchange, self._openai_dialect)

    async def complete_extended(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`POST /api/v0/chat/completions`."""
        await self._chat(decode(request.body, ChatBody).ask(), request, exchange, self._extended_dialect)

    async def native_chat(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`POST /api/v1/chat`."""
        ask = decode(request.body, NativeChatBody).ask()
        if ask.previous is not None:
            if ask.previous not in self._threads:
                message = f"Unknown response '{ask.previous}'"
                raise RefusedError(400, message, code="invalid_value", param="previous_response_id")
            ask = ask._replace(prompt_tokens=ask.prompt_tokens + self._threads[ask.previous])
        await self._chat(ask, request, exchange, self._native_dialect)

    def _openai_dialect(self, ask: ChatRequest, instance: Instance, faults: Faults) -> Dialect:
        return OpenAIDialect(next(self._numbers), instance, faults, include_usage=ask.include_usage)

    def _extended_dialect(self, ask: ChatRequest, instance: Instance, faults: Faults) -> Dialect:
        number = next(self._numbers)
        return OpenAIDialect(number, instance, faults, include_usage=ask.include_usage, extended=True)

    def _native_dialect(self, ask: ChatRequest, instance: Instance, faults: Faults) -> Dialect:
        _check_reasoning(ask, instance)
        response_id = f"resp_simulated_{next(self._numbers)}" if ask.store else None
        if response_id is not None:
            self._threads[response_id] = ask.prompt_tokens
            if len(self._threads) > MAX_THREADS:
                self._threads.popitem(last=False)
        return NativeDialect(instance, faults, response_id=response_id)

    async def _chat(self, ask: ChatRequest, request: HttpRequest, exchange: HttpExchange, make: MakeDialect) -> None:
        faults = self._faults.of(request, ask.directive)
        if await answered_by_fault(faults, exchange):
            return
        instance, load = self._model(ask.model, "llm", ask.context, faults)
        if ask.images and not instance.spec.vision:
            message = "Model does not support images. Please use a model that does."
            raise RefusedError(400, message, type="invalid_request_error", param="messages")
        dialect = make(ask, instance, faults)
        generation = SimulatedGeneration(
            exchange,
            dialect,
            self._compose(ask, instance, faults),
            faults,
            instance=instance,
            load=load,
            interval=self._config.token_interval,
            prompt_tokens=ask.prompt_tokens,
            stream=ask.stream,
            counters=self._counters,
        )
        await generation.run()

    def _model(self, name: str, kind: str, context: int | None, faults: Faults) -> tuple[Instance, ModelLoadJob | None]:
        found = self._registry.find(name, kind)
        if isinstance(found, Instance):
            return found, None
        load = self._registry.load_on_request(found, context, fail=faults.load_error)
        return load.instance, load

    def _compose(self, ask: ChatRequest, instance: Instance, faults: Faults) -> SimulatedAnswer:
        if ask.prompt_tokens >= instance.context:
            message = (
                "The number of tokens to keep from the initial prompt is greater than the context length "
                f"(n_keep: {ask.prompt_tokens} >= n_ctx: {instance.context})"
            )
            raise RefusedError(400, message, type="invalid_request_error", code="context_length_exceeded")
        question = AnswerSpec(
            ask.question,
            instance.spec.id,
            self._config.seed,
            room=instance.context - ask.prompt_tokens,
            limit=ask.limit,
            stop=ask.stop,
            schema=ask.schema,
            thinks=instance.spec.reasoning and ask.reasoning != "off",
            endless=ask.stream,
            tools=ask.tools,
            must_call=ask.must_call,
            images=ask.images,
            begun=ask.begun if (self._config.prefill if faults.prefill is None else faults.prefill) else "",
        )
        try:
            return compose(question, faults)
        except Invalid as error:
            message = f"No answer can be made for the JSON schema: {error.message}"
            param = "tools" if ask.tools and ask.schema is None else "response_format"
            raise RefusedError(400, message, type="invalid_request_error", param=param) from None

    async def embeddings(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """`POST /v1/embeddings` and `POST /api/v0/embeddings`."""
        body = decode(request.body, EmbeddingsBody)
        faults = self._faults.of(request)
        if await answered_by_fault(faults, exchange):
            return
        texts = body.texts()
        if not 1 <= len(texts) <= MAX_INPUTS:
            raise RefusedError(400, f"'input' must hold 1 to {MAX_INPUTS} texts", param="input")
        instance, load = self._model(body.model, "embedding", None, faults)
        await trio.sleep(faults.headers + faults.silence)
        if load is not None:
            await load.finish()
        await exchange.answer(200, json_bytes(await self._embeddings(texts, body, instance, faults)))

    async def _embeddings(
        self, texts: list[str], body: EmbeddingsBody, instance: Instance, faults: Faults
    ) -> dict[str, object]:
        counts = [count_tokens(text) for text in texts]
        if max(counts) > instance.context:
            message = f"An input of {max(counts)} tokens is over the context length {instance.context}"
            raise RefusedError(400, message, type="invalid_request_error", param="input")
        data = []
        for index, text in enumerate(texts):
            spec = instance.spec
            vector = embed(text, seed=self._config.seed, model=spec.id, dimensions=spec.dimensions)
            coded = pack(vector) if body.encoding_format == "base64" else vector
            data.append({"object": "embedding", "index": index, "embedding": coded})
            await trio.lowlevel.checkpoint()
        usage = {"prompt_tokens": sum(counts), "total_tokens": sum(counts)}
        return {"object": "list", "data": data, "model": faults.model or instance.id, "usage": usage}


def _check_reasoning(ask: ChatRequest, instance: Instance) -> None:
    allowed = ("off", "on") if instance.spec.reasoning else ()
    if ask.reasoning is not None and ask.reasoning not in allowed:
        message = f"Model '{instance.spec.id}' does not support reasoning '{ask.reasoning}'"
        raise RefusedError(400, message, code="invalid_value", param="reasoning")
