"""docs/operate.md lists what the log can say; this holds the list and the code together.

An event is a constant text, handed to structlog where it happens. So each string that is a logger's first argument
is one, and of the few functions that hand it on (`HANDED_ON`).
"""

import ast
import re
from collections.abc import Iterator

from tests.house.source import ORCHD, ROOT, Module

LEVELS = {"debug", "info", "warning", "error", "critical"}
LOGGERS = {"log", "_log", "logger", "get_logger"}
HANDED_ON = {"tell": 0, "note": 1}
"""Functions that are given an event, and as which argument."""

DOCUMENT = ROOT / "docs" / "operate.md"
SECTION = "## What the log says"


def events(module: Module) -> Iterator[str]:
    """Yield the events of a module's log lines."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and (place := _place(node)) is not None and len(node.args) > place:
            yield from _texts(node.args[place])


def _place(call: ast.Call) -> int | None:
    """Return which argument of a call is an event, None when it logs nothing."""
    match call.func:
        case ast.Attribute(attr=method, value=logger) if method in LEVELS and _name(logger) in LOGGERS:
            return 0
        case ast.Attribute(attr=function) | ast.Name(id=function) if function in HANDED_ON:
            return HANDED_ON[function]
    return None


def _name(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _name(function)
    return None


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body)
            yield from _texts(other)


def documented() -> set[str]:
    """Return the events of the document's table."""
    section = DOCUMENT.read_text(encoding="utf-8").partition(SECTION)[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def test_each_event_is_documented() -> None:
    known = documented()
    missing = sorted(
        {f"{event!r} ({module.path})" for module in ORCHD for event in events(module) if event not in known}
    )
    assert not missing, f"put them into the table of {DOCUMENT.name}, “{SECTION[3:]}”: {missing}"


def test_each_documented_event_is_there() -> None:
    source = "\n".join(module.text for module in ORCHD)
    gone = sorted(event for event in documented() if f'"{event}"' not in source)
    assert not gone, f"no log line says {gone}: strike them from the table of {DOCUMENT.name}"


def test_an_event_is_found_however_it_is_handed_over() -> None:
    text = """
log.info("one", a=1)
structlog.get_logger().warning("two")
self._log.error("three" if bad else "four")
(tell := log.info)("not found")
tell("five", b=2)
note(session, "six", None)
other.info("none")
log.info(dynamic)
"""
    assert sorted(events(Module("orchd/x.py", text))) == ["five", "four", "one", "six", "three", "two"]
