"""Break-glass: an admin reads one row of another user, who is told of it; off unless the operator switches it on.

Frames: `access:break`, `access:read`; `access:told` is pushed. Table: `access_grant`.

The role of an admin shows nothing of others. Whoever must see something all the same breaks the glass: says why, is let
at that one row for an hour, and the audit log tells it to whose row that is, in the same transaction. It is read as its
owner would read it, by frames of its own.
"""

from orchd.features.breakglass.handlers import COMMANDS, AccessHandlers, OwnerListener, OwnersView
from orchd.features.breakglass.messages import TOLD
from orchd.features.feature import OpenFeatures, Services
from orchd.features.notification import AccessListener

__all__ = ["COMMANDS", "FRAMES", "OwnersView", "open_breakglass"]

FRAMES = (TOLD,)
"""What is pushed to whoever has asked for nothing."""


def open_breakglass(
    services: Services, view: OwnersView, tell: OwnerListener, note: AccessListener, *, allowed: bool
) -> OpenFeatures[None]:
    """Make the feature; nothing runs but requests. `tell` reaches the owners who are connected here, `note` all;
    `allowed` is what the operator says."""
    return OpenFeatures(None, COMMANDS.bind(AccessHandlers(services.database, view, tell, note, allowed=allowed)))
