"""Over a scripted server in memory: what the door's `Backends` and the scorer make of each other."""

import math
from typing import Any

import pytest
import trio
from msgspec.structs import replace

from orchd.errors import OrchdError, Timeout, Unavailable, UpstreamError
from orchd.llm import Backends, BackendSpec, Priority, Requester, Scorer, Target, checker_kind
from orchd.llm.scoring.choosing import TOP, read_choice, request_choice
from orchd.llm.scoring.exchange import SmallRequest
from orchd.llm.scoring.reranking import UNLIKE, read_scores, request_scores
from orchd.llm.scoring.scorer import COMPLETIONS
from orchd.llm.scoring.scorer import RERANK as RERANK_PATH
from tests.fix_upstream import Exchange, Upstream, reply

MESSAGES = [{"role": "user", "content": "Well?"}]
MODELS = {"data": [{"id": "qwen3-8b", "object": "model"}, {"id": "bge-reranker-v2-m3", "object": "model"}]}
YES: dict[str, Any] = {
    "choices": [
        {
            "message": {"content": "Yes"},
            "logprobs": {
                "content": [
                    {"token": "Yes", "logprob": math.log(0.8), "top_logprobs": [{"token": "No", "logprob": -1.7}]}
                ]
            },
        }
    ],
    "usage": {"prompt_tokens": 40, "completion_tokens": 1, "total_tokens": 41},
}
CHAT, RERANK, PLAIN = "POST /v1/chat/completions", "POST /v1/rerank", "POST /rerank"


async def opened(nursery: trio.Nursery, upstream: Upstream, **routes: bytes) -> tuple[Backends, Scorer]:
    upstream.routes |= {"GET /v1/models": reply(200, MODELS), **routes}
    backends = Backends([BackendSpec(upstream.url, name="box")], connect=upstream.connect)
    await nursery.start(backends.run)
    with trio.fail_after(20):
        await backends.wait_first_probe()
    return backends, Scorer(backends, Requester(Priority.BACKGROUND), 5.0)


def target(backends: Backends, name: str) -> Target:
    return next(Target(info, info.backend) for info in backends.models() if info.id == name)


async def failed(scorer: Scorer, at: Target) -> OrchdError:
    with pytest.raises(OrchdError) as caught:
        await (scorer.score(at, "q", ["t"]) if "rerank" in at.model.id else scorer.choose(at, MESSAGES))
    return caught.value


def scores(*values: float) -> bytes:
    return reply(200, {"results": [{"index": at, "relevance_score": value} for at, value in enumerate(values)]})


async def test_a_choice_and_what_it_cost(nursery: trio.Nursery, memory_upstream: Upstream) -> None:
    backends, scorer = await opened(nursery, memory_upstream, **{CHAT: reply(200, YES)})
    choice = await scorer.choose(target(backends, "qwen3-8b"), MESSAGES, {"documents": []}, {"think": False})
    assert choice.value == pytest.approx(0.8 / (0.8 + math.exp(-1.7)))
    sent = memory_upstream.requests[-1].json()
    assert (sent["model"], sent["logprobs"], sent["documents"], sent["think"]) == ("qwen3-8b", True, [], False)
    assert (scorer.cost.calls, scorer.cost.prompt_tokens, scorer.cost.completion_tokens) == (1, 40, 1)
    assert backends.queue() == []


async def test_a_server_that_refuses_log_probabilities_is_asked_for_the_word(
    nursery: trio.Nursery, memory_upstream: Upstream
) -> None:
    backends, scorer = await opened(nursery, memory_upstream)

    async def script(exchange: Exchange) -> None:
        refused = "logprobs" in exchange.json() or "think" in exchange.json()
        word = {"choices": [{"message": {"content": "No"}}]}
        await exchange.send(reply(400, {"error": "unknown member logprobs"}) if refused else reply(200, word))

    memory_upstream.script = script
    qwen = target(backends, "qwen3-8b")
    assert (await scorer.choose(qwen, MESSAGES, None, {"think": False})).yes is False
    before = len(memory_upstream.requests)
    assert (await scorer.choose(qwen, MESSAGES, None, {"think": False})).yes is False
    assert len(memory_upstream.requests) == before + 1, "what is refused is not asked for again"
    assert scorer.cost.calls == 3


async def test_scores_come_with_two_that_are_known(nursery: trio.Nursery, memory_upstream: Upstream) -> None:
    backends, scorer = await opened(nursery, memory_upstream, **{RERANK: scores(0.0, 8.0, -9.0)})
    (value,) = await scorer.score(target(backends, "bge-reranker-v2-m3"), "the claim", ["the text"])
    assert value == 0.5, "8 and -9 show that they are logits"
    assert memory_upstream.requests[-1].json()["documents"] == ["the text", "the claim", UNLIKE]
    memory_upstream.routes[RERANK] = scores(0.4, 0.99, 0.0)
    assert await scorer.score(target(backends, "bge-reranker-v2-m3"), "the claim", ["the text"]) == [0.4]


