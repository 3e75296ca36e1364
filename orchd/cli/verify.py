"""`orchd verify`: which claims of an answer do the given files support? Without a daemon, without a model.

Files are read as they are: line ends are not translated and a byte order mark stays, so that positions count the code
points of the file's own text.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from orchd.claims import (
    MAX_ANSWER_BYTES,
    MAX_SOURCE_BYTES,
    SUPPORTED,
    ClaimFinding,
    ClaimVerdict,
    Evidence,
    Source,
    language_notes,
    ledger,
)
from orchd.errors import ConfigurationError

STDIN = "-"
_SHOWN = 200
"""Characters of a sentence that are shown to people."""
_INDENT = " " * 19
_WORDS: dict[ClaimVerdict, str] = {
    "supported": "supported",
    "contradicted": "CONTRADICTED",
    "not_found": "NOT FOUND",
    "unclear": "unclear",
}
_ALONE = {"verbatim": "word for word", "none": "nothing to compare it with"}
_PARTS = {
    "negation": "denial or opposite",
    "relation": "who or what it is about",
    "strength": "certainty",
}
"""Methods that need other words than their own: the part of a claim that agrees, or that speaks against it."""


def verify(
    sources: Sequence[str], answer: str, *, as_json: bool, warn: Callable[[str], None] = lambda note: None
) -> Iterator[str]:
    """Yield the lines to print. Blocks while it reads and compares, some seconds for the largest texts.

    `warn` is told what could not be read as it should: texts in a language that the ledger does not know.
    Raises `ConfigurationError` that names every file which is missing, too large or not UTF-8.
    """
    problems: list[str] = []
    text = _read_file(problems, "--answer", answer, MAX_ANSWER_BYTES)
    found: list[Source] = []
    left = MAX_SOURCE_BYTES
    for name in sources:
        source = _read_file(problems, "--source", name, left)
        left -= len(source.encode())
        found.append(Source(_printable(name), source))
    if problems:
        raise ConfigurationError("\n".join(problems))
    for note in language_notes(("the answer", text), [(f"the source {source.name}", source.text) for source in found]):
        warn(note.describe())
    return _lines(ledger(text, found), found, as_json)


def _lines(findings: list[ClaimFinding], sources: list[Source], as_json: bool) -> Iterator[str]:
    if as_json:
        import msgspec

        return (msgspec.json.encode(finding).decode() for finding in findings)
    return _for_people(findings, {source.name: source.text for source in sources})


def _for_people(findings: list[ClaimFinding], texts: dict[str, str]) -> Iterator[str]:
    for finding in findings:
        yield f"{_WORDS[finding.verdict]:<13} {finding.support:4.2f} {_line(finding.claim)}"
        yield f"{_INDENT}{_describe_method(finding)}{_describe_evidence(finding.evidence, texts)}"
    yield _summary(Counter(finding.verdict for finding in findings))


def _summary(counts: Counter[ClaimVerdict]) -> str:
    if not counts:
        return "no claims"
    rest = [
        f"{counts[verdict]} {word}" for verdict, word in _WORDS.items() if counts[verdict] and verdict != "supported"
    ]
    return ", ".join([f"{counts['supported']} of {counts.total()} claims supported", *rest])


def _describe_method(finding: ClaimFinding) -> str:
    """Return what decided in words: `number` alone could mean that it is right or that it is wrong."""
    if finding.method in _ALONE:
        return _ALONE[finding.method]
    if finding.method == "lexical":
        return "words compared" if finding.support >= SUPPORTED else "against it: other words"
    part = _PARTS.get(finding.method, finding.method)
    return f"{part} compared" if finding.support >= SUPPORTED else f"against it: {part}"


def _describe_evidence(evidence: Evidence | None, texts: dict[str, str]) -> str:
    if evidence is None:
        return ""
    text = texts[evidence.source]
    line = text.count("\n", 0, evidence.start) + 1
    return f"; {evidence.source}:{line}: {_line(text[evidence.start : evidence.end])}"


def _line(text: str) -> str:
    """Return a text as one line without what a terminal would obey."""
    plain = "".join(each for each in " ".join(text.split()) if each.isprintable())
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"


def _read_file(problems: list[str], option: str, name: str, most: int) -> str:
    """Return a file's text; where it can't be read, note why."""
    try:
        return _text(name, most, stdin=option == "--answer")
    except ConfigurationError as error:
        problems.append(f"{option}: {_printable(name)}: {error}")
        return ""


def _text(name: str, most: int, *, stdin: bool) -> str:
    try:
        data = _start(name, most + 1, stdin=stdin and name == STDIN)
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        raise ConfigurationError(getattr(error, "strerror", None) or str(error)) from None
    if len(data) > most:
        raise ConfigurationError(f"too large: {MAX_ANSWER_BYTES if stdin else MAX_SOURCE_BYTES} bytes at most, in all")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"not UTF-8, at byte {error.start}") from None


def _start(name: str, most: int, *, stdin: bool) -> bytes:
    if stdin:
        return sys.stdin.buffer.read(most)
    with Path(name).open("rb") as file:
        return file.read(most)


def _printable(name: str) -> str:
    """Return a file's name as Unicode; its bytes may be anything."""
    return os.fsencode(name).decode("utf-8", "replace")
