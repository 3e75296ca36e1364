"""What a daemon tells of itself for a bug report: how it is set up, how it is, and what it did last; nothing of
anybody."""

import os
import platform
import resource
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
import trio

from orchd import log
from orchd.assembly.metrics import build
from orchd.config import Settings
from orchd.config.show import render_changes
from orchd.metrics.exposition import Metrics
from orchd.storage import Database, count_rows, schema_number


class ReportSources(NamedTuple):
    """Where all of it is read; `metrics` is None where there are none."""

    settings: Settings
    database: Database
    health: Callable[[], Awaitable[tuple[bool, dict[str, object]]]]
    """What `/readyz` tells."""
    metrics: Metrics | None


async def make_report(sources: ReportSources) -> dict[str, str]:
    """Return the texts of a report by the names of its files. Takes as long as the database needs to count its rows."""
    _, health = await sources.health()
    files = {
        "build.json": _json(build()),
        "configuration.txt": render_changes(sources.settings),
        "health.json": _json(health),
        "log.jsonl": "".join(f"{msgspec.json.encode(line, enc_hook=repr).decode()}\n" for line in log.recent.read()),
        "machine.json": _json(machine()),
        "work.json": _json(_count_tasks()),
    }
    if sources.metrics is not None:
        files["metrics.txt"] = (await sources.metrics.expose("")).text.decode()
    rows = await count_rows(sources.database)
    kind = sources.database.health().kind
    return files | {"database.json": _json({"kind": kind, "schema": schema_number(), "rows": rows})}


def machine() -> dict[str, object]:
    """Return what this runs on, without its name."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return {
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "usableCores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "load": os.getloadavg(),
        "openFilesLimit": [soft, hard],
    }


def _count_tasks() -> Mapping[str, int]:
    """Return how many of the event loop's tasks there are of each name: those of functions and of services."""
    root = trio.lowlevel.current_root_task()
    return dict(sorted(Counter(_names(root)).items())) if root is not None else {}


def _names(task: trio.lowlevel.Task) -> Iterator[str]:
    waiting = [task]
    while waiting:
        found = waiting.pop()
        yield found.name
        waiting += [child for nursery in found.child_nurseries for child in nursery.child_tasks]


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode() + "\n"
