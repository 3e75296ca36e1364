"""The list of families: names as they should be, and a document that has them all."""

import re

import pytest

from orchd.metrics.families import FAMILIES, MetricFamily
from tests.house.source import ROOT

DOCUMENT = ROOT / "docs" / "metrics.md"
FROM_ROOMS = {"backend", "model"}
"""Labels whose values strangers choose; all others have few values by themselves."""


def row(family: MetricFamily) -> str:
    """Return the line of a family in the document."""
    name = family.name + {"counter": "_total", "info": "_info"}.get(family.kind, "")
    labels = ", ".join(f"`{label}`" for label in family.labels)
    return f"| `{name}` | {family.kind} | {family.unit} | {labels} | {family.text} |"


def test_the_document_has_all_families_in_order() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `orchd_")]
    assert rows == [row(family) for family in FAMILIES], "what docs/metrics.md should say:\n" + "\n".join(
        map(row, FAMILIES)
    )


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_names_are_as_prometheus_wants_them(family: MetricFamily) -> None:
    assert re.fullmatch(r"orchd(_[a-z]+)+", family.name)
    assert not family.name.endswith(("_total", "_info", "_count", "_sum", "_bucket"))
    assert family.name.endswith(family.unit)
    assert family.text.endswith(".")
    assert all(re.fullmatch(r"[a-z]+", label) and label != "le" for label in family.labels)


def test_no_name_is_there_twice() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