async def test_the_form_of_text_embeddings_inference(nursery: trio.Nursery, memory_upstream: Upstream) -> None:
    ranked = reply(200, [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.3}, {"index": 2, "score": 0.01}])
    backends, scorer = await opened(nursery, memory_upstream, **{PLAIN: ranked})
    at = target(backends, "bge-reranker-v2-m3")
    assert await scorer.score(at, "q", ["t"]) == [0.3]
    assert await scorer.score(at, "q", ["t"]) == [0.3]
    assert memory_upstream.paths().count(RERANK) == 1
    assert memory_upstream.requests[-1].json()["texts"] == ["t", "q", UNLIKE]


@pytest.mark.parametrize("found", [(0.5, 0.5, 0.5), (0.9, 0.1, 0.9), (0.0, 1e-23, 1e-23)])
async def test_a_model_that_does_not_know_a_text_from_another_says_nothing(
    nursery: trio.Nursery, memory_upstream: Upstream, found: tuple[float, ...]
) -> None:
    backends, scorer = await opened(nursery, memory_upstream, **{RERANK: scores(*found)})
    error = await failed(scorer, target(backends, "bge-reranker-v2-m3"))
    assert error.reason == "unusable_answer"
    assert "closer to itself" in error.message


async def test_a_ranking_model_that_fails_again_and_again_is_left_alone(
    nursery: trio.Nursery, memory_upstream: Upstream
) -> None:
    backends, scorer = await opened(nursery, memory_upstream, **{RERANK: reply(500, {"error": "boom"})})
    at = target(backends, "bge-reranker-v2-m3")
    for _ in range(3):
        assert isinstance(await failed(scorer, at), UpstreamError)
    assert (await failed(scorer, at)).reason == "cooling"
    assert scorer.cost.calls == 3, "what the circuit refuses is no call"


@pytest.mark.parametrize(("name", "reason"), [("qwen3-8b", "total"), ("bge-reranker-v2-m3", "first_event")])
async def test_a_silent_server_is_waited_for_so_long(
    nursery: trio.Nursery, memory_upstream: Upstream, autojump_clock: trio.testing.MockClock, name: str, reason: str
) -> None:
    backends, scorer = await opened(nursery, memory_upstream)

    async def silent(exchange: Exchange) -> None:
        await exchange.closed.wait()

    memory_upstream.script = silent
    began = trio.current_time()
    error = await failed(scorer, target(backends, name))
    assert isinstance(error, Timeout)
    assert error.reason == reason
    assert trio.current_time() - began == pytest.approx(5.0, abs=1.0)


async def test_cancelling_lets_the_server_go(nursery: trio.Nursery, memory_upstream: Upstream) -> None:
    backends, scorer = await opened(nursery, memory_upstream)
    begun, let_go = trio.Event(), trio.Event()

    async def silent(exchange: Exchange) -> None:
        begun.set()
        await exchange.closed.wait()
        let_go.set()

    memory_upstream.script = silent
    with trio.fail_after(20):
        async with trio.open_nursery() as asking:
            asking.start_soon(scorer.choose, target(backends, "qwen3-8b"), MESSAGES)
            await begun.wait()
            asking.cancel_scope.cancel()
        await let_go.wait()
    assert backends.queue() == []


async def served(nursery: trio.Nursery, url: str) -> tuple[Backends, Target]:
    """A real llama.cpp server, and its one model."""
    backends = Backends([BackendSpec(url)])
    await nursery.start(backends.run)
    with trio.fail_after(60):
        await backends.wait_first_probe()
    (info,) = backends.models()
    return backends, Target(info, info.backend)


async def test_a_real_llama_cpp_server_tells_what_else_it_might_have_written(
    nursery: trio.Nursery, llama_url: str
) -> None:
    backends, model = await served(nursery, llama_url)
    asked = SmallRequest(COMPLETIONS, request_choice(MESSAGES, {}, likely=True), 60.0)
    with trio.fail_after(60):
        reply = await backends.exchange(model, asked)
    (choice,) = reply["choices"]
    assert len(choice["logprobs"]["content"][0]["top_logprobs"]) == TOP
    assert read_choice(reply).words
    scorer = Scorer(backends, Requester(Priority.BACKGROUND), 60.0)
    with trio.fail_after(60):
        error = await failed(scorer, model._replace(model=replace(model.model, id="tiny-reranker")))
    assert error.http_status in (404, 501), "one that chats ranks nothing"


async def test_a_real_llama_cpp_server_ranks(nursery: trio.Nursery, ranker_url: str) -> None:
    backends, model = await served(nursery, ranker_url)
    assert (model.model.purpose, checker_kind(model.model.id)) == ("reranking", "reranker")
    asked = SmallRequest(RERANK_PATH, request_scores("a task", ["the model", "a task", UNLIKE]), 60.0)
    with trio.fail_after(60):
        found = read_scores(await backends.exchange(model, asked), 3, "llama")
    assert all(0 <= score <= 1 for score in found), "a head for yes and no gives a probability"
    assert len(set(found)) == 3


async def test_a_model_of_no_server_can_not_be_asked(nursery: trio.Nursery, memory_upstream: Upstream) -> None:
    backends, scorer = await opened(nursery, memory_upstream)
    lost = target(backends, "qwen3-8b")._replace(backend="gone")
    assert isinstance(await failed(scorer, lost), Unavailable)
    assert scorer.cost.calls == 0
