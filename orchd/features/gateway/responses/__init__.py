"""OpenAI's Responses API, which its newer programs speak in place of chat completions; Codex speaks nothing else.

`request` reads a request, with `items` for what was said so far and `tools` for what may be called; `events` writes the
answer. Nothing is kept between requests: each brings all that the model is to know.
"""

from orchd.features.gateway.responses.pages import ResponsesPages

__all__ = ["ResponsesPages"]
