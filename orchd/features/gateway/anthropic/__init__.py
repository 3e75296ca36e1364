"""Anthropic's Messages API, which its clients and agents speak.

`request` reads a request, with `blocks` for what was said so far; `events` writes the answer, `refusals` what goes
wrong, and `listing` the models that there are. `pages` is what is asked for.
"""

from orchd.features.gateway.anthropic.pages import MessagesPages

__all__ = ["MessagesPages"]
