"""The ledger of claims: claims a second beside counting words, and how soon `orchd verify` has answered.

Sources are of 2 kB, made of the labelled texts of one language. A claim by itself has its source read anew, which is
how a labelled set is judged; as part of an answer it shares that with others. The baseline of the rates is the share of
a claim's words that the source has; that of the start is a bare interpreter.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from orchd.claims import Source, ledger
from tests.bench.report import Row
from tests.eval.labelled import LANGUAGES, labelled

SOURCE_BYTES = 2_000
STARTS = 9


class Answer(NamedTuple):
    """Claims of several labelled texts, and these together."""

    claims: list[str]
    source: Source


def answers() -> list[Answer]:
    """Join the labelled texts of each language to sources of 2 kB."""
    made: list[Answer] = []
    for language in LANGUAGES:
        texts: dict[str, list[str]] = {}
        for item in labelled("dev"):
            if item.source.language == language:
                texts.setdefault(item.source.text, []).append(item.claim.text)
        together: list[str] = []
        for text in texts:
            together.append(text)
            joined = "\n\n".join(together)
            if len(joined.encode()) >= SOURCE_BYTES:
                made.append(Answer([claim for each in together for claim in texts[each]], Source("source", joined)))
                together = []
    return made


def count_words(claim: str, source: Source) -> float:
    """Return the share of a claim's words that the source has."""
    words, there = claim.lower().split(), set(source.text.lower().split())
    return sum(word in there for word in words) / len(words)


def rates() -> list[Row]:
    """Measure claims a second."""
    work = answers()
    count = sum(len(answer.claims) for answer in work)
    began = time.process_time()
    for answer in work:
        for claim in answer.claims:
            count_words(claim, answer.source)
    counted = time.process_time() - began
    began = time.process_time()
    for answer in work:
        for claim in answer.claims:
            ledger(claim, [answer.source])
    alone = time.process_time() - began
    began = time.process_time()
    for answer in work:
        ledger("\n".join(answer.claims), [answer.source])
    together = time.process_time() - began
    return [
        Row("claims/s, each by itself, 2 kB", count / counted, count / alone),
        Row("claims/s, in answers, 2 kB", count / counted, count / together),
    ]


def starts() -> Row:
    """Measure the time of `orchd verify` for one claim of a small text."""
    with tempfile.TemporaryDirectory() as place:
        source, answer = Path(place, "source.txt"), Path(place, "answer.txt")
        source.write_text("The bridge was opened in 1931.\n")
        answer.write_text("The bridge opened in 1931.\n")
        ours = [
            str(Path(sys.executable).with_name("orchd")),
            "verify",
            "--source",
            str(source),
            "--answer",
            str(answer),
        ]
        bare = [sys.executable, "-c", "pass"]
        pairs = [(_seconds(bare), _seconds(ours)) for _ in range(STARTS)]
    base, found = zip(*pairs, strict=True)
    return Row("orchd verify p50, s", statistics.median(base), statistics.median(found))


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def run() -> list[Row]:
    """Measure both."""
    ledger("It is warm.", [Source("source", "It is warm.")])  # patterns and lists are made when first used
    return [*rates(), starts()]
