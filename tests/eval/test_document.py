"""The figures in docs/verification.md are those of this code."""

import pytest

from tests.eval.document import BEGIN, DOCUMENT, END, replaced


def test_the_documented_figures_are_those_of_now() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert replaced(document) == document, "run `python -m tests.eval.document`"


def test_stale_figures_are_replaced() -> None:
    new = replaced(f"before\n{BEGIN}\nF1 1.00\n{END}after\n")
    assert new.startswith(f"before\n{BEGIN}")
    assert new.endswith(f"{END}after\n")
    assert "F1 1.00\n" not in new
    assert "| all | 282 |" in new


def test_a_document_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="has no lines"):
        replaced("nothing here\n")
