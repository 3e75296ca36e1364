"""Compile modules for a release: without what only readers of sources want, which a daemon would keep in memory."""

import ast
from pathlib import Path
from types import CodeType


def compile_lean(path: str) -> CodeType:
    """Compile a module without the docstrings of its functions; lines stay where they are, and so do assertions.

    Classes keep theirs: those of messages are told by the protocol's schema, and `dataclass` makes one where none is.
    """
    tree = ast.parse(Path(path).read_bytes(), path)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            told = node.body[0]
            node.body[0] = ast.copy_location(ast.Pass(), told)
    return compile(tree, path, "exec", dont_inherit=True)
