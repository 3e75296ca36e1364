"""The error codes that a request may end with are listed by its `Command`, as far as that can be read from the code.

From the method that answers a request this follows calls by what the program itself says of names: modules, classes,
annotations of parameters and members. Calls of callables that are handed in, and of protocols, are not followed. What
is missed here is found where it happens: the daemons of all tests log a code that isn't listed (`tests/fix_daemon.py`).
"""

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import FunctionType, ModuleType
from typing import Any, NamedTuple, TypeAlias, get_args, get_origin, get_type_hints

import pytest

from orchd.errors import Busy, Conflict, NotFound, OrchdError
from orchd.protocol.command import Command, Route
from orchd.protocol.messages import Ping, Pong
from tests.fix_errors import watched
from tests.house.source import ORCHD
from tests.routes import class_of, method_of, routes

OTHERS = ("orchd.storage", "orchd.guard", "orchd.log", "orchd.server")
"""What fails there, fails any request, or is part of no answer."""

ONLY_SOMETIMES: Mapping[str, str] = {
    "orchd.entity.refusals.not_removed_error": "raised where a row is to be restored",
    "orchd.entity.refusals.taken_error": "raised by tables in which something is unique",
}
"""Functions that make errors for some of their callers: which ones, tests over the wire must see."""

_STORED = "it reads what it has just stored"
_TOLD = "what a model does is told in the answer"
NOT_ANSWERED: Mapping[tuple[str, str], str] = {
    **{(f"chat:{verb}", "timeout"): _TOLD for verb in ("regenerate", "continue")},
    **{(f"chat:{verb}", "upstream_error"): _TOLD for verb in ("send", "edit", "regenerate", "continue")},
    **{(f"{kind}:create", "not_found"): _STORED for kind in ("credential", "project", "team", "token", "user")},
    ("project:list", "not_found"): "it reads rows that it has just found",
}
"""Type of request and code: reached by these calls, and no answer all the same."""


Callee: TypeAlias = tuple[FunctionType, type | None]
"""A function, and the class of `self` where it is a method."""


def handler(route: Route[Any]) -> Callee:
    """Return what answers a command."""
    method = method_of(route)
    return method, class_of(method)


def reached(callee: Callee) -> set[Callee]:
    """Return all that a function calls, and what that calls, itself included."""
    found, left = {callee}, [callee]
    while left:
        for each in _read(left.pop()).callees - found:
            found.add(each)
            left.append(each)
    return found


def codes(callee: Callee) -> set[str]:
    """Return the codes of errors that a function and all that it calls make, without those that are common."""
    return {kind.code for each in reached(callee) for kind in _read(each).errors if not kind.common}


class _Read(NamedTuple):
    errors: frozenset[type[OrchdError]]
    callees: frozenset[Callee]


@cache
def _read(callee: Callee) -> _Read:
    reading = _Reading(callee)
    return _Read(frozenset(reading.errors()), frozenset(reading.callees()))


