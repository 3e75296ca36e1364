"""Which library is spoken to where, and constructs that stand in one place only."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ORCHD, TESTS, Module

FENCES: dict[str, tuple[str, ...]] = {
    "anyio": (),
    "argon2": ("orchd/access/passwords.py",),
    "asyncio": (),
    "concurrent": (),
    "cryptography": ("orchd/sealing/", "orchd/tls/"),
    "markdown_it": ("orchd/cli/chat/",),
    "prompt_toolkit": ("orchd/cli/chat/",),
    "pypdf": ("orchd/pdf/",),
    "pyrage": ("orchd/backup/encryption.py",),
    "rich": ("orchd/cli/chat/",),
    "wcwidth": ("orchd/cli/",),
    "h11": (
        "orchd/server/",
        "orchd/simulator/",
        "orchd/llm/wire/transport.py",
        "orchd/client/page_exchange.py",
        "orchd/client/pages.py",
        "orchd/client/files.py",
        "orchd/outside/exchange.py",
    ),
    "httpx": ("orchd/llm/", "orchd/oidc/", "orchd/features/notification/channels/"),
    "joserfc": ("orchd/oidc/",),
    "jsonschema_rs": ("orchd/compatibility/containment.py",),
    "multiprocessing": (),
    "opentelemetry": ("orchd/tracing/",),
    "prometheus_client": ("orchd/metrics/",),
    "psutil": ("orchd/features/monitoring/", "orchd/features/presence/"),
    "pynvml": ("orchd/features/monitoring/",),
    "sqlite3": ("orchd/storage/",),
    "threading": ("orchd/storage/", "orchd/log/", "orchd/features/people/hashing.py", "orchd/assembly/late.py"),
    "trio_mysql": ("orchd/storage/",),
    "trio_websocket": ("orchd/server/",),
    "websockets": (),
    "wsproto": (),
    "xllamacpp": ("orchd/llm/local/llama_child.py",),
}
"""Library → the folders and files that may import it. ruff's banned-api says the same earlier and more coarsely."""

WITHOUT_IO = (
    "orchd/access/",
    "orchd/protocol/",
    "orchd/compatibility/",
    "orchd/json_schema/",
    "orchd/codegen/reading/",
    "orchd/claims/",
    "orchd/llm/wire/sse.py",
    "orchd/llm/wire/chunks.py",
    "orchd/storage/dialect.py",
)
"""Bytes in, values out: no clock, no socket, no task."""

WAITING = {"trio", "socket", "ssl", "select", "time", "httpx", "trio_websocket"}

GUARD = "orchd/guard.py"
PRINTS = ("orchd/app.py", "orchd/cli/")
"""The line that says where the daemon listens, and what the command line is for."""


def over_the_fence(module: Module) -> Iterator[str]:
    for line, name, _ in module.imports:
        library = name.partition(".")[0]
        if library in FENCES and not module.path.startswith(FENCES[library] or ("nowhere",)):
            yield f"{module.at(line)}: {library} belongs to {FENCES[library] or 'nobody'}"
        if library in WAITING and module.path.startswith(WITHOUT_IO):
            yield f"{module.at(line)}: {library} in a module that does no I/O"


def broad_handlers(module: Module) -> Iterator[str]:
    """Find what swallows everything; a handler of BaseException that ends in `raise` swallows nothing."""
    for node in module.nodes:
        if isinstance(node, ast.ExceptHandler):
            caught = {"BaseException"} if node.type is None else names(node.type)
            reraises = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if "Exception" in caught or ("BaseException" in caught and not reraises):
                yield module.at(node.lineno)
        elif isinstance(node, ast.Call) and called(node).endswith("suppress") and swallows(node.args):
            yield module.at(node.lineno)


def swallows(arguments: list[ast.expr]) -> bool:
    return any({"Exception", "BaseException"} & names(argument) for argument in arguments)


def names(node: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def calls(module: Module, *wanted: str) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.Call) and called(node) in wanted:
            yield f"{module.at(node.lineno)}: {called(node)}"


def test_each_library_stays_in_its_room() -> None:
    wrong = [text for module in ORCHD for text in over_the_fence(module)]
    assert not wrong, "\n".join(wrong)


def test_what_does_no_io_is_there() -> None:
    for place in WITHOUT_IO:
        assert any(module.path.startswith(place) for module in ORCHD), f"no such module: {place}"


def test_only_the_guard_catches_every_exception() -> None:
    wrong = [place for module in ORCHD if module.path != GUARD for place in broad_handlers(module)]
    assert not wrong, f"catch what can be named; the rest is the guard's ({GUARD}): {wrong}"


def test_the_guard_catches_in_one_place() -> None:
    (guard,) = (module for module in ORCHD if module.path == GUARD)
    assert len(list(broad_handlers(guard))) == 1


def test_only_the_command_line_prints() -> None:
    wrong = [place for module in ORCHD if not module.path.startswith(PRINTS) for place in calls(module, "print")]
    assert not wrong, f"log, or emit a frame: {wrong}"


def test_nothing_blocks_the_daemon_by_sleeping() -> None:
    assert not [place for module in ORCHD for place in calls(module, "time.sleep", "sleep")]


def test_no_module_is_a_drawer() -> None:
    drawers = [module.path for module in ORCHD if module.path.endswith(("utils.py", "helpers.py", "misc.py"))]
    assert not drawers, f"name the file after what it does: {drawers}"


def test_no_module_holds_changing_state() -> None:
    wrong = [module.at(node.lineno) for module in ORCHD for node in module.nodes if isinstance(node, ast.Global)]
    assert not wrong, f"state belongs to an object that somebody opens and closes: {wrong}"


def unclosed(module: Module) -> Iterator[str]:
    """Yield where the end of a `with` is taken for the end of a connection to SQLite, which it only commits."""
    for node in (node for node in module.nodes if isinstance(node, ast.With)):
        opened = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
        if any(ast.unparse(call.func) == "sqlite3.connect" for call in opened):
            yield module.at(node.lineno)


def test_connections_are_closed() -> None:
    assert not [place for module in (*ORCHD, *TESTS) for place in unclosed(module)], "use `contextlib.closing`"
    assert [*unclosed(Module("tests/x.py", "with sqlite3.connect(path) as connection: pass"))] == ["tests/x.py:1"]


@pytest.mark.parametrize(
    "text",
    [
        "try: pass\nexcept Exception: pass",
        "try: pass\nexcept: pass",
        "try: pass\nexcept (ValueError, Exception): raise ValueError",
        "try: pass\nexcept* Exception: pass",
        "try: pass\nexcept BaseException: pass",
        "with contextlib.suppress(Exception): pass",
    ],
)
def test_a_broad_handler_is_found(text: str) -> None:
    assert list(broad_handlers(Module("orchd/hub/topics.py", text)))


@pytest.mark.parametrize(
    "text", ["try: pass\nexcept BaseException:\n    stop()\n    raise", "try: pass\nexcept OSError: pass"]
)
def test_a_narrow_handler_is_let_pass(text: str) -> None:
    assert not list(broad_handlers(Module("orchd/hub/topics.py", text)))


def test_a_library_over_the_fence_is_found() -> None:
    text = "import sqlite3\nfrom trio_websocket import ConnectionClosed\nimport asyncio.events"
    assert len(list(over_the_fence(Module("orchd/features/chat/queries.py", text)))) == 3
    assert len(list(over_the_fence(Module("orchd/protocol/codec.py", "import trio")))) == 1
