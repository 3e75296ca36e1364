"""Whatever can't be cancelled ends by itself: a shielded scope has a deadline, or says by what it is bounded."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ORCHD, Module

TIMED = ("move_on_after", "move_on_at", "fail_after", "fail_at", "bounded")
REASON = "# bounded by "


def unbounded(module: Module) -> Iterator[str]:
    lines = module.text.splitlines()
    for node in module.nodes:
        if isinstance(node, ast.Call) and any(keyword.arg == "shield" for keyword in node.keywords):
            timed = ast.unparse(node.func).rpartition(".")[2] in TIMED
            deadline = any(keyword.arg == "deadline" for keyword in node.keywords)
            if not timed and not deadline and REASON not in lines[node.lineno - 1]:
                yield module.at(node.lineno)


def test_every_shield_is_bounded() -> None:
    found = [place for module in ORCHD for place in unbounded(module)]
    assert not found, f"give it a deadline, or say on its line `{REASON}...`: {found}"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("trio.CancelScope(shield=True)", True),
        ("trio.CancelScope(shield=True)  # it must end", True),
        ("trio.CancelScope(shield=True)  # bounded by the thread", False),
        ("trio.CancelScope(shield=True, deadline=at)", False),
        ("trio.move_on_after(1, shield=True)", False),
    ],
)
def test_a_shield_without_an_end_is_found(line: str, wrong: bool) -> None:
    assert bool(list(unbounded(Module("orchd/x.py", line)))) is wrong
