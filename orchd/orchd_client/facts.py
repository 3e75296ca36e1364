"""What holds for every connection of this protocol."""

from .errors import ERRORS
from .runtime.facts import ProtocolFacts
from .types import PAYLOADS

FACTS = ProtocolFacts(
    protocol="orchd.v1",
    ready="session:ready",
    closing="session:closing",
    error="error",
    ping="ping",
    cancel="cancel",
    authenticate="session:authenticate",
    payloads=PAYLOADS,
    errors=ERRORS,
    no_reconnect=frozenset({1002, 1003, 1007, 1009, 4500, 4501}),
    reconnect_seconds=(0.2, 0.5, 1.0, 2.0, 5.0, 10.0),
    silence_seconds=30.0,
    pong_seconds=10.0,
    replies={
        "ping": ("pong", {}),
        "cancel": ("cancelled", {}),
        "project:subscribe": ("project:subscribed", {}),
        "project:unsubscribe": ("project:unsubscribed", {}),
        "chat:send": ("chat:message", {"role": "assistant"}),
        "chat:edit": ("chat:message", {"role": "assistant"}),
        "chat:regenerate": ("chat:message", {"role": "assistant"}),
        "chat:continue": ("chat:message", {"role": "assistant"}),
        "chat:cancel": ("chat:cancelled", {}),
        "chat:resume": ("chat:resumed", {}),
        "chat:subscribe": ("chat:subscribed", {}),
        "chat:unsubscribe": ("chat:unsubscribed", {}),
        "monitoring:subscribe": ("monitoring:subscribed", {}),
        "monitoring:unsubscribe": ("monitoring:unsubscribed", {}),
        "task:subscribe": ("task:subscribed", {}),
        "task:unsubscribe": ("task:unsubscribed", {}),
        "execution-log:subscribe": ("execution-log:subscribed", {}),
        "execution-log:unsubscribe": ("execution-log:unsubscribed", {}),
        "prompt:run": ("chat:message", {"role": "assistant"}),
    },
)
PATH = "/ws"
