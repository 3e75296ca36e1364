"""Run a module's tests in a process forked from one that has loaded the libraries: that saves half the time."""

import multiprocessing
import os
import resource
import sys
from pathlib import Path
from threading import Lock

import pytest

SEED = "0"
"""Of the properties: a mutant lives or dies the same way each time."""

LIBRARIES = ["gguf", "httpx", "hypothesis.stateful", "jsonschema", "msgspec", "numpy", "prompt_toolkit", "psutil"]
LIBRARIES += [
    "pytest_trio.plugin",
    "rich",
    "structlog",
    "trio.testing",
    "trio_mysql",
    "trio_websocket",
    "tests.mutants.trial",
]

CPU_SECONDS, MEMORY_BYTES = 900, 8 * 1024**3
"""What a mutant that runs away may take, also when nobody waits for it any more."""

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(LIBRARIES)
_starting = Lock()


def passes(tree: Path, tests: tuple[str, ...], patience: float) -> bool:
    """Say whether tests pass in a copy of the tree within `patience` seconds."""
    process = _FORKS.Process(target=_run, args=(str(tree), tests))
    with _starting:
        process.start()
    try:
        process.join(patience)
        return process.exitcode == 0
    finally:
        if process.exitcode is None and process.pid is not None:
            os.killpg(process.pid, 9)
            process.join()


def _run(tree: str, tests: tuple[str, ...]) -> None:
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    os.chdir(tree)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("orchd", "tests")]:
        del sys.modules[name]
    sys.path.insert(0, tree)
    os.environ["PYTHONPATH"] = tree
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    # Libraries are loaded already, too late for pytest to rewrite their assertions, which it would complain about.
    sys.exit(
        pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--assert", "plain", "--hypothesis-seed", SEED, *tests])
    )
