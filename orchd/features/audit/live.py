"""The audit log as it is written: admins who follow it are told each row, also those that other daemons write."""

from typing import Any

from orchd.entity import DAEMON_OWNER, Belonging, Owner, daemon_owner_of
from orchd.features.audit.messages import CHANGED, AuditChanged, AuditItem
from orchd.features.audit.queries import KIND, ROWS, with_names
from orchd.features.audit.views import audit_item
from orchd.protocol.identity import Identity
from orchd.storage import Steps


class LiveAudit:
    """Rows belong to nobody, and admins see them. Satisfies `orchd.entity.wire.LiveKind`."""

    kind = KIND

    def owner_of(self, who: Identity) -> Owner:
        """Return whose rows somebody sees here: an admin all, and others none."""
        return daemon_owner_of(who)

    def find_present(self, row_id: int) -> Steps[tuple[AuditItem | None, Belonging | None]]:
        """Return a row as it is now, and that it belongs to nobody."""
        row = yield from ROWS.find(row_id)
        if row is None:
            return None, None
        (named,) = yield from with_names([row])
        return audit_item(named), Belonging(DAEMON_OWNER.user_id)

    def change_frame(self, number: int, happening: Any, row_id: int | None, item: AuditItem | None) -> bytes:
        """Encode what has become of an audit entry."""
        return CHANGED.frame(AuditChanged(number, happening, row_id, item))
