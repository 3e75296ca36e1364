"""The code as data: every module with its syntax tree, and who imports whom."""

import ast
import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[2]

APART = {"__pycache__", "orchd_client"}
"""Folders of which nothing is asked: the client for other people's programs is written for any loop and from a schema;
`tests/codegen` and `tests/orchd_client` look at it."""

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file; `name` is dotted, and that of a package is its folder's."""

    path: str
    text: str

    @cached_property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree. All of them are millions of objects that stay: one collection of garbage that goes through
        them takes longer than to make them, so they are left out of each."""
        gc.disable()
        try:
            tree = ast.parse(self.text, self.path)
            gc.freeze()
        finally:
            gc.enable()
        return tree

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """All of the tree, as `ast.walk` yields it, which takes longer than most rules: a hundred of them look."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def is_package(self) -> bool:
        return self.path.endswith("/__init__.py")

    @cached_property
    def functions(self) -> Sequence[Function]:
        return tuple(node for node in self.nodes if isinstance(node, Function))

    @cached_property
    def imports(self) -> Sequence[tuple[int, str, str | None]]:
        """Line, module and, for `from module import name`, the name."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[tuple[int, str, str | None]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node.lineno, alias.name, None
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    yield node.lineno, node.module or "", alias.name
            elif (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith("import_module")
                and not ast.unparse(node.args[0]).startswith("f'.")  # what begins with a dot is the package's own
            ):
                yield node.lineno, ast.literal_eval(node.args[0]), None  # a name that is computed is refused here

    def at(self, line: int) -> str:
        return f"{self.path}:{line}"


def modules(folder: str) -> list[Module]:
    """Read every Python file under `folder` of the repository, in the order of their paths."""
    top = ROOT / folder
    paths = sorted(path for path in top.rglob("*.py") if not APART & {*path.relative_to(top).parts})
    return [Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


ORCHD = modules("orchd")
CLIENT = modules("orchd/orchd_client")
TESTS = modules("tests")
NAMES = frozenset(module.name for module in (*ORCHD, *CLIENT))


@cache
def offered(package: str) -> set[str]:
    """Return what a package's `__init__` binds under names of its own, its submodules aside."""
    if package not in NAMES:
        return set()
    module = next(module for module in (*ORCHD, *CLIENT) if module.name == package)
    bound = {name for _, base, name in module.imports if name and base != package}
    return bound | {function.name for function in module.functions}


def imported(module: Module) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of each of orchd's own modules that `module` imports."""
    for line, base, name in module.imports:
        target = f"{base}.{name}" if f"{base}.{name}" in NAMES and name not in offered(base) else base
        if target == "orchd" or target.startswith("orchd."):
            yield line, target


def strings(module: Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string that is not a docstring; what an f-string fills in reads `{}`."""
    inner = {id(part) for node in module.nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    docs = {id(node.value) for node in module.nodes if isinstance(node, ast.Expr)}
    for node in module.nodes:
        if id(node) in inner or id(node) in docs:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(_text(part) for part in node.values)


def _text(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"
