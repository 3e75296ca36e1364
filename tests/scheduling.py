"""Which tests run when and together, where several processes share the work: by files, the long ones first.

A file of a fault or a conversation has few tests, and each of them waits for processes and for time to pass. Begun at
the end, one would hold up everybody. So they are begun first, in turn with the largest of the others, which
compute meanwhile. The rules about the code read it in one process, so that it is parsed once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

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
