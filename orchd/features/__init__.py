"""The roster: all features, in the order in which they are opened."""

from orchd.features import chat, conversation, journal, models, monitoring, presence, task, text, verification
from orchd.features.feature import Feature
from orchd.protocol import messages
from orchd.protocol.codec import Codec
from orchd.protocol.command import AnyCommand

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
    """Assemble the wire from the session's own commands and those of all features."""
    return Codec([*messages.COMMANDS, *commands()], messages.FRAMES)


def commands() -> list[AnyCommand]:
    """Return what the features answer."""
    return [command for feature in ROSTER for command in feature.commands]
