"""`python -m tests.mutants [MODULE...] [--jobs N] [--sample N]`: change modules, run their tests, list what lives.

Ends with 1 when a mutant lives that `spared.toml` does not spare. Each job works in a copy of the tree of its own.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import NamedTuple

from tests.mutants.operators import Mutant, mutants
from tests.mutants.table import SUBJECTS, spared
from tests.mutants.trial import SEED, passes

ROOT = Path(__file__).resolve().parents[2]
TIMES_AS_LONG, AT_LEAST_SECONDS = 10, 60.0
"""A mutant whose tests take this many times as long as without it hangs, and is noticed by that."""


class Fate(NamedTuple):
    """What became of a mutant."""

    module: str
    mutant: Mutant
    killed: bool


def main() -> int:
    """Mutate, and report."""
    arguments = _arguments()
    modules = [name for name in SUBJECTS if not arguments.modules or name in arguments.modules]
    with tempfile.TemporaryDirectory(prefix="orchd-mutants-") as directory:
        copies: Queue[Path] = Queue()
        for number in range(arguments.jobs):
            copies.put(_copy_tree(Path(directory) / str(number)))
        fates: list[Fate] = []
        for module in modules:
            fates += _judge(module, arguments.sample, arguments.jobs, copies)
    return _report(fates)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("modules", nargs="*", help="as in the table; all of them without any")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sample", type=int, default=None, help="so many mutants of each module, always the same")
    return parser.parse_args()


def _copy_tree(place: Path) -> Path:
    hidden = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(ROOT, place, ignore=hidden)
    return place


def _judge(module: str, sample: int | None, jobs: int, copies: "Queue[Path]") -> list[Fate]:
    source = (ROOT / module).read_text(encoding="utf-8")
    found = list(mutants(source))
    if sample is not None and sample < len(found):
        found = random.Random(SEED).sample(found, sample)  # a choice of examples, no secret
    started = time.monotonic()
    copy = copies.get()
    healthy = passes(copy, SUBJECTS[module], AT_LEAST_SECONDS * TIMES_AS_LONG)
    copies.put(copy)
    if not healthy:
        sys.exit(f"{module}: its tests fail without any change")
    patience = max(AT_LEAST_SECONDS, TIMES_AS_LONG * (time.monotonic() - started))

    def judge(mutant: Mutant) -> Fate:
        copy = copies.get()
        try:
            _write(copy / module, mutant.source())
            return Fate(module, mutant, not passes(copy, SUBJECTS[module], patience))
        finally:
            _write(copy / module, source)
            copies.put(copy)

    with ThreadPoolExecutor(jobs) as pool:
        fates = list(pool.map(judge, found))
    killed = sum(fate.killed for fate in fates)
    print(f"{module}: {killed} of {len(fates)} killed, {time.monotonic() - started:.0f} s")
    for fate in _unexpected(fates):
        print(f"  lives: {fate.module}:{fate.mutant.line}: {fate.mutant.name}")
    sys.stdout.flush()
    return fates


def _write(module: Path, source: str) -> None:
    """Write a module. Its bytecode goes: it is told from stale one by seconds and length only."""
    module.write_text(source, encoding="utf-8")
    for bytecode in (module.parent / "__pycache__").glob(f"{module.stem}.*"):
        bytecode.unlink()


def _unexpected(fates: list[Fate]) -> list[Fate]:
    """The mutants that live and aren't spared."""
    pardoned = spared()
    return [fate for fate in fates if not fate.killed and fate.mutant.name not in pardoned.get(fate.module, {})]


def _report(fates: list[Fate]) -> int:
    alive, unexpected = sum(not fate.killed for fate in fates), len(_unexpected(fates))
    counted = len(fates) - (alive - unexpected)
    share = 100 * (counted - unexpected) / max(1, counted)
    print(f"{share:.1f} % of {counted} killed; {alive - unexpected} more are spared")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
