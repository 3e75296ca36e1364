"""What the source says of structs, whatever Python runs it."""

import msgspec
import pytest
from msgspec import Struct

from orchd.errors import CODES
from orchd.protocol.schema import docstrings


class Base(Struct, rename="camel"):
    """A struct
    of two lines.

    And another paragraph,
    also of two.
    """

    row_id: int
    """Below
    the member."""
    plain: int
    row_id_text = "no member"


class Derived(Base):
    more: str = ""
    """One more."""


def test_what_stands_below_members() -> None:
    assert docstrings.members(Base) == {"rowId": "Below the member."}
    assert docstrings.members(Derived) == {"rowId": "Below the member.", "more": "One more."}


def test_paragraphs_are_one_line_each() -> None:
    assert docstrings.description(Base) == "A struct of two lines.\n\nAnd another paragraph, also of two."
    assert docstrings.description(Derived) == ""


@pytest.mark.parametrize("kind", CODES)
def test_the_first_sentence(kind: type) -> None:
    assert docstrings.sentence(kind).endswith(".")


def test_what_has_no_source_says_nothing() -> None:
    made = msgspec.defstruct("Made", [("a", int)], module=__name__)
    assert (docstrings.description(made), docstrings.members(made)) == ("", {})
