"""The roster: all features, in the order in which they are opened."""

from collections.abc import Mapping

from orchd.features import chat, conversation, journal, models, monitoring, presence, task, text, verification
from orchd.features.feature import Feature
from orchd.protocol import messages
from orchd.protocol.codec import Codec
from orchd.protocol.exchange import Exchange
from orchd.protocol.types import ClientPayload, ServerPayload

ROSTER: tuple[Feature, ...] = (
    presence.FEATURE,
    conversation.FEATURE,
    journal.FEATURE,
    chat.FEATURE,
    monitoring.FEATURE,
    models.FEATURE,
    text.FEATURE,
    verification.FEATURE,
    task.FEATURE,
)


def make_codec() -> Codec:
    """Assemble the wire from the session's own frames and those of all features."""
    client: Mapping[str, type[ClientPayload]] = dict(messages.CLIENT_FRAMES)
    server: Mapping[str, type[ServerPayload]] = dict(messages.SERVER_FRAMES)
    for feature in ROSTER:
        client = {**client, **feature.client}
        server = {**server, **feature.server}
    return Codec(client, server)


def exchanges() -> dict[str, Exchange]:
    """Return what answers each client frame."""
    plain = {kind: Exchange(kind) for kind in make_codec().client_frames}
    told = {kind: exchange for feature in ROSTER for kind, exchange in feature.exchanges.items()}
    return {**plain, **messages.EXCHANGES, **told}
