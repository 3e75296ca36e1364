"""Rows of the audit log as frames show them."""

from orchd.entity import view
from orchd.features.audit.messages import AuditItem
from orchd.features.audit.queries import NamedRow
from orchd.protocol.types import timestamp


def audit_item(named: NamedRow) -> AuditItem:
    """Return what is shown of a row."""
    names = {"owner_name": named.owner, "target_name": named.target}
    return view(AuditItem, named.row, at=timestamp(named.row.at), **names)
