"""How far a GGUF file must reach by what its own head says, and whether it has a chat template; nothing is loaded.

A download that broke off looks whole from its first kilobytes; but the head ends with a list of where each tensor lies,
so that a missing end can be told. The template, too, stands behind the tokenizer's lists. So the whole head is walked
through, some megabytes, without keeping what the lists hold. The head may be anybody's: it promises, and what is there
decides; so no count is believed beyond what the file could hold. Source: the GGUF specification in ggml's repository
(docs/gguf.md), sizes of types from ggml's `ggml.c`.
"""

import struct
from pathlib import Path
from typing import NamedTuple

from orchd.llm.local.gguf import FIXED, LIST, MAGIC, MAX_MEMBERS, STRING, VERSIONS, NotGgufError

FIRST_BYTES, MAX_HEAD_BYTES = 512 * 1024, 128 * 1024 * 1024
MAX_TENSORS = 100_000
MAX_DIMENSIONS = 8
ALIGNMENT = 32
"""Where the file gives none."""
TEMPLATE, ALIGNED = b"tokenizer.chat_template", b"general.alignment"

BLOCKS = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84)} | {
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip
"""Of each type: how many values make a block, and its bytes. Of an unknown one only the beginning is reckoned with."""

_u64 = struct.Struct("<Q").unpack_from
_u32 = struct.Struct("<I").unpack_from


class Extent(NamedTuple):
    """`bytes`: the least that the file must have. `template`: it has a chat template. None: the head is too long."""

    bytes: int | None
    template: bool | None


class _CutOffError(Exception):
    """The bytes end before what is to be read."""


def examine(path: Path) -> Extent:
    """Walk through the head of a file; blocks on the disk. Raises NotGgufError, OSError."""
    size, wanted = path.stat().st_size, FIRST_BYTES
    with path.open("rb") as file:
        while True:
            file.seek(0)
            data = file.read(wanted)
            try:
                return _Walk(data, size).extent()
            except (_CutOffError, struct.error):
                if len(data) < wanted or wanted >= size:
                    raise NotGgufError("it is cut off in the middle of its head") from None
            if wanted >= MAX_HEAD_BYTES:
                return Extent(None, None)
            wanted *= 4


class _Walk:
    """One walk through the first bytes of a file of `size` bytes."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data = data
        self._size = size
        self._at = 24
        self._template = False
        self._alignment = ALIGNMENT

    def extent(self) -> Extent:
        """Raises _CutOffError or struct.error where `data` ends, NotGgufError for what no file can be."""
        version, tensors, members = struct.unpack_from("<IQQ", self._data, 4)
        if self._data[:4] != MAGIC or version not in VERSIONS:
            raise NotGgufError("it does not begin as a GGUF file does")
        if members > MAX_MEMBERS or tensors > MAX_TENSORS:
            raise NotGgufError("its head promises more than any model has")
        for _ in range(members):
            self._member()
        end = max((self._tensor() for _ in range(tensors)), default=0)
        start = -(-self._at // self._alignment) * self._alignment
        return Extent(start + end if tensors else self._at, self._template)

    def _member(self) -> None:
        key = self._string()
        kind = self._number()
        if key == ALIGNED and kind == 4:
            self._alignment = max(1, _u32(self._data, self._at)[0])
        elif kind == STRING and (key == TEMPLATE or key.startswith(TEMPLATE + b".")):
            self._template = bool(self._string().strip()) or self._template
            return
        self._skip(kind)

    def _skip(self, kind: int) -> None:
        if kind == STRING:
            self._skip_strings(1)
        elif kind == LIST:
            self._skip_list()
        elif kind in FIXED:
            self._at += struct.calcsize(FIXED[kind])
        else:
            raise NotGgufError(f"its head has a value of an unknown type, {kind}")

    def _skip_list(self) -> None:
        kind = self._number()
        (count,) = _u64(self._data, self._at)
        self._at += 8
        if kind == STRING:
            self._skip_strings(count)
        elif kind in FIXED:
            self._at += struct.calcsize(FIXED[kind]) * count
            self._demand_room(0)
        else:
            raise NotGgufError("its head has a list of lists, which no model has")

    def _skip_strings(self, count: int) -> None:
        """Pass over many texts: this loop is where a walk spends its time."""
        self._demand_room(8 * count)
        data, at = self._data, self._at
        for _ in range(count):
            at += 8 + _u64(data, at)[0]
        self._at = at
        self._demand_room(0)

    def _tensor(self) -> int:
        """Pass over what is said of a tensor, and return where it ends, counted from the first one's beginning."""
        self._string()
        dimensions = self._number()
        if dimensions > MAX_DIMENSIONS:
            raise NotGgufError("its head has a tensor of more dimensions than any model has")
        values = 1
        for _ in range(dimensions):
            values *= _u64(self._data, self._at)[0]
            self._at += 8
        block, size = BLOCKS.get(self._number(), (1, 0))
        (offset,) = _u64(self._data, self._at)
        self._at += 8
        return int(offset) + -(-values // block) * size

    def _string(self) -> bytes:
        (length,) = _u64(self._data, self._at)
        self._demand_room(8 + length)
        found = self._data[self._at + 8 : self._at + 8 + length]
        if len(found) < length:
            raise _CutOffError
        self._at += 8 + length
        return found

    def _number(self) -> int:
        (found,) = _u32(self._data, self._at)
        self._at += 4
        return int(found)

    def _demand_room(self, count: int) -> None:
        """Raise NotGgufError when so many more bytes can't be in the whole file."""
        if self._at + count > self._size:
            raise NotGgufError("it is cut off in the middle of its head")
