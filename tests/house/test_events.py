"""An event happens once: one that is replaced when it has happened loses what is set in between. See `orchd.wakeup`."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ORCHD, Function, Module

MAKES_EVENTS_ANEW = "orchd/wakeup.py"


def replaced_events(module: Module) -> Iterator[str]:
    """Yield where an event is put into an attribute (or an entry) by something else than what makes the object, or into
    a name for the second time."""
    for function in module.functions:
        names: set[str] = set()
        making = function.name in ("__init__", "__post_init__")
        for line, target in _assigned_events(function):
            again = target.id in names if isinstance(target, ast.Name) else not making
            if again:
                yield module.at(line)
            elif isinstance(target, ast.Name):
                names.add(target.id)


def _assigned_events(function: Function) -> Iterator[tuple[int, ast.expr]]:
    """The targets of assignments of `trio.Event()`, alone or among others."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            pairs = [(node.target, node.value)]
        else:
            continue
        for target, value in pairs:
            for part, made in _parts(target, value):
                if _is_event(made):
                    yield node.lineno, part


def _parts(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=False)
    else:
        yield target, value


def _is_event(value: ast.expr) -> bool:
    """`trio.Event()`, also where it depends; not what only holds one."""
    if isinstance(value, ast.BoolOp):
        return any(map(_is_event, value.values))
    if isinstance(value, ast.IfExp):
        return _is_event(value.body) or _is_event(value.orelse)
    return isinstance(value, ast.Call) and ast.unparse(value.func) in ("trio.Event", "Event")


def test_no_event_is_replaced() -> None:
    found = [line for module in ORCHD if module.path != MAKES_EVENTS_ANEW for line in replaced_events(module)]
    assert not found, f"use orchd.wakeup.Signal, or a trio.lowlevel.ParkingLot for the next of something: {found}"


def test_the_exception_is_needed() -> None:
    assert any(True for module in ORCHD if module.path == MAKES_EVENTS_ANEW for _ in replaced_events(module))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("self.news = trio.Event()", True),
        ("self.news: trio.Event | None = trio.Event()", True),
        ("self.a, self.news = 1, trio.Event()", True),
        ("self.news = old or trio.Event()", True),
        ("self.news = trio.Event() if new else None", True),
        ("self.by_key[key] = trio.Event()", True),
        ("news = trio.Event()\n  await news.wait()\n  news = trio.Event()", True),
        ("news = trio.Event()", False),
        ("self.news = Signal()", False),
        ("self.job = Job(trio.Event())", False),
    ],
)
def test_a_replaced_event_is_found(body: str, found: bool) -> None:
    assert bool(list(replaced_events(Module("orchd/x.py", f"async def f(self):\n  {body}")))) is found


def test_an_object_may_begin_with_an_event() -> None:
    assert not list(replaced_events(Module("orchd/x.py", "def __init__(self):\n  self.news = trio.Event()")))
