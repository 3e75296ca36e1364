"""The table that `make eval` prints: a row a kind, a language, and the total with its uncertainty."""

from collections.abc import Iterator, Sequence

from tests.eval.labelled import KINDS, LANGUAGES
from tests.eval.methods import Compared
from tests.eval.metrics import auc, f1, figures, interval, precision, recall, turned

METRICS = {"prec.": precision, "recall": recall, "F1": f1, "AUC": auc}
NAME, COUNT, CELL = 28, 7, 8
BLOCK = CELL * len(METRICS)


def table(compared: Sequence[Compared]) -> str:
    """Write the figures of one part: ledger beside baseline."""
    titles = "".join(f"{title:>{CELL}}" for title in METRICS)
    return "\n".join(
        [
            f"{'':{NAME + COUNT}}{'ledger':>{BLOCK}}{'word overlap':>{BLOCK}}",
            f"{'':{NAME}}{'claims':>{COUNT}}{titles}{titles}",
            *(row(name, some) for name, some in divided(compared)),
            row("all, supported as positive", [supported_first(result) for result in compared]),
            *spread(compared),
        ]
    )


def divided(compared: Sequence[Compared]) -> Iterator[tuple[str, Sequence[Compared]]]:
    """Yield the rows' names and claims: the kinds, the languages, all."""
    for kind in KINDS:
        yield kind, [result for result in compared if result.item.claim.kind == kind]
    for language in LANGUAGES:
        yield language, [result for result in compared if result.item.source.language == language]
    yield "all", compared


def row(name: str, compared: Sequence[Compared]) -> str:
    values = [*figures([result.ours for result in compared]), *figures([result.base for result in compared])]
    return f"{name:{NAME}}{len(compared):>{COUNT}}" + "".join(f"{value:>{CELL}.2f}" for value in values)


def supported_first(one: Compared) -> Compared:
    return Compared(one.item, turned(one.ours), turned(one.base))


def spread(compared: Sequence[Compared]) -> Iterator[str]:
    """Yield the 95 % intervals of the totals."""
    methods = {"ledger": [result.ours for result in compared], "word overlap": [result.base for result in compared]}
    for name, judged in methods.items():
        intervals = {title: interval(judged, metric) for title, metric in METRICS.items()}
        told = "   ".join(f"{title} {low:.2f}-{high:.2f}" for title, (low, high) in intervals.items())
        yield f"95 % of all, {name:12}  {told}"
