"""Whoever calls a method that answers a request, without a daemon around it, sees what codes its errors have.

A daemon logs a code that the request's `Command` doesn't list, and `tests/fix_daemon.py` fails the test; this does the
same for handlers that a test calls itself.
"""

import functools
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from orchd.errors import OrchdError
from orchd.protocol.command import AnyCommand


@pytest.fixture(autouse=True, scope="session")
def _errors_listed() -> None:
    """Have handlers fail where they raise what is not listed; nothing is done where no test has loaded a feature."""
    if "orchd.features" not in sys.modules:
        return
    from tests.routes import class_of, method_of, routes

    for route in routes():
        method, command = method_of(route), route.command
        owner = class_of(method)
        if owner is not None and not hasattr(vars(owner)[method.__name__], "__wrapped__"):
            alone = method is route.method
            setattr(owner, method.__name__, watched(method, command if alone else None))


def watched(method: Callable[..., Awaitable[object]], command: AnyCommand | None) -> Callable[..., Awaitable[object]]:
    """Return a method that says so when it raises what is not listed by its command, or by that of its entity."""

    @functools.wraps(method)
    async def call(handlers: Any, *args: Any, **more: Any) -> object:
        try:
            return await method(handlers, *args, **more)
        except OrchdError as error:
            asked = command or getattr(handlers._entity.commands, method.__name__)
            if not asked.expects(error):
                pytest.fail(f"{asked.type} does not list `{error.code}` among its errors")
            raise

    return call
