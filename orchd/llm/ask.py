"""The request for one generation: the body of `POST /v1/chat/completions`.

Only what every server of this family knows is sent, and only what was asked for: some refuse unknown or null members.
"""

from typing import Any

import msgspec
from msgspec.structs import replace

from orchd.llm.types import Kind, ModelInfo, Prompt

COMPLETIONS = "/chat/completions"
"""Where answers are asked for, under the address of a server's API."""
COMPLETIONS_PATH = f"/v1{COMPLETIONS}"
"""The same where that address is the usual one."""

FALLBACK_MARKS = ("\nUser:", "\nAssistant:")
"""Where a turn is over for a model without a chat template, whose processes are given a dialogue to go on with
(`local`): it would write on in the part of the other side.
"""
MAX_STOPS = 16

_encoder = msgspec.json.Encoder()


def ending(prompt: Prompt, model: ModelInfo) -> Prompt:
    """Return the prompt for a model: one without a chat template is stopped where its turn would be over."""
    if model.template is not False:
        return prompt
    stops = dict.fromkeys((*(prompt.sampling.stop or ()), *FALLBACK_MARKS))
    return replace(prompt, sampling=replace(prompt.sampling, stop=tuple(stops)[:MAX_STOPS]))


def request_body(prompt: Prompt, model: str, kind: Kind | None, members: dict[str, Any] | None = None) -> bytes:
    """Return the JSON of a streaming request, with `members` added to it. llama.cpp is asked for its progress through
    the prompt as well.
    """
    body: dict[str, Any] = {
        "model": model,
        "messages": prompt.turns,
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
    return _encoder.encode(body)
