"""Who owns the tasks: what outlives the call that begins it is run by a `Supervisor`.

A task started in a nursery as it is takes that nursery with it when it fails: a feature's, and so the daemon. That is
right only where the function that opened the nursery waits for its end, and hands a failure to whoever called it.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ORCHD, Function, Module

EXEMPT: dict[str, str] = {
    "orchd/guard.py": "the supervisor itself",
    "orchd/backup/encryption.py": "age, at the other end of a pipe: without it there is no backup",
    "orchd/cli/": "the terminal client is no daemon",
    "orchd/simulator/": "the simulator is one task of a supervisor, or a program of its own",
    "orchd/server/outbox.py": "a connection's own nursery: what fails in it ends that connection, as it should",
    "orchd/server/exit/outlet.py": "a connection's own nursery: what fails in it ends that connection, as it should",
    "orchd/server/session.py": "a connection's own nursery: what fails in it ends that connection, as it should",
    "orchd/features/task/engine/running.py": "a task's own nursery: what fails in it ends that task, as it should",
}
"""Where a nursery comes from elsewhere, and the reason why a failure may go up through it."""


def naked_starts(module: Module) -> Iterator[str]:
    """Yield where a task is started in a nursery that the function did not open, or that it yields from."""
    own = {id(call) for function in module.functions for call in _own_starts(function)}
    for node in module.nodes:
        if _starts(node) and id(node) not in own:
            yield f"{module.at(node.lineno)}: {ast.unparse(node)}"  # type: ignore[attr-defined]  # calls have a line


def _starts(node: ast.AST) -> bool:
    """`….start_soon(…)`, and `start(…)` of what is called a nursery."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = ast.unparse(node.func.value)
    return node.func.attr == "start_soon" or (node.func.attr == "start" and "nursery" in owner)


def _own_starts(function: Function) -> Iterator[ast.Call]:
    """The starts inside an `async with trio.open_nursery() as NAME` of this function, in NAME, that nothing outlives.

    The block of a generator (a context manager) outlives every step of it.
    """
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in _body(function)):
        return
    for block in ast.walk(function):
        if not isinstance(block, ast.AsyncWith):
            continue
        names = {
            ast.unparse(item.optional_vars)
            for item in block.items
            if item.optional_vars is not None and "open_nursery" in ast.unparse(item.context_expr)
        }
        for node in ast.walk(block):
            if isinstance(node, ast.Call) and _starts(node) and ast.unparse(node.func).rpartition(".")[0] in names:
                yield node


def _body(function: Function) -> Iterator[ast.AST]:
    """The function's nodes without those of functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def test_what_outlives_its_caller_is_supervised() -> None:
    naked = [start for module in ORCHD if not module.path.startswith(tuple(EXEMPT)) for start in naked_starts(module)]
    assert not naked, "a failure of these would end what owns the nursery; use guard.Supervisor:\n" + "\n".join(naked)


def test_exemptions_are_needed() -> None:
    idle = [
        path for path in EXEMPT if not any(list(naked_starts(each)) for each in ORCHD if each.path.startswith(path))
    ]
    assert not idle, f"strike these: {idle}"


@pytest.mark.parametrize(
    ("text", "naked"),
    [
        ("async def f(nursery):\n  nursery.start_soon(g)", True),
        ("class A:\n  def f(self):\n    self._nursery.start_soon(g)", True),
        ("class A:\n  async def f(self):\n    await self._nursery.start(g)", True),
        ("async def f():\n  async with trio.open_nursery() as n:\n    n.start_soon(g)\n    yield n", True),
        ("async def f(other):\n  async with trio.open_nursery() as n:\n    other.start_soon(g)", True),
        ("async def f():\n  async with trio.open_nursery() as n:\n    n.start_soon(g)", False),
        ("async def f():\n  async with trio.open_nursery() as n:\n    for x in y:\n      n.start_soon(g, x)", False),
        (
            "async def f():\n  async with open_nursery() as n:\n    async def h():\n      yield 1\n    n.start_soon(h)",
            False,
        ),
        ("def f(match):\n  return match.start(1)", False),
    ],
)
def test_a_naked_start_is_found(text: str, naked: bool) -> None:
    assert bool(list(naked_starts(Module("orchd/x.py", text)))) is naked
