"""The measured figures as the documentation tells them; a test compares, so that no figure there outlives its code.

`python -m tests.eval.document` writes them into docs/verification.md.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.eval.labelled import Part, labelled
from tests.eval.methods import Compared, compare, tuned_baseline
from tests.eval.metrics import auc, f1, figures, interval
from tests.eval.report import divided

DOCUMENT = Path(__file__).parents[2] / "docs" / "verification.md"
BEGIN, END = "<!-- figures: written by python -m tests.eval.document -->\n", "<!-- end of the figures -->\n"
PUBLIC_BEGIN = "<!-- public sets: written by python -m tests.eval.fit -->\n"
PUBLIC_END = "<!-- end of the public sets -->\n"

TITLES: dict[Part, str] = {
    "heldout": "**Held-out**, on which nothing was tuned:",
    "dev": "**Dev**, on which the ledger was tuned, so rather what it was made for than what to expect:",
}


@cache
def text() -> str:
    """The figures of now in Markdown: the held-out part first, since it is the one that counts."""
    baseline = tuned_baseline(labelled("dev"))
    return "\n".join(
        f"{title}\n\n{table(compared)}\n{spread(compared)}\n"
        for part, title in TITLES.items()
        for compared in [compare(labelled(part), baseline)]
    )


def table(compared: Sequence[Compared]) -> str:
    head = "| | claims | precision | recall | F1 | AUC | AUC of word overlap |\n|---|---|---|---|---|---|---|\n"
    return head + "".join(rows(compared))


def rows(compared: Sequence[Compared]) -> Iterator[str]:
    for name, some in divided(compared):
        values = [*figures([result.ours for result in some]), auc([result.base for result in some])]
        yield f"| {name} | {len(some)} | {' | '.join(f'{value:.2f}' for value in values)} |\n"


def spread(compared: Sequence[Compared]) -> str:
    """The totals with their uncertainty, as a sentence."""
    ours, base = [result.ours for result in compared], [result.base for result in compared]
    told = {name: interval(judged, metric) for name, judged, metric in (("F1", ours, f1), ("AUC", ours, auc))}
    both = ", ".join(f"{name} {low:.2f}-{high:.2f}" for name, (low, high) in told.items())
    low, high = interval(base, auc)
    return f"95 % intervals of all: {both}; word overlap: F1 {f1(base):.2f}, AUC {low:.2f}-{high:.2f}."


def replaced(document: str) -> str:
    """The document with the figures of now in it; raises `ValueError` where it has no place for them."""
    return put(document, BEGIN, text(), END)


def put(document: str, begin: str, between: str, end: str) -> str:
    """Return the document with something else between two of its lines; raises `ValueError` where it lacks them."""
    before, found, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{DOCUMENT.name} has no lines {begin.strip()} and {end.strip()}")
    return f"{before}{begin}\n{between}\n{end}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(replaced(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
