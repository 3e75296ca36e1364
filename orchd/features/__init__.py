"""The roster: what clients may ask of each feature, known to codec, schema and documents without opening anything."""

from orchd.features import (
    account,
    audit,
    breakglass,
    chat,
    conversation,
    credential,
    file,
    models,
    monitoring,
    notification,
    people,
    project,
    provider,
    search,
    setting,
    task,
    text,
    transfer,
    usage,
    verification,
    workspace,
)
from orchd.protocol import messages
from orchd.protocol.codec import Codec
from orchd.protocol.command import AnyCommand

ROSTER: dict[str, tuple[AnyCommand, ...]] = {
    "people": people.COMMANDS,
    "project": project.COMMANDS,
    "conversation": (*conversation.COMMANDS,),
    "chat": chat.COMMANDS,
    "transfer": (*transfer.COMMANDS,),
    "file": (*file.COMMANDS,),
    "monitoring": (*monitoring.COMMANDS,),
    "models": models.COMMANDS,
    "text": (*text.COMMANDS,),
    "verification": (*verification.COMMANDS,),
    "task": task.COMMANDS,
    "credential": credential.COMMANDS,
    "account": account.COMMANDS,
    "provider": provider.COMMANDS,
    "audit": (*audit.COMMANDS,),
    "breakglass": (*breakglass.COMMANDS,),
    "usage": (*usage.COMMANDS,),
    "workspace": workspace.COMMANDS,
    "search": (*search.COMMANDS,),
    "notification": notification.COMMANDS,
    "setting": (*setting.COMMANDS,),
}
"""Feature → its commands. The first word of each type belongs to one feature."""


def make_codec() -> Codec:
    """Assemble the wire from the session's own commands and those of all features."""
    return Codec([*messages.COMMANDS, *commands()], (*messages.FRAMES, *breakglass.FRAMES))


def commands() -> list[AnyCommand]:
    """Return what the features answer."""
    return [command for feature in ROSTER.values() for command in feature]
