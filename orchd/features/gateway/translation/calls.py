"""Calls of tools, named so that no two of a conversation have one name."""

import secrets

from orchd.llm import ToolCall
from orchd.patterns import lazy_pattern

_GENERIC = lazy_pattern(r"(?:call_?)?\d{1,4}")
"""What servers call the first call of any answer, or this daemon does where they call it nothing."""
_PLAIN = lazy_pattern(r"[A-Za-z0-9_-]{1,64}")


def unique_id(call: ToolCall, prefix: str) -> str:
    """Return the id of a call: the server's own, if no other answer's is likely to be the same and any program may use
    it."""
    plain = _PLAIN.fullmatch(call.id) is not None and _GENERIC.fullmatch(call.id) is None
    return call.id if plain else f"{prefix}_{secrets.token_hex(12)}"
