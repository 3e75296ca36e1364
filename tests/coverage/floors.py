"""The floors: whole percents of statements and branches that the tests reach, one a module. They only rise."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).with_name("floors.toml")
SLACK = 2
"""Percents that a floor stays below what was measured: properties draw other examples each time."""


def floors() -> dict[str, int]:
    """Return module → percent."""
    return tomllib.loads(FLOORS.read_text(encoding="utf-8"))


def measured(report: Mapping[str, Any]) -> dict[str, float]:
    """Return module → percent from a report of `coverage json`; modules without a statement are left out."""
    found = {path: file["summary"] for path, file in report["files"].items()}
    return {path: summary["percent_covered"] for path, summary in found.items() if summary["num_statements"]}


def below(known: Mapping[str, int], now: Mapping[str, float]) -> list[str]:
    """Return what to say of each module that has fallen below its floor."""
    return [
        f"{path}: {now[path]:.1f} % covered, which was {floor} % at least"
        for path, floor in known.items()
        if path in now and now[path] < floor
    ]


def raised(known: Mapping[str, int], now: Mapping[str, float]) -> dict[str, int]:
    """Return the floors of all modules that are there now: none lower than before, and new modules have theirs."""
    return {path: max(known.get(path, 0), int(percent) - SLACK) for path, percent in sorted(now.items())}


def written(table: Mapping[str, int]) -> str:
    """Return the floors as TOML."""
    head = "# Written by `make coverage`: percents of statements and branches that tests must reach. They only rise.\n"
    return head + "".join(f'"{path}" = {floor}\n' for path, floor in table.items())