@cache
def _functions(module: str) -> Mapping[int, ast.AST]:
    """Return the functions of a module by their first lines, decorators included."""
    tree = next((each.tree for each in ORCHD if each.name == module), ast.Module([], []))
    return {
        min([node.lineno, *(each.lineno for each in node.decorator_list)]): node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _nodes(function: FunctionType) -> list[ast.AST]:
    """Return the syntax of a function; nothing for what was made without a text, as dataclasses do."""
    found = _functions(function.__module__).get(function.__code__.co_firstlineno)
    return [] if found is None else [*ast.walk(found)]


class _Reading:
    """One function, and what the names in it stand for."""

    def __init__(self, callee: Callee) -> None:
        function, owner = callee
        self._globals = function.__globals__
        self._types: dict[str, object] = {} if owner is None else {"self": owner, "cls": owner}
        self._types |= {name: hint for name, hint in _hints(function).items() if name != "return"}
        self.nodes = _nodes(function)
        for node in self.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._types.setdefault(node.targets[0].id, self.type_of(node.value))

    def errors(self) -> Iterator[type[OrchdError]]:
        """Yield the errors that it makes."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                kind = self._globals.get(node.func.id)
                if isinstance(kind, type) and issubclass(kind, OrchdError):
                    yield kind

    def callees(self) -> Iterator[Callee]:
        """Yield what it calls, or hands to somebody who may."""
        for node in self.nodes:
            if isinstance(node, ast.Name | ast.Attribute):
                callee = _callee_of(self._value(node))
                if callee is not None and _is_ours(callee[0]):
                    yield callee

    def _value(self, node: ast.AST) -> object:
        """Return what an expression names: a module, a class, a function, a `Callee`; None where that is not known."""
        if isinstance(node, ast.Name):
            value = None if node.id in self._types else self._globals.get(node.id)
            return value if isinstance(value, type | FunctionType | ModuleType) else None
        if isinstance(node, ast.Attribute):
            base = self._value(node.value)
            if isinstance(base, ModuleType):
                return getattr(base, node.attr, None)
            owner = base if isinstance(base, type) else self.type_of(node.value)
            found = inspect.getattr_static(owner, node.attr, None) if isinstance(owner, type) else None
            if isinstance(found, staticmethod | classmethod):
                found = found.__func__
            if isinstance(found, property):
                found = found.fget
            assert owner is None or isinstance(owner, type)
            if isinstance(found, FunctionType):
                return inspect.unwrap(found), owner
            return None
        return None

    def type_of(self, node: ast.AST) -> type | None:
        """Return the class of an expression's value; None where that is not known."""
        match node:
            case ast.Name(id=name) if name in self._types:
                return _plain(self._types[name])
            case ast.Name(id=name):
                value = self._globals.get(name)
                return None if isinstance(value, type | FunctionType | ModuleType) or value is None else type(value)
            case ast.Attribute(value=inner, attr=name):
                value = self._value(node)
                if isinstance(value, tuple):
                    return _plain(_hints(value[0]).get("return"))
                owner = self.type_of(inner)
                return None if owner is None else _plain(_members(owner).get(name))
            case ast.Call(func=called):
                value = self._value(called)
                if isinstance(value, tuple):
                    value = value[0]
                return value if isinstance(value, type) else _plain(_hints(value).get("return"))
            case ast.Await(value=inner) | ast.YieldFrom(value=inner):
                return self.type_of(inner)
        return None


def _callee_of(value: object) -> Callee | None:
    """Return what is called where a name stands for this; of a class, what makes its objects."""
    if isinstance(value, type):
        made = inspect.getattr_static(value, "__init__", None)
        return (made, value) if isinstance(made, FunctionType) else None
    if isinstance(value, FunctionType):
        return (value, None)
    return value if isinstance(value, tuple) else None


def _is_ours(function: FunctionType) -> bool:
    name = f"{function.__module__}.{function.__qualname__}"
    return name.startswith("orchd.") and not name.startswith(OTHERS) and name not in ONLY_SOMETIMES


@cache
def _hints(function: object) -> Mapping[str, object]:
    try:
        return get_type_hints(function) if callable(function) else {}
    except (NameError, TypeError):
        return {}


_MEMBERS: dict[type, dict[str, object]] = {}


def _members(owner: type) -> Mapping[str, object]:
    """Return the types of a class's members: as it says itself, or as those parameters that become them. What is known
    so far stands for those of a class that is being looked at: its members are made of one another."""
    if owner in _MEMBERS:
        return _MEMBERS[owner]
    found = _MEMBERS[owner] = {}
    for base in reversed(owner.__mro__):
        found |= _hints(base)
        made = vars(base).get("__init__")
        if isinstance(made, FunctionType) and base.__module__.startswith("orchd."):
            reading = _Reading((made, base))
            for name, kind in _assigned(reading.nodes, reading.type_of):
                found[name] = found.get(name) or kind
    return found


def _assigned(nodes: Iterable[ast.AST], type_of: Callable[[ast.AST], type | None]) -> Iterator[tuple[str, object]]:
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                values = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    values = [*zip(target.elts, node.value.elts, strict=True)]
                for name, value in values:
                    if isinstance(name, ast.Attribute):
                        yield name.attr, type_of(value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Attribute) and node.value is not None:
            yield node.target.attr, type_of(node.value)


def _plain(hint: object) -> type | None:
    """Return the class that an annotation names, without what may be None and what is in it."""
    if isinstance(hint, type) and get_origin(hint) is None:
        return hint
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    origin = get_origin(hint)
    if isinstance(origin, type) and origin.__module__.startswith("orchd."):
        return origin
    return _plain(kinds[0]) if len(kinds) == 1 else None


class _Handlers:
    def __init__(self, error: OrchdError) -> None:
        self._error = error

    async def get(self) -> None:
        """Fail."""
        raise self._error


LISTED = Command("thing:get", Ping, Pong, right="read", scope="read", errors=(NotFound,))


def test_what_may_end_a_request_is_listed() -> None:
    unlisted = [
        f"{route.command.type}: {code}"
        for route in routes()
        for code in sorted(codes(handler(route)) - {error.code for error in route.command.errors})
        if (route.command.type, code) not in NOT_ANSWERED
    ]
    assert not unlisted, "list them among the `errors` of the commands, or say above why they are no answer"


@pytest.mark.parametrize(("error", "seen"), [(NotFound("gone"), NotFound), (Busy("full"), Busy)])
async def test_what_is_listed_or_common_is_raised(error: OrchdError, seen: type[OrchdError]) -> None:
    with pytest.raises(seen):
        await watched(_Handlers.get, LISTED)(_Handlers(error))


async def test_what_is_not_listed_is_seen_where_a_test_calls_a_handler() -> None:
    with pytest.raises(pytest.fail.Exception, match="thing:get does not list `conflict`"):
        await watched(_Handlers.get, LISTED)(_Handlers(Conflict("late")))


def test_handlers_are_watched() -> None:
    assert all(
        hasattr(getattr(class_of(method_of(route)), method_of(route).__name__), "__wrapped__") for route in routes()
    )


def test_what_is_no_answer_is_reached_still() -> None:
    found = {route.command.type: codes(handler(route)) for route in routes()}
    assert not [(kind, code) for kind, code in NOT_ANSWERED if code not in found[kind]]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("assistant:restore", {"not_found", "conflict"}),  # by the methods that all entities have
        ("chat:cancel", {"not_found"}),  # by a service, which its handlers were given
        ("model:complete", {"not_found", "too_large", "timeout", "upstream_error"}),  # by a room below
        ("prompt:versions", {"not_found"}),  # by queries
        ("user:me", set()),
    ],
)
def test_calls_are_followed_to_where_errors_are_made(kind: str, expected: set[str]) -> None:
    (route,) = (route for route in routes() if route.command.type == kind)
    assert codes(handler(route)) == expected
