"""The table that a benchmark prints."""

from typing import NamedTuple


class Row(NamedTuple):
    """One figure: of the baseline (None where it has none) and of orchd."""

    name: str
    baseline: float | None
    ours: float


def table(rows: list[Row]) -> str:
    """Write rows as aligned text, with the ratio orchd / baseline."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'':{width}}  {'baseline':>12}  {'orchd':>12}  {'ratio':>7}"]
    for row in rows:
        base = "-" if row.baseline is None else f"{row.baseline:,.2f}"
        ratio = f"{row.ours / row.baseline:.2f}" if row.baseline else "-"
        lines.append(f"{row.name:{width}}  {base:>12}  {row.ours:>12,.2f}  {ratio:>7}")
    return "\n".join(lines)
