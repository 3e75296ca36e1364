"""Ollama's own API, as far as it is about asking models: many programs know no other.

`requests` makes of what they send the bodies that the gateway hands on, `messages` of their messages those of a chat;
`answers` puts what comes of them into Ollama's words, `listing` what models there are, and `refusals` what goes wrong.
`pages` is what is asked for.
"""

from orchd.features.gateway.ollama.pages import OllamaPages

__all__ = ["OllamaPages"]
