"""Which frames answer which: what no schema of single frames says, and a client must know to wait for the end."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NOTHING: Mapping[str, str] = MappingProxyType({})


class Exchange(NamedTuple):
    """What follows a client frame; a refusal or a failure ends any request with `error` instead of its reply."""

    reply: str
    """The type of the final frame."""
    reply_data: Mapping[str, str] = NOTHING
    """Members that tell the final frame from one of the same type before it."""
    before: tuple[str, ...] = ()
    """Types of frames that may come before it, with the request's id."""
    pushes: tuple[str, ...] = ()
    """Types of frames that the request causes to be sent without an id, also after its end."""
