"""One way to store an entity: a `Table` whose columns are the members of a struct.

What a member's type can't say of its column is said in its annotation: `NamedColumn`, `SpreadMember`,
`StoredAs`, `TypedBy`, `TaggedMember`, `Elsewhere`.
"""

from orchd.entity.clauses import SortOrder
from orchd.entity.columns import Elsewhere, NamedColumn, SpreadMember, StoredAs, TaggedMember, TypedBy
from orchd.entity.owned_table import OwnedTable
from orchd.entity.owner import (
    DAEMON_OWNER,
    LOCAL_OWNER,
    MAX_PROJECTS,
    Belonging,
    Condition,
    Owner,
    daemon_owner_of,
    owner_of,
)
from orchd.entity.shared_rows import count_shared
from orchd.entity.table import Table
from orchd.entity.view import apply_patch, view

__all__ = (
    "DAEMON_OWNER",
    "LOCAL_OWNER",
    "MAX_PROJECTS",
    "Belonging",
    "Condition",
    "Elsewhere",
    "NamedColumn",
    "OwnedTable",
    "Owner",
    "SortOrder",
    "SpreadMember",
    "StoredAs",
    "Table",
    "TaggedMember",
    "TypedBy",
    "apply_patch",
    "count_shared",
    "daemon_owner_of",
    "owner_of",
    "view",
)
