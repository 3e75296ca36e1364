"""What the documents say must be so, as far as a machine can check it: links, commands, settings, no private paths."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import click
import pytest

from orchd import __version__
from orchd.cli import orchd as command
from orchd.codegen.markdown.__main__ import introduction
from orchd.codegen.markdown.document import FIRST, FOLDER, write_pages
from orchd.codegen.markdown.text import Anchors
from orchd.codegen.reading.frames import read_contract
from orchd.config import doc
from orchd.errors import OrchdError
from tests.house.source import ROOT
from tests.house.test_log_events import DOCUMENT, SECTION

PRIVATE = re.compile(r"(?<![\w.~])/(?:work|root|Users)/|(?<![\w.~])/home/(?!(?:me|someone)/)\w+/")
"""A path of somebody's own machine."""

LINK = re.compile(r"\]\((?!https?:)([^)\s]+)")
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
LONGEST = 4000
"""Lines of a document that is generated; longer ones are split."""
CODE = re.compile(r"```\w*\n(.*?)```|(`[^`\n]+`)", re.DOTALL)
MAKE = re.compile(r"\bmake ([a-z]+)\b")
COMMAND = re.compile(r"(?:`|bin/|^)orchd ([a-z]+)\b", re.MULTILINE)

MADE = {"node_modules", "dist", "dist.new", "dist.old", ".client"}
"""Folders of the page that are not in git."""

SITE = {ROOT / "orchd" / "web" / name for name in ("docs", "docs.new")}
"""What `make docs` writes."""

DOCS = ROOT / "docs"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]

EVENT = re.compile(r"^\| `([^`]+)` \| ([^|]+)\| (.*)\|$", re.MULTILINE)
GRAVE = re.compile(r"warning|error|critical")
SOMETIMES = re.compile(r"\*\*warning\*\*|; a warning,")
FIRST_CELL = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)
NAMED_TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


def code(document: Path) -> str:
    """Return what stands in the code blocks and spans of a document."""
    return "\n".join(block or span for block, span in CODE.findall(document.read_text(encoding="utf-8")))


def texts() -> list[Path]:
    """Return the files of the project that people read; what tools install, build and keep is not among them."""
    folders = [ROOT / name for name in (".ci", "docs", "migrations", "orchd", "packaging", "scripts", "tests")]
    found = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and not MADE & {*path.parts} and not SITE & {*path.parents}
    ]
    top = [path for path in ROOT.iterdir() if path.is_file() and not path.name.endswith((".db", ".git"))]
    return [path for path in (*top, *found) if "__pycache__" not in path.parts and path != Path(__file__)]


def test_no_file_names_a_private_path() -> None:
    wrong = []
    for path in texts():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if PRIVATE.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text", ["see /work/x", "`/root/.cache`", "in /home/anna/orchd", "'/Users/anna/'"])
def test_a_private_path_is_found(text: str) -> None:
    assert PRIVATE.search(text)


@pytest.mark.parametrize(
    "text", ["https://lan.example/work/", "~/work/x", "/home/me/x", "/etc/orchd/orchd.toml", "tests/home/a/"]
)
def test_a_public_path_is_let_pass(text: str) -> None:
    assert not PRIVATE.search(text)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    dead = []
    for link in LINK.findall(prose(document)):
        path, _, anchor = link.partition("#")
        there = (document.parent / path).resolve() if path else document
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            dead.append(link)
    assert not dead


def prose(document: Path) -> str:
    """Return what a document says outside of its blocks of code."""
    return BLOCK.sub("", document.read_text(encoding="utf-8"))


@cache
def anchors(document: Path) -> frozenset[str]:
    """Return what the headings of a document are called in addresses."""
    made = Anchors()
    return frozenset(made.add(heading) for heading in HEADING.findall(prose(document)))


@pytest.mark.parametrize("document", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_the_site_has_what_its_pages_lead_to(document: Path) -> None:
    """It is made of docs/, CHANGELOG.md and what the daemon serves itself."""
    linked = {(document.parent / link.partition("#")[0]).resolve() for link in LINK.findall(prose(document))}
    known = {ROOT / "CHANGELOG.md", ROOT / "protocol.schema.json"}
    assert not [path for path in linked - known if not path.is_relative_to(DOCS)]


def test_each_document_has_its_place_in_the_order() -> None:
    entries = re.findall(r"^\* \[[^]]+\]\(([\w./-]+\.md)\)", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(entries) == sorted(["../CHANGELOG.md", *(p.name for p in DOCS.glob("*.md") if p.name != "index.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(MAKE.findall(code(document))) <= targets
    assert set(COMMAND.findall(code(document))) <= set(command.list_commands(click.Context(command)))


def test_make_help_names_every_word() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (words,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    told = subprocess.run(["make", "-C", str(ROOT), "help"], capture_output=True, text=True, timeout=60, check=True)
    named = [line.split()[1] for line in told.stdout.splitlines() if line.startswith("  make ")]
    assert sorted(named) == sorted(words.split())


def test_settings_are_documented() -> None:
    committed = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert committed == doc.document(), "docs/settings.md is stale: run `make schema`"


def test_frames_are_documented() -> None:
    pages = write_pages(read_contract((ROOT / "protocol.schema.json").read_bytes()), introduction())
    found = {FIRST: DOCS / FIRST} | {f"{FOLDER}/{path.name}": path for path in (DOCS / FOLDER).iterdir()}
    committed = {name: path.read_text(encoding="utf-8") for name, path in found.items()}
    stale = sorted(name for name in {*pages, *committed} if pages.get(name) != committed.get(name))
    assert not stale, f"docs/ is stale, run `make schema`: {stale}"


def test_each_document_can_be_read() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (DOCS / FOLDER).iterdir()}
    assert max(lengths.values()) <= LONGEST, lengths


def test_the_changelog_knows_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## Unreleased" in text or f"## {__version__}" in text


def test_the_architecture_fits_on_a_page() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 150


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
