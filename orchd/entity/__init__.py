"""One way to store an entity: a `Table` whose columns are the members of a struct.

What a member's type can't say of its column is said in its annotation: `Named`, `Spread`, `Elsewhere`.
"""

from orchd.entity.columns import Elsewhere, Named, Spread
from orchd.entity.table import SortOrder, Table

__all__ = ("Elsewhere", "Named", "SortOrder", "Spread", "Table")
