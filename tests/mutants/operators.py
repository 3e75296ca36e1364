"""The single changes that are made to a module: each a small mistake that somebody could have made.

They are those of Mothra and its heirs (relational, logical and arithmetic operators replaced, constants off by one,
conditions negated, statements deleted); King and Offutt, "A Fortran language system for mutation-based software
testing", 1991. Annotations, docstrings and what stands at module level are left alone.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

Change = Callable[[ast.AST], ast.AST]


class Mutant(NamedTuple):
    """A module with one change. `name` tells it from its siblings and survives edits elsewhere in the module."""

    name: str
    line: int
    tree: ast.Module
    node: ast.AST
    change: Change

    def source(self) -> str:
        """Return the text of the module with the change."""
        return _changed(self.tree, self.node, self.change)


_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
}


def mutants(source: str) -> Iterator[Mutant]:
    """Yield each module that differs from `source` in one place inside a function."""
    tree = ast.parse(source)
    seen: dict[str, int] = {}
    for owner, function in _functions(tree):
        for node in _inside(function):
            for label, change in _changes(node):
                before = ast.unparse(node).partition("\n")[0]
                key = f"{owner}: {label}: {before}"
                seen[key] = seen.get(key, 0) + 1
                name = key if seen[key] == 1 else f"{key} ({seen[key]})"
                yield Mutant(name, getattr(node, "lineno", function.lineno), tree, node, change)


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield the outermost functions, each with its dotted name."""

    def walk(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{prefix}{node.name}", node
            elif isinstance(node, ast.ClassDef):
                yield from walk(node.body, f"{prefix}{node.name}.")

    yield from walk(tree.body, "")


def _inside(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Walk a function in the order of its text, without decorators, annotations and docstrings."""
    for default in (*function.args.defaults, *filter(None, function.args.kw_defaults)):
        yield from ast.walk(default)
    stack: list[ast.AST] = [*reversed(_body(function))]
    while stack:
        node = stack.pop()
        yield node
        children: list[ast.AST]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            children = [*_body(node)]
        elif isinstance(node, ast.AnnAssign):
            children = [] if node.value is None else [node.value]
        else:
            children = [*ast.iter_child_nodes(node)]
        stack.extend(reversed(children))


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[1:] if documented else function.body


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        yield _COMPARISONS[type(node.ops[0])].__name__, _compared
    elif isinstance(node, ast.BoolOp):
        yield ("or" if isinstance(node.op, ast.And) else "and"), _joined
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "without not", lambda found: found.operand  # type: ignore[attr-defined]
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
        yield _ARITHMETIC[type(node.op)].__name__, _calculated
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare | ast.UnaryOp):
        yield "negated", _negated
    if isinstance(node, ast.stmt) and _deletable(node):
        yield "deleted", lambda _found: ast.Pass()


def _constants(node: ast.Constant) -> Iterator[tuple[str, Change]]:
    if isinstance(node.value, bool):
        yield "flipped", lambda _found: ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield "plus one", lambda _found: ast.Constant(node.value + 1)  # type: ignore[operator]


def _deletable(node: ast.stmt) -> bool:
    """Whether a module without it may well still run: names stay defined."""
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets)
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call | ast.Await)
    return isinstance(node, ast.AugAssign | ast.Raise | ast.Break | ast.Continue | ast.Delete)


def _compared(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.Compare)
    node.ops[0] = _COMPARISONS[type(node.ops[0])]()
    return node


def _joined(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return node


def _calculated(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BinOp | ast.AugAssign)
    node.op = _ARITHMETIC[type(node.op)]()
    return node


def _negated(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.If | ast.IfExp | ast.While)
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return node


def _changed(tree: ast.Module, node: ast.AST, change: Change) -> str:
    """Return the text of a copy of `tree` in which `node` is changed."""
    place = copy.deepcopy(tree, {id(node): _Mark(node)})

    class Swap(ast.NodeTransformer):
        def visit(self, found: ast.AST) -> ast.AST:
            return change(copy.deepcopy(found.node)) if isinstance(found, _Mark) else self.generic_visit(found)

    return ast.unparse(ast.fix_missing_locations(Swap().visit(place))) + "\n"


class _Mark(ast.AST):
    """Stands where the change is to be made."""

    def __init__(self, node: ast.AST) -> None:
        super().__init__()
        self.node = node
