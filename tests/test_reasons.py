"""The reasons of the wire: what each means is a sentence of its own."""

from typing import get_args

from orchd.reasons import REASONS, Reason


def test_each_reason_is_explained_once() -> None:
    assert [*REASONS] == [*get_args(Reason)]
    assert len(set(REASONS.values())) == len(REASONS)
    assert all(said[0].isupper() and said.endswith(".") for said in REASONS.values())
