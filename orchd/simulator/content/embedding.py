"""Embeddings without a model: each token of a text pushes a few fixed coordinates up or down.

Texts that share words get similar vectors, which is enough to try out a search; they carry no meaning beyond that.
"""

import base64
import hashlib
import math
import struct

from orchd.simulator.content.answer import tokenize

_PUSHES = 8


def embed(text: str, *, seed: int, model: str, dimensions: int) -> list[float]:
    """A unit vector that depends on the arguments only."""
    vector = [0.0] * dimensions
    for word in ["", *tokenize(text.lower())]:
        digest = hashlib.sha256(f"{seed}\n{model}\n{word.strip()}".encode("utf-8", "replace")).digest()
        for place, sign in zip(struct.unpack(f"<{_PUSHES}H", digest[: 2 * _PUSHES]), digest[16:], strict=False):
            vector[place % dimensions] += 1.0 if sign & 1 else -1.0
    length = math.sqrt(sum(value * value for value in vector))
    if length == 0.0:
        vector[0] = length = 1.0
    return [value / length for value in vector]


def pack(vector: list[float]) -> str:
    """The vector as base64 of little-endian 32-bit floats, the other form that clients may ask for."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
