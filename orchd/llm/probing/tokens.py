"""Counting tokens where the server has a tokenizer to ask: llama.cpp and vLLM.

LM Studio and Ollama have none over HTTP. llama-cpp-python has one, and counting with it interrupts the answer that it
is generating: it is never asked, and has nothing at the path asked here. Sources: the README of llama.cpp's server
(`POST /tokenize`, `/apply-template`), vLLM's OpenAI-compatible server (`POST /tokenize`).
"""

from typing import Any, TypeAlias

import httpx

from orchd.llm.answers.fetch import fetch
from orchd.llm.types import ServerKind, Turn

COUNT_SECONDS = 10.0
"""For one count: a tokenizer reads some megabytes a second, on a machine that may be busy generating."""

REPLY_BYTES_PER_BYTE = 12
"""Room for the answer, which lists the tokens: six digits and a comma, and at most one token for each byte of text."""

MAX_TEXT_BYTES = 4 * 1024 * 1024

Countable: TypeAlias = str | tuple[Turn, ...]
"""A plain text; or turns, counted as the prompt that the model's template makes of them."""


async def count(client: httpx.AsyncClient, root: str, kind: ServerKind, model: str, what: Countable) -> int | None:
    """Return how many tokens `what` is for `model`; None when the server does not tell.

    Waits without a bound. Raises httpx.TransportError.
    """
    size = len(what.encode()) if isinstance(what, str) else sum(len(turn.content.encode()) + 64 for turn in what)
    if size > MAX_TEXT_BYTES:
        return None
    limit = REPLY_BYTES_PER_BYTE * size + 65_536
    body = _vllm(model, what)
    if kind == "llamacpp":
        found = await _llamacpp(client, root, model, what, limit)
        if found is None:
            return None
        body = found
    reply = (await fetch(client, f"{root}/tokenize", body, limit=limit)).success_json() or {}
    counted = reply.get("count")
    if isinstance(counted, int) and not isinstance(counted, bool) and counted >= 0:
        return counted
    tokens = reply.get("tokens")
    return len(tokens) if isinstance(tokens, list) else None


async def _llamacpp(
    client: httpx.AsyncClient, root: str, model: str, what: Countable, limit: int
) -> dict[str, Any] | None:
    """Return what to send to llama.cpp's tokenizer. Special tokens in a text count as in a chat: as such."""
    if isinstance(what, str):
        return {"model": model, "content": what, "add_special": False, "parse_special": True}
    asked = {"model": model, "messages": _messages(what)}
    prompt = ((await fetch(client, f"{root}/apply-template", asked, limit=limit)).success_json() or {}).get("prompt")
    if not isinstance(prompt, str):
        return None
    return {"model": model, "content": prompt, "add_special": True, "parse_special": True}


def _vllm(model: str, what: Countable) -> dict[str, Any]:
    if isinstance(what, str):
        return {"model": model, "prompt": what, "add_special_tokens": False}
    return {"model": model, "messages": _messages(what)}


def _messages(turns: tuple[Turn, ...]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in turns]
