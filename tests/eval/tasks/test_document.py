"""The documentation has a place for what a trial shows; the figures themselves take minutes, and come with a drill."""

import pytest

from tests.eval.tasks.document import BEGIN, DOCUMENT, END, replaced


def test_figures_take_the_place_of_those_before() -> None:
    assert replaced(f"a\n{BEGIN}old\n{END}b\n", "new\n") == f"a\n{BEGIN}\nnew\n\n{END}b\n"


def test_there_is_a_place_for_them() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert "| fault | where | tasks | sound | lazy |" in document
    assert replaced(document, "new\n") != document
    with pytest.raises(ValueError, match="has no lines"):
        replaced("nothing", "new\n")
