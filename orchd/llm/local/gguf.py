"""What the head of a GGUF file tells of its model, without loading it: context, size, quantization.

Only the members before the tokenizer's lists are read, some kilobytes, which is where converters put what matters here;
what a quantizer appended behind those lists is guessed from the file's name. Source: the GGUF specification in ggml's
repository (docs/gguf.md), versions 2 and 3.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from orchd.patterns import lazy_pattern

MAGIC = b"GGUF"
HEAD_BYTES = 256 * 1024
"""How much of a file is read at most."""
VERSIONS = (2, 3)
MAX_MEMBERS = 10_000

GgufValue: TypeAlias = int | float | bool | str | None
"""A member's value; None for a list, which is passed over."""

FIXED: dict[int, str] = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
STRING, LIST = 8, 9
_BILLIONS = {"K": 1e-6, "M": 1e-3, "B": 1.0, "T": 1e3}
_SIZE_LABEL = lazy_pattern(r"(\d+(?:\.\d+)?)([KMBT])")
_QUANTIZATION = lazy_pattern(
    r"(?<![A-Za-z0-9])(I?Q\d_(?:K_(?:S|M|L|XL)|K|0|1|XXS|XS|S|M|NL)|TQ[12]_0|MXFP4|BF16|F16|F32)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
FILE_TYPES = {0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S"} | {
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 32: "BF16"
}  # fmt: skip
"""The usual values of `general.file_type`; the rarer ones stand in the file's name as well."""


class NotGgufError(Exception):
    """The file is no GGUF file that can be read; the text says why, without a path."""


class GgufHead(NamedTuple):
    """What a file tells of its model; None for what it does not tell. `type`: what the file holds."""

    architecture: str | None = None
    type: Literal["model", "other"] = "model"
    context: int | None = None
    parameters: int | None = None
    quantization: str | None = None


def read_head(path: Path) -> GgufHead:
    """Read the head of a file; blocks on the disk. Raises NotGgufError, OSError."""
    with path.open("rb") as file:
        return parse(file.read(HEAD_BYTES), path.name)


def parse(data: bytes, name: str) -> GgufHead:
    """Return what the first bytes of the file called `name` tell. Raises NotGgufError."""
    if data[:4] != MAGIC:
        raise NotGgufError("it does not begin as a GGUF file does")
    try:
        version, _, members = struct.unpack_from("<IQQ", data, 4)
    except struct.error:
        raise NotGgufError("it ends in the middle of its head") from None
    if version not in VERSIONS:
        raise NotGgufError(f"its version, {version}, is none that can be read")
    return _head(dict(_members(data, min(members, MAX_MEMBERS))), name)


def _members(data: bytes, count: int) -> Iterator[tuple[str, GgufValue]]:
    """Yield the members up to the end of `data`, or to the first list that does not end within it."""
    at = 24
    try:
        for _ in range(count):
            key, at = _string(data, at)
            (kind,) = struct.unpack_from("<I", data, at)
            value, at = _value(data, at + 4, kind)
            yield key, value
    except struct.error:
        return


def _value(data: bytes, at: int, kind: int) -> tuple[GgufValue, int]:
    """Return a value and where the next one begins. Raises struct.error at the end of `data`."""
    if kind == STRING:
        return _string(data, at)
    if kind == LIST:
        return None, _after_list(data, at)
    form = FIXED.get(kind)
    if form is None:
        raise struct.error(f"no such type: {kind}")
    (value,) = struct.unpack_from(form, data, at)
    return value, at + struct.calcsize(form)


def _string(data: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<Q", data, at)
    end = at + 8 + length
    if end > len(data):
        raise struct.error("cut off")
    return data[at + 8 : end].decode("utf-8", "replace"), end


def _after_list(data: bytes, at: int) -> int:
    """Return where a list ends. Lists of lists are not used, and end the reading."""
    kind, count = struct.unpack_from("<IQ", data, at)
    at += 12
    if kind in FIXED:
        at += struct.calcsize(FIXED[kind]) * count
    elif kind == STRING and count <= len(data):
        for _ in range(count):
            _, at = _string(data, at)
    else:
        raise struct.error("a list that is not read")
    return at


def _head(found: dict[str, GgufValue], name: str) -> GgufHead:
    architecture = _text(found.get("general.architecture"))
    held = _text(found.get("general.type")) or "model"
    file_type = found.get("general.file_type")
    known = FILE_TYPES.get(file_type) if isinstance(file_type, int) else None
    return GgufHead(
        architecture,
        "other" if architecture == "clip" or held != "model" else "model",
        _count(found.get(f"{architecture}.context_length")),
        _parameters(_text(found.get("general.size_label"))),
        known or _named_quantization(name),
    )


def _text(value: GgufValue) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: GgufValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else None


def _parameters(label: str | None) -> int | None:
    """Return the number of parameters that a label such as `8B` stands for; None for one like `8x7B`."""
    match = _SIZE_LABEL.fullmatch(label or "")
    return round(float(match[1]) * _BILLIONS[match[2]] * 1e9) if match else None


def _named_quantization(name: str) -> str | None:
    found = _QUANTIZATION.findall(name)
    return found[-1].upper() if found else None
