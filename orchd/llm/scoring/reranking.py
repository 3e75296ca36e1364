"""Scores of texts beside a query (`/v1/rerank`): the two forms of the request, and the numbers of the reply.

Jina's form is also that of llama.cpp, vLLM, LocalAI and Cohere; text-embeddings-inference has one of its own. What the
numbers mean is not said: a probability with some models, a logit with others, on the same server. The texts that are
asked about come with two whose scores are known to be high and low, and these tell.
"""

import math
from collections.abc import Sequence
from typing import Any

from orchd.errors import UpstreamError
from orchd.llm.scoring.exchange import finite

MAX_TEXTS = 64

UNLIKE = "Subject to change without notice."
"""A text that goes with hardly any query."""


def request_scores(query: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return the members of the request in the usual form."""
    return {"query": query, "documents": list(texts), "top_n": len(texts), "return_documents": False}


def request_plain_scores(query: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return the members of the request as text-embeddings-inference has it."""
    return {"query": query, "texts": list(texts), "raw_scores": False}


def read_scores(reply: Any, count: int, backend: str) -> list[float]:
    """Return the scores of `count` texts in their order. Raises UpstreamError unless each has just one."""
    found: dict[int, float] = {}
    for item in _items(reply):
        index, score = _entry(item)
        if index is None or score is None or not 0 <= index < count or index in found:
            raise _unusable(backend, "a score is missing, no number, or of no text that was sent")
        found[index] = score
    if len(found) != count:
        raise _unusable(backend, f"{len(found)} scores came for {count} texts")
    return [found[index] for index in range(count)]


def as_probabilities(scores: Sequence[float]) -> list[float]:
    """Return scores as 0..1: one outside of that shows that they are logits."""
    if all(0 <= score <= 1 for score in scores):
        return list(scores)
    return [1 / (1 + math.exp(-max(-60.0, min(60.0, score)))) for score in scores]


def _items(reply: Any) -> list[Any]:
    if isinstance(reply, dict):
        members = (reply.get(name) for name in ("results", "data", "rankings", "scores"))
        reply = next((found for found in members if isinstance(found, list)), [])
    return reply[: MAX_TEXTS * 2] if isinstance(reply, list) else []


def _entry(item: Any) -> tuple[int | None, float | None]:
    if not isinstance(item, dict):
        return None, None
    index = item.get("index")
    known = isinstance(index, int) and not isinstance(index, bool)
    score = next((item[name] for name in ("relevance_score", "score", "logit") if name in item), None)
    return index if known else None, finite(score)


def _unusable(backend: str, why: str) -> UpstreamError:
    return UpstreamError(f"{backend}: its scores can't be used: {why}", reason="unusable_answer", backend=backend)
