"""All commands that features answer, with the methods that do."""

import inspect
import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from orchd.features import make_codec
from orchd.protocol.command import Commands, Route


def routes() -> Iterator[Route[Any]]:
    """Yield each command that a feature answers with its method: what the features' modules have of `Commands`."""
    make_codec()
    seen: set[int] = set()
    for name, module in [*sys.modules.items()]:
        for value in [*vars(module).values()] if name.startswith("orchd.features.") else ():
            if isinstance(value, Commands) and id(value) not in seen:
                seen.add(id(value))
                yield from value.routes


def method_of(route: Route[Any]) -> FunctionType:
    """Return what answers a command; for those that every entity has, the method of all entities."""
    method = inspect.unwrap(route.method)
    assert isinstance(method, FunctionType)
    if method.__closure__ is None:
        return method
    inner: FunctionType = inspect.getclosurevars(method).nonlocals["method"]
    return inner


def class_of(function: FunctionType) -> type | None:
    """Return the class that a method stands in; None for a function."""
    place: Any = sys.modules[function.__module__]
    for name in function.__qualname__.split(".")[:-1]:
        place = getattr(place, name, None)
    return place if isinstance(place, type) else None
