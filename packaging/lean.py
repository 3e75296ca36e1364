"""Compile modules for a release: without what only readers of sources want, which a daemon would keep in memory."""

import ast
from pathlib import Path
from types import CodeType

PLAIN = {"NamedTuple", "Protocol", "Generic", "Exception"}
"""Bases of classes of ours that are no messages."""


def compile_lean(name: str, path: str) -> CodeType:
    """Compile a module without docstrings; lines stay where they are, and so do assertions.

    What a program may read stays: docstrings of our messages and settings, which schemas and errors tell, and those of
    dataclasses, since `dataclass` makes a longer one where none is.
    """
    ours = name.partition(".")[0] == "orchd"
    tree = ast.parse(Path(path).read_bytes(), path)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is None or (isinstance(node, ast.ClassDef) and _is_read(node, ours)):
            continue
        if isinstance(node, ast.Module):
            del node.body[0]  # imports from `__future__` stand behind nothing else
        else:
            node.body[0] = ast.copy_location(ast.Pass(), node.body[0])
    return compile(tree, path, "exec", dont_inherit=True)


def _is_read(node: ast.ClassDef, ours: bool) -> bool:
    """Whether somebody may ask for a class's docstring."""
    if any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list):
        return True
    return ours and not {ast.unparse(base).partition("[")[0] for base in node.bases} <= PLAIN
