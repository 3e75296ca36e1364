"""Parts of statements, by themselves; what they are for is tried on databases in `test_table.py`."""

import pytest
from msgspec import Struct

from orchd.entity.clauses import beyond, camel, row_defaults


class Row(Struct):
    """A row with defaults of both kinds."""

    id: int
    version: int
    name: str
    tags: list[str] = []
    active: bool = True


def test_what_a_new_row_has_where_nobody_says() -> None:
    first, second = row_defaults(Row), row_defaults(Row)
    assert first == {"version": 1, "tags": [], "active": True}
    assert first["tags"] is not second["tags"]


@pytest.mark.parametrize(("down", "sign"), [(True, "<"), (False, ">")])
def test_a_row_comes_after_another(*, down: bool, sign: str) -> None:
    sql, values = beyond(["updated_at", "id"], (5, 7), down)
    assert sql == f" AND updated_at {sign}= ? AND ((updated_at {sign} ?) OR (updated_at = ? AND id {sign} ?))"
    assert values == [5, 5, 5, 7]


def test_a_member_as_the_wire_has_it() -> None:
    assert [camel(name) for name in ("id", "task_id", "max_calls_ever")] == ["id", "taskId", "maxCallsEver"]
