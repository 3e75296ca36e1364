"""What code decides by is an attribute of an error: `details` is for clients, and nothing here reads it again.

A member of `details` has no type, is public, and is lost without a word when somebody renames it.
"""

import ast
from collections.abc import Iterator
from typing import get_args

import pytest

from orchd.errors import CODES
from orchd.reasons import REASONS, Reason
from tests.house.source import ORCHD, TESTS, Module

READERS: dict[str, str] = {
    "orchd/server/entry/page.py": "writes the page that a client gets",
    "orchd/server/session.py": "writes the frame that a client gets",
    "orchd/worker/frames.py": "takes errors from one process of ours to another, all of them",
}
"""Who may read `details`."""

ERRORS = frozenset(kind.__name__ for kind in CODES)
TYPED = frozenset(["retryAfterMs", "attempts"])
"""Members of `details` that an attribute is written as."""


def reads(module: Module) -> Iterator[str]:
    """Yield where `details` is read: by name, or by `getattr`."""
    for node in module.nodes:
        read = isinstance(node, ast.Attribute) and node.attr == "details"
        named = isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "attrgetter")
        if read or (named and "details" in {getattr(each, "value", None) for each in ast.walk(node)}):
            yield module.at(node.lineno)  # type: ignore[attr-defined]  # both have a line


def rebuilt(module: Module) -> Iterator[str]:
    """Yield where an exception is made anew by the type of another, which loses its cause and its attributes."""
    for call in _calls(module):
        by_type = isinstance(call.func, ast.Call) and ast.unparse(call.func.func) == "type"
        if by_type or ast.unparse(call.func).endswith(".__class__"):
            yield module.at(call.lineno)


def untyped(module: Module) -> Iterator[str]:
    """Yield where an error is given in `details` what it has an attribute for."""
    for call in _calls(module):
        makes = ast.unparse(call.func).rpartition(".")[2] in {*ERRORS, "tell"}
        if makes and TYPED & {keyword.arg for keyword in call.keywords}:
            yield module.at(call.lineno)


def raised_from_groups(module: Module) -> Iterator[str]:
    """Yield where something is raised in an `except*`: what is, is in a group of its own before Python 3.11.4."""
    for handled in (node for node in module.nodes if isinstance(node, ast.TryStar)):
        for node in (each for handler in handled.handlers for each in ast.walk(handler)):
            skips = isinstance(node, ast.Call) and ast.unparse(node.func) in ("pytest.skip", "pytest.fail", "sys.exit")
            if isinstance(node, ast.Raise) or skips:
                yield module.at(node.lineno)  # type: ignore[attr-defined]  # both have a line


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in module.nodes if isinstance(node, ast.Call))


def words(module: Module) -> Iterator[str]:
    """Yield the texts of a module."""
    return (node.value for node in module.nodes if isinstance(node, ast.Constant) and type(node.value) is str)


def test_nothing_decides_by_what_is_for_clients() -> None:
    found = [place for module in ORCHD if module.path not in READERS for place in reads(module)]
    assert not found, "use an attribute of the error:\n" + "\n".join(found)
    assert all(any(reads(module)) for module in ORCHD if module.path in READERS)


def test_errors_are_not_rebuilt() -> None:
    found = [place for module in ORCHD for place in rebuilt(module)]
    assert not found, "raise it as it is, or `again`:\n" + "\n".join(found)


def test_what_has_an_attribute_is_not_told_beside_it() -> None:
    assert not [place for module in ORCHD for place in untyped(module)]


def test_nothing_is_raised_where_a_group_is_caught() -> None:
    found = [place for module in (*ORCHD, *TESTS) for place in raised_from_groups(module)]
    assert not found, "keep what was caught, and raise behind the `try`:\n" + "\n".join(found)


def test_every_reason_is_used() -> None:
    assert [*get_args(Reason)] == [*REASONS] == sorted(REASONS)
    used = {word for module in ORCHD if module.path != "orchd/reasons.py" for word in words(module)}
    assert not REASONS.keys() - used


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("error.details.get('reason')", reads),
        ("self._error.details", reads),
        ("getattr(error, 'details')", reads),
        ("type(error)(error.message)", rebuilt),
        ("raise type(found)(found.message, **told)", rebuilt),
        ("error.__class__(error.message)", rebuilt),
        ("raise RateLimited('slow', retryAfterMs=1)", untyped),
        ("error.tell(attempts=[])", untyped),
        ("try: f()\nexcept* OSError: raise SystemExit(1)", raised_from_groups),
        ("try: f()\nexcept* OSError: pytest.skip('no')", raised_from_groups),
    ],
)
def test_such_code_is_found(text: str, found: object) -> None:
    assert callable(found)
    assert list(found(Module("orchd/x.py", text))) == [f"orchd/x.py:{1 + text.count(chr(10))}"]


@pytest.mark.parametrize("text", ["details = {}", "error.reason", "type(error) is Invalid", "Invalid('x', field='y')"])
def test_other_code_is_not(text: str) -> None:
    module = Module("orchd/x.py", text)
    assert not [*reads(module), *rebuilt(module), *untyped(module)]
