"""What the trial showed, as the documentation tells it.

`python -m tests.eval.tasks.document` writes it into docs/tasks.md.
"""

from collections.abc import Sequence
from pathlib import Path

from tests.eval.tasks.panels import all_panels
from tests.eval.tasks.report import checks, endings, faultless, faults, joined
from tests.eval.tasks.summary import PanelResults
from tests.eval.tasks.trial import PANELS

DOCUMENT = Path(__file__).parents[3] / "docs" / "tasks.md"
BEGIN, END = "<!-- figures: written by python -m tests.eval.tasks.document -->\n", "<!-- end of the figures -->\n"

CAPTIONS = (
    (
        "Tasks with one fault each, and how many of them ended as `verified`; in brackets those that were approved by "
        "nobody whose approval verifies anything, and say so (a dash: no text was joined). Kinds in italics show in "
        "the answer itself; for the others one must know the material:"
    ),
    "What all of those ended as: `replaced` joined texts gave way to the results as they are, `asked` is for a person:",
    (
        "Tasks without a fault that went through, each step (`verified`, or `self-checked` where nobody's approval "
        "verifies anything) and the joined text, with 95 % intervals:"
    ),
    "Faults in joined texts, and how many of them were seen without a judge's help:",
    (
        "Answers of single steps beside their sources, as `verify:message` has them, and how many ended as `verified` "
        "(`self_checked`):"
    ),
)


def text(tried: Sequence[PanelResults]) -> str:
    """The figures in Markdown."""
    tables = (faults(tried), endings(tried), faultless(tried), joined(tried), checks(tried))
    return "\n".join(f"{caption}\n\n{table}\n" for caption, table in zip(CAPTIONS, tables, strict=True))


def replaced(document: str, figures: str) -> str:
    """The document with these figures in it; raises `ValueError` where it has no place for them."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{DOCUMENT.name} has no lines {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{figures}\n{END}{after}"


if __name__ == "__main__":
    figures = text(all_panels(PANELS))
    DOCUMENT.write_text(replaced(DOCUMENT.read_text(encoding="utf-8"), figures), encoding="utf-8")
