"""Embeddings without a model."""

import base64
import math
import struct

from hypothesis import given
from hypothesis import strategies as st

from orchd.simulator.content.embedding import embed, pack


def vector(text: str, seed: int = 0, dimensions: int = 64) -> list[float]:
    return embed(text, seed=seed, model="simulated-embedding", dimensions=dimensions)


def nearness(one: str, two: str) -> float:
    return sum(a * b for a, b in zip(vector(one), vector(two), strict=True))


@given(st.text(), st.integers(1, 500))
def test_vectors_are_of_unit_length(text: str, dimensions: int) -> None:
    made = vector(text, dimensions=dimensions)
    assert len(made) == dimensions
    assert math.isclose(sum(value * value for value in made), 1.0)


def test_the_same_every_time_and_another_for_another_seed() -> None:
    assert vector("a river") == vector("a river")
    assert vector("a river") != vector("a river", seed=1)


def test_shared_words_bring_texts_nearer() -> None:
    assert nearness("the quiet river", "a quiet river") > nearness("the quiet river", "music at noon")


def test_the_packed_form_holds_the_same_numbers() -> None:
    made = vector("a river")
    numbers = struct.unpack("<64f", base64.b64decode(pack(made)))
    assert all(math.isclose(a, b, abs_tol=1e-6) for a, b in zip(made, numbers, strict=True))
