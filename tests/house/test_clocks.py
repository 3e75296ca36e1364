"""No test fails because a machine is slow: nothing asserts that only so much time has passed on a real clock.

What a syntax tree tells: an assertion on the time between two readings, or on a moment reckoned from one, that a slow
machine fails. That enough time has passed may be asserted, and anything on Trio's virtual clock. What hangs is found
by `trio.fail_after(HANG_SECONDS)` or pytest's timeout, and work that grows with the square by `tests/growth.py`.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ORCHD, TESTS, Function, Module

MEASURING = ("tests/bench/", "tests/eval/", "tests/mutants/")
VIRTUAL = {"autojump_clock", "mock_clock"}
CLOCKS = {"time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.process_time"}
CLOCKS |= {"time.thread_time", "trio.current_time"}


def hasty(module: Module) -> Iterator[str]:
    """Yield where a module asserts what a slow machine fails."""
    for function in module.functions:
        if any(clock in module.text for clock in CLOCKS) and not VIRTUAL & {
            argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)
        }:
            names = assigned(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Assert) and any(is_bound(part, names) for part in ast.walk(node)):
                    yield module.at(node.lineno)


def assigned(function: Function) -> dict[str, str]:
    """Return the names of a function whose value has to do with a clock, in terms of clocks only."""
    names: dict[str, str] = {}
    for node in sorted((node for node in ast.walk(function) if isinstance(node, ast.Assign)), key=lambda n: n.lineno):
        if isinstance(target := node.targets[0], ast.Name) and is_timed(value := spelled(node.value, names)):
            names[target.id] = f"({value})"
    return names


def spelled(node: ast.expr, names: dict[str, str]) -> str:
    """Return the text of an expression with what its names stand for."""

    class Spell(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.AST:
            return ast.parse(names[name.id], mode="eval").body if name.id in names else name

    return ast.unparse(Spell().visit(ast.parse(ast.unparse(node), mode="eval")))


def is_timed(text: str) -> bool:
    return any(f"{clock}()" in text for clock in CLOCKS)


def is_bound(node: ast.AST, names: dict[str, str]) -> bool:
    """Whether a comparison wants a span of time to be short, or a moment to be before a reckoned one."""
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    for operator, *pair in zip(node.ops, sides, sides[1:], strict=False):
        lesser, greater = reversed(pair) if isinstance(operator, ast.Gt | ast.GtE) else pair
        either = isinstance(operator, ast.Eq)
        if any(reckons(side, ast.Sub, names) for side in ([lesser, greater] if either else [lesser])):
            return True
        if any(reckons(side, ast.Add, names) for side in ([lesser, greater] if either else [greater])):
            return True
    return False


def reckons(node: ast.expr, kind: type[ast.operator], names: dict[str, str]) -> bool:
    parts = ast.walk(ast.parse(spelled(node, names), mode="eval"))
    return any(isinstance(p, ast.BinOp) and isinstance(p.op, kind) and is_timed(ast.unparse(p)) for p in parts)


def test_nothing_asserts_that_little_time_has_passed() -> None:
    found = [place for module in TESTS if not module.path.startswith(MEASURING) for place in hasty(module)]
    assert not found, f"a slow machine fails it: {found}"


@pytest.mark.parametrize(
    ("assertion", "found"),
    [
        ("time.monotonic() - begun < 1", True),
        ("lasted <= 1", True),
        ("1 > lasted", True),
        ("moment < begun + 5", True),
        ("lasted == pytest.approx(1)", True),
        ("0.1 <= lasted < 1", True),
        ("lasted >= 1", False),
        ("1 < lasted", False),
        ("begun <= moment <= time.monotonic()", False),
        ("moment > begun + 5", False),
    ],
)
def test_a_wall_time_assertion_is_found(assertion: str, found: bool) -> None:
    text = f"def test(moment):\n  begun = time.monotonic()\n  lasted = time.monotonic() - begun\n  assert {assertion}"
    assert bool(list(hasty(Module("tests/test_x.py", text)))) is found
    virtual = text.replace("moment)", "moment, autojump_clock)")
    assert not list(hasty(Module("tests/test_x.py", virtual)))


def test_the_present_is_read_in_one_place() -> None:
    readers = [module.path for module in ORCHD if "time.time_ns" in module.text]
    assert readers == ["orchd/clock.py"], "ask `unix_now`"
