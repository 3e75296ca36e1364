"""Documents that lead from what the program says to what somebody can do, held against what it can say; and tests that
documents name."""

import ast
import re

from orchd.errors import OrchdError
from tests.house.source import ROOT
from tests.house.test_log_events import DOCUMENT, SECTION

DOCS = ROOT / "docs"
EVENT = re.compile(r"^\| `([^`]+)` \| ([^|]+)\| (.*)\|$", re.MULTILINE)
GRAVE = re.compile(r"warning|error|critical")
SOMETIMES = re.compile(r"\*\*warning\*\*|; a warning,")
FIRST_CELL = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)
NAMED_TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


def section(name: str, heading: str) -> str:
    """Return what stands under a heading of a document."""
    found = (DOCS / name).read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert found, f"docs/{name} has no section “{heading}”"
    return found


def codes() -> set[str]:
    """Return all codes that there are."""
    found, left = {OrchdError.code}, [OrchdError]
    while left:
        subclasses = [each for each in left.pop().__subclasses__() if each.__module__.startswith("orchd.")]
        found |= {each.code for each in subclasses}
        left += subclasses
    return found


def test_each_error_code_says_what_to_do() -> None:
    told = dict(FIRST_CELL.findall(section("troubleshooting.md", "Error codes")))
    assert set(told) == codes()


def test_each_grave_log_line_says_what_to_do() -> None:
    events = EVENT.findall(DOCUMENT.read_text(encoding="utf-8").partition(SECTION)[2].partition("\n## ")[0])
    grave = {event for event, level, about in events if GRAVE.search(level) or SOMETIMES.search(about)}
    told = dict(FIRST_CELL.findall(section("troubleshooting.md", "Log lines that ask for something")))
    assert len(grave) > 50
    assert sorted(told) == sorted(grave), "docs/troubleshooting.md has a line for each of level warning and above"


def test_each_test_that_a_guarantee_names_is_there() -> None:
    missing, guarantees = [], (DOCS / "guarantees.md").read_text(encoding="utf-8")
    rows = [line for line in guarantees.splitlines() if line.startswith("| ") and "what holds" not in line]
    assert all(NAMED_TEST.search(row.rpartition(" | ")[2]) for row in rows), "each is held by a test"
    for path, name in NAMED_TEST.findall(guarantees):
        file = ROOT / "tests" / path
        functions = file.is_file() and [
            node.name
            for node in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        if not functions or (name and name not in functions):
            missing.append(f"{path}::{name}")
    assert not missing


PICTURES = {"page.webp": 200, "terminal.svg": 150, "terminal.cast": 50}
"""What README.md shows, with what it may take at most, in KB. `scripts/pictures.sh` makes it."""


def test_the_pictures_are_small_run_nothing_and_say_what_they_show() -> None:
    place = DOCS / "pictures"
    assert {path.name for path in place.iterdir()} == set(PICTURES)
    assert not [name for name, most in PICTURES.items() if (place / name).stat().st_size > most * 1000]
    shown = re.findall(r"!\[([^\]]+)\]\(docs/pictures/([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert {name for _, name in shown} == {"page.webp", "terminal.svg"}
    assert all(len(words.split()) > 4 for words, _ in shown)
    drawn = (place / "terminal.svg").read_text("utf-8")
    assert not re.search(r"""<script|\bon\w+=|(?:href|src)=["']?http|url\(|@import""", drawn)
