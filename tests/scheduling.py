"""Which tests run when and together, where several processes share the work: by files, the long ones first.

A file of a fault or a conversation has few tests, and each of them waits for processes and for time to pass. Begun at
the end, one would hold up everybody. So they are begun first, in turn with the largest of the others, which
compute meanwhile. The rules about the code read it in one process, so that it is parsed once.
"""

import importlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

LONG = ("tests/web/", "tests/faults/", "tests/wire/", "tests/eval/", "tests/cli/", "tests/test_cli.py", "tests/house/")
"""Where a test may take seconds; those first whose files take longest."""

HOUSE = "tests/house/"
ALONE = {f"{HOUSE}test_{name}.py" for name in ("patterns", "long_runs", "tables", "wire")}
"""Rules that take long, or look at something else than syntax trees."""


class FilesInTurn(LoadFileScheduling):  # type: ignore[misc] # its library says no types
    """The scheduler: a file, or the rules about the code, is the work of one process."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """Return what runs together: a file, or the rules that read the code."""
    path = nodeid.partition("::")[0]
    return HOUSE if path.startswith(HOUSE) and path not in ALONE else path


def in_turn(nodeids: Sequence[str]) -> list[str]:
    """Return the scopes of some tests in the order in which they should be begun."""
    sizes = Counter(map(scope_of, nodeids))
    long = [scope for start in LONG for scope in sizes if scope.startswith(start)]
    rest = [scope for scope, _ in sizes.most_common() if not scope.startswith(LONG)]
    return list(interleaved(long, rest))


def interleaved(first: Iterable[str], second: Iterable[str]) -> Iterator[str]:
    """Yield one of each in turn, and then what is left."""
    for pair in zip_longest(first, second):
        yield from (scope for scope in pair if scope is not None)


def import_in_turn(config: pytest.Config) -> None:
    """Load all tests, where several processes do, each from another place on: whoever loads a file first compiles it,
    and the others find that done. From the same place on, all would compile all of a clone that is new.
    """
    share: dict[str, str] | None = getattr(config, "workerinput", None)
    if share is None or config.args != config.getini("testpaths"):
        return
    number, count = int(share["workerid"].removeprefix("gw")), int(share["workercount"])
    for name in turned(module_names(config.rootpath), number, count):
        with suppress(Exception, pytest.skip.Exception):  # pytest loads it again, and says what is wrong
            importlib.import_module(name)


def module_names(root: Path) -> list[str]:
    """Return the names of all modules of tests."""
    paths = (path.relative_to(root).with_suffix("") for path in sorted((root / "tests").rglob("test_*.py")))
    return [".".join(path.parts) for path in paths]


def turned(names: Sequence[str], number: int, count: int) -> list[str]:
    """Return the names from where the share of this process begins, of so many."""
    begin = len(names) * number // count
    return [*names[begin:], *names[:begin]]
