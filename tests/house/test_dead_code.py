"""Whatever is defined is used by the daemon itself, not by its tests alone."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.house.source import ORCHD, Module

CALLED_BY_LIBRARIES: dict[str, str] = {
    "orchd/features/people/service.py:change_memberships": "whoever changes who is in a project",
    "orchd/features/people/service.py:log_in_as": "a login service that is not ours",
    "orchd/cli/chat/terminal/editor.py": "prompt_toolkit calls what its history, its completer and its output have",
    "orchd/cli/chat/terminal/keyboard.py": "prompt_toolkit calls what its input has",
    "orchd/cli/chat/terminal/markdown.py": "markdown-it and rich call the rules and elements that are registered",
    "orchd/hub/topics.py:publish": "the tests' own feature and the benchmarks are features too",
    "orchd/server/stream.py": "trio-websocket calls what Trio's streams have",
    "orchd/storage/mysql/mysql_connection.py": "trio-mysql calls the ways to log in by their name",
}
"""Path, or path and name → who uses it without naming it in orchd."""

WORD = re.compile(r"\w+")


def words(module: Module) -> Iterator[str]:
    """Yield every name that a module mentions, strings included: `getattr`, and functions named in tables."""
    for node in module.nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


def defined(module: Module) -> Iterator[tuple[int, str]]:
    """Yield the functions, methods and classes of a module but for those that a decorator hands to somebody."""
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            registered = [
                decorator
                for decorator in node.decorator_list
                if "." in ast.unparse(decorator) or "(" in ast.unparse(decorator)
            ]
            if not registered and not node.name.startswith("__"):
                yield node.lineno, node.name


def unused(modules: Iterable[Module]) -> list[str]:
    modules = list(modules)
    mentioned = Counter(word for module in modules for word in words(module))
    return [
        f"{module.at(line)}: {name}"
        for module in modules
        for line, name in defined(module)
        if not mentioned[name]
        and module.path not in CALLED_BY_LIBRARIES
        and f"{module.path}:{name}" not in CALLED_BY_LIBRARIES
    ]


def test_nothing_is_there_for_tests_alone() -> None:
    assert not unused(ORCHD), "the daemon doesn't use it; strike it, or say in CALLED_BY_LIBRARIES who does"


def test_what_nobody_names_is_found() -> None:
    module = Module("orchd/x.py", "def used(): ...\ndef unused(): used()\n@group.command('c')\ndef command(): ...\n")
    assert unused([module]) == ["orchd/x.py:2: unused"]
