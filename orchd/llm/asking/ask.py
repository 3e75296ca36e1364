"""The request for one generation: the body of `POST /v1/chat/completions`.

Only what was asked for is sent, for some servers refuse unknown or null members, and what they refuse all the same is
`members`' business.
"""

from typing import Any

import msgspec
from msgspec.structs import replace

from orchd.llm.types import IMAGE_TOKENS, ModelInfo, Prompt, ServerKind, Turn

COMPLETIONS = "/chat/completions"
"""Where answers are asked for, under the address of a server's API."""
COMPLETIONS_PATH = f"/v1{COMPLETIONS}"
"""The same where that address is the usual one."""

FALLBACK_MARKS = ("\nUser:", "\nAssistant:", "<|im_end|>")
"""Where a turn is over for a model without a chat template, whose processes are given a dialogue to go on with
(`local`): it would write on in the part of the other side. The last one is that of llama.cpp's own
fall-back, ChatML, which such a model writes as a text like any other.
"""
MAX_STOPS = 16
COUNT_ANSWERS = ("lmstudio", "llamacpp", "ollama")
"""Servers for which `max_tokens` may be as large as the context, whatever the prompt."""


def ending(prompt: Prompt, model: ModelInfo) -> Prompt:
    """Return the prompt for a model: one without a chat template is stopped where its turn would be over."""
    if model.template is not False:
        return prompt
    stops = dict.fromkeys((*(prompt.sampling.stop or ()), *FALLBACK_MARKS))
    return replace(prompt, sampling=replace(prompt.sampling, stop=tuple(stops)[:MAX_STOPS]))


def with_bound(prompt: Prompt, model: ModelInfo, kind: ServerKind | None) -> Prompt:
    """Return the prompt with its bound on the answer, unless another one was asked for.

    Where the context is smaller than that it is the bound, if the server counts only what is generated. Others add the
    prompt to it and refuse what is too much together: there the end of the context ends the answer.
    """
    most, context = prompt.most_tokens, model.context
    if most is None or prompt.sampling.max_tokens is not None:
        return prompt
    if context is not None and kind in COUNT_ANSWERS:
        most = min(most, context)
    elif context is not None and most + sum(map(_most_tokens, prompt.turns)) > context:
        return prompt
    return replace(prompt, sampling=replace(prompt.sampling, max_tokens=most), soft=(*prompt.soft, "max_tokens"))


def path_of(prompt: Prompt) -> str:
    """Return where a prompt is sent, under the address of a server's API."""
    return COMPLETIONS if prompt.relayed is None else prompt.relayed.path


def request_members(
    prompt: Prompt, model: str, kind: ServerKind | None, members: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the members of a streaming request, with `members` added to them. llama.cpp is asked for its progress
    through the prompt as well.
    """
    if prompt.relayed is not None:
        return prompt.relayed.members_for(model)
    body: dict[str, Any] = {
        "model": model,
        "messages": [_message(turn) if turn.images else turn for turn in prompt.turns],
        "stream": True,
        "stream_options": {"include_usage": True},
        **msgspec.to_builtins(prompt.sampling),
        **(members or {}),
    }
    if prompt.schema is not None:
        schema = {"name": "answer", "strict": True, "schema": prompt.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    if prompt.tools:
        body["tools"] = prompt.tools
        if prompt.tool_choice is not None:
            body["tool_choice"] = prompt.tool_choice
    if kind == "llamacpp":
        body["return_progress"] = True
    return body


def _message(turn: Turn) -> dict[str, Any]:
    """Return a turn with images as the API has it: its text, and each image as a data URL."""
    parts: list[dict[str, Any]] = [{"type": "text", "text": turn.content}] if turn.content else []
    parts += [{"type": "image_url", "image_url": {"url": image.url}} for image in turn.images]
    return {"role": turn.role, "content": parts}


def _most_tokens(turn: Turn) -> int:
    return len(turn.content.encode()) + IMAGE_TOKENS * len(turn.images)
