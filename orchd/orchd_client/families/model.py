"""Requests whose type begins with `model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..data.model import (
    ModelBenchmark,
    ModelBenchmarkItem,
    ModelBenchmarkPage,
    ModelBenchmarks,
    ModelCompare,
    ModelCompared,
    ModelComplete,
    ModelCompleted,
    ModelList,
    ModelLoad,
    ModelLoaded,
    ModelNamedTool,
    ModelPage,
    ModelParams,
    ModelProgress,
    ModelQueue,
    ModelQueueChanged,
    ModelQueued,
    ModelQueueSubscribe,
    ModelQueueSubscribed,
    ModelQueueUnsubscribe,
    ModelQueueUnsubscribed,
    ModelRate,
    ModelRated,
    ModelRecommend,
    ModelRecommended,
    ModelStreaming,
    ModelSwitch,
    ModelSwitched,
    ModelTool,
    ModelTurn,
    ModelUnload,
    ModelUnloaded,
    ToolChoice,
)
from ..data.shared import TaskType
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import RequestStream, Subscription

_MODEL_QUEUE = Call("model:queue", "model:queue", ModelQueued, safe=True)
_MODEL_QUEUE_SUBSCRIBE = Call("model:queue:subscribe", "model:queue:subscribe", ModelQueueSubscribed, safe=True)
_MODEL_QUEUE_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"model:queue:changed"}),
    end=Call("model:queue:unsubscribe", "model:queue:unsubscribe", ModelQueueUnsubscribed),
    end_data=lambda _: ModelQueueUnsubscribe(),
)
_MODEL_QUEUE_UNSUBSCRIBE = Call("model:queue:unsubscribe", "model:queue:unsubscribe", ModelQueueUnsubscribed, safe=True)
_MODEL_LIST = Call("model:list", "model:list", ModelPage, safe=True)
_MODEL_LOAD = Call("model:load", "model:load", ModelLoaded)
_MODEL_UNLOAD = Call("model:unload", "model:unload", ModelUnloaded)
_MODEL_SWITCH = Call("model:switch", "model:switch", ModelSwitched)
_MODEL_BENCHMARK = Call("model:benchmark", "model:benchmark", ModelBenchmarkItem)
_MODEL_BENCHMARKS = Call("model:benchmarks", "model:benchmarks", ModelBenchmarkPage, safe=True)
_MODEL_RECOMMEND = Call("model:recommend", "model:recommend", ModelRecommended, safe=True)
_MODEL_RATE = Call("model:rate", "model:rate", ModelRated)
_MODEL_COMPLETE = Call("model:complete", "model:complete", ModelCompleted)
_MODEL_COMPARE = Call("model:compare", "model:compare", ModelCompared)


class ModelQueueRequests:
    """`client.model.queue`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def __call__(self) -> ModelQueued:
        """`model:queue`: what the model servers are working on, and what waits for them.

        Needs the right `read`, of a token the scope `models`.
        """
        data = ModelQueue()
        return await self._link.request(_MODEL_QUEUE, data)

    def subscribe(self) -> Subscription[ModelQueueSubscribed, ModelQueueChanged]:
        """`model:queue:subscribe`: be told the queue of the model servers soon, and whenever it changes. Again: be told
        it anew.

        Needs the right `read`, of a token the scope `models`.
        """
        data = ModelQueueSubscribe()
        return Subscription(self._link, _MODEL_QUEUE_SUBSCRIBE, data, _MODEL_QUEUE_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> ModelQueueUnsubscribed:
        """`model:queue:unsubscribe`; harmless without a subscription.

        Needs the right `read`, of a token the scope `models`.
        """
        data = ModelQueueUnsubscribe()
        return await self._link.request(_MODEL_QUEUE_UNSUBSCRIBE, data)


class ModelRequests:
    """`client.model`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.queue = ModelQueueRequests(link)

    async def list(self, *, refresh: bool | None = None, cursor: str | None = None) -> ModelPage:
        """`model:list`: the models of all servers; `refresh` asks the servers now instead of telling what is known.

        `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `models`.
        """
        data = ModelList(refresh=refresh, cursor=cursor)
        return await self._link.request(_MODEL_LIST, data)

    def load(self, *, model: str, force: bool | None = None) -> RequestStream[ModelLoaded, ModelProgress]:
        """`model:load`: have a model loaded; `force` also when memory is short. May take minutes; `cancel` gives it up.

        Needs the right `change`, of a token the scope `models`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what any request may.
        """
        data = ModelLoad(model=model, force=force)
        return RequestStream(self._link, _MODEL_LOAD, data)

    async def unload(self, *, model: str) -> ModelUnloaded:
        """`model:unload`: have a model taken out of memory, where its server can do that.

        Needs the right `admin`, of a token the scope `models`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what
        any request may.
        """
        data = ModelUnload(model=model)
        return await self._link.request(_MODEL_UNLOAD, data)

    def switch(
        self,
        *,
        preferred: str,
        fallbacks: Sequence[str] | None = None,
        force: bool | None = None,
    ) -> RequestStream[ModelSwitched, ModelProgress]:
        """`model:switch`: load the first of these models that is available.

        Needs the right `change`, of a token the scope `models`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what any request may.
        """
        data = ModelSwitch(preferred=preferred, fallbacks=fallbacks, force=force)
        return RequestStream(self._link, _MODEL_SWITCH, data)

    def benchmark(
        self,
        *,
        model: str,
        runs: int | None = None,
        max_tokens: int | None = None,
        force: bool | None = None,
    ) -> RequestStream[ModelBenchmarkItem, ModelProgress]:
        """`model:benchmark`: load a model, ask it a fixed question `runs` times, and store what was measured.

        Needs the right `change`, of a token the scope `models`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what any request may.
        """
        data = ModelBenchmark(model=model, runs=runs, max_tokens=max_tokens, force=force)
        return RequestStream(self._link, _MODEL_BENCHMARK, data)

    async def benchmarks(
        self,
        *,
        model: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> ModelBenchmarkPage:
        """`model:benchmarks`: what was measured, the latest first; `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `models`.
        """
        data = ModelBenchmarks(model=model, limit=limit, cursor=cursor)
        return await self._link.request(_MODEL_BENCHMARKS, data)

    async def recommend(self, *, task_type: TaskType, limit: int | None = None) -> ModelRecommended:
        """`model:recommend`: which models suit a kind of task, the best first.

        Needs the right `read`, of a token the scope `models`.
        """
        data = ModelRecommend(task_type=task_type, limit=limit)
        return await self._link.request(_MODEL_RECOMMEND, data)

    async def rate(
        self,
        *,
        model: str,
        rating: int,
        task_type: TaskType | None = None,
        comment: str | None = None,
    ) -> ModelRated:
        """`model:rate`: what you think of a model, for one kind of task or for all; it replaces your earlier word.

        Needs the right `own`, of a token the scope `models`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ModelRate(model=model, rating=rating, task_type=task_type, comment=comment)
        return await self._link.request(_MODEL_RATE, data)

    def complete(
        self,
        *,
        messages: Sequence[ModelTurn],
        model: str | None = None,
        fallbacks: Sequence[str] | None = None,
        params: ModelParams | None = None,
        schema: Mapping[str, Any] | None = None,
        tools: Sequence[ModelTool] | None = None,
        tool_choice: ToolChoice | ModelNamedTool | None = None,
    ) -> RequestStream[ModelCompleted, ModelProgress]:
        """`model:complete`: a whole answer, not stored; with `schema` a JSON value that follows that JSON schema.

        `fallbacks` are asked in order when a model before them gives no first token. With `tools` the model may ask for
        calls, which the reply has as `toolCalls`; nothing is called here.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what any request may.
        """
        data = ModelComplete(
            messages=messages,
            model=model,
            fallbacks=fallbacks,
            params=params,
            schema=schema,
            tools=tools,
            tool_choice=tool_choice,
        )
        return RequestStream(self._link, _MODEL_COMPLETE, data)

    def compare(
        self,
        *,
        models: Sequence[str],
        message: str,
        system_prompt: str | None = None,
        params: ModelParams | None = None,
    ) -> RequestStream[ModelCompared, ModelStreaming]:
        """`model:compare`: ask several models the same, side by side.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what any request may.
        """
        data = ModelCompare(models=models, message=message, system_prompt=system_prompt, params=params)
        return RequestStream(self._link, _MODEL_COMPARE, data)
