"""On whose behalf a feature asks models: from who asks it to whose turn it is."""

from collections.abc import Hashable

from orchd.llm.types import Priority, Requester
from orchd.protocol.identity import Identity


def requester_for(who: Identity, priority: Priority = Priority.CHAT, conversation: Hashable = None) -> Requester:
    """Return the requester for somebody; what a token of the background asks waits for people, whatever it is."""
    urgency = max(priority, Priority.BACKGROUND) if who.background else priority
    return Requester(urgency, who.user_id, conversation, who.token_id, who.models)
