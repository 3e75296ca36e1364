import struct
from pathlib import Path

import gguf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.local.gguf import FILE_TYPES, GgufHead, NotGgufError, parse, read_head


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def string(key: str, value: str) -> bytes:
    return text(key) + struct.pack("<I", 8) + text(value)


def number(key: str, value: int) -> bytes:
    return text(key) + struct.pack("<II", 4, value)


def strings(key: str, values: list[str], promised: int | None = None) -> bytes:
    count = len(values) if promised is None else promised
    return text(key) + struct.pack("<IIQ", 9, 8, count) + b"".join(map(text, values))


def numbers(key: str, values: list[int]) -> bytes:
    return text(key) + struct.pack("<IIQ", 9, 4, len(values)) + struct.pack(f"<{len(values)}I", *values)


def head(*members: bytes, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(members)) + b"".join(members)


QWEN = head(
    string("general.architecture", "qwen3"),
    string("general.type", "model"),
    strings("general.tags", ["chat", "olá"]),
    string("general.size_label", "8B"),
    numbers("qwen3.some", [1, 2, 3]),
    number("qwen3.context_length", 40_960),
    number("general.file_type", 15),
    strings("tokenizer.ggml.tokens", ["a"], promised=150_000),
)


def test_what_a_head_tells() -> None:
    assert parse(QWEN, "x.gguf") == GgufHead("qwen3", "model", 40_960, 8_000_000_000, "Q4_K_M")


def test_a_real_file(tiny_gguf: Path) -> None:
    assert read_head(tiny_gguf) == GgufHead("llama", "model", 2048, None, "F32")


def test_the_types_are_named_as_the_library_names_them() -> None:
    known = {kind.value: kind.name.removeprefix("MOSTLY_").removeprefix("ALL_") for kind in gguf.LlamaFileType}
    assert {value: known[value] for value in FILE_TYPES} == FILE_TYPES


@pytest.mark.parametrize(
    ("name", "quantization"),
    [
        ("Qwen3-8B-Q4_K_M.gguf", "Q4_K_M"),
        ("model.q8_0.gguf", "Q8_0"),
        ("gpt-oss-20b-MXFP4.gguf", "MXFP4"),
        ("Llama-UD-IQ2_XXS.gguf", "IQ2_XXS"),
        ("gemma-BF16.gguf", "BF16"),
        ("seq4_k_model.gguf", None),
        ("plain.gguf", None),
    ],
)
def test_a_quantization_that_only_the_name_tells(name: str, quantization: str | None) -> None:
    assert parse(head(string("general.architecture", "llama")), name).quantization == quantization


@pytest.mark.parametrize(
    "members",
    [
        [string("general.architecture", "clip")],
        [string("general.architecture", "llama"), string("general.type", "mmproj")],
        [string("general.architecture", "llama"), string("general.type", "adapter")],
    ],
)
def test_what_is_no_model_of_its_own(members: list[bytes]) -> None:
    assert parse(head(*members), "x.gguf").type == "other"


@pytest.mark.parametrize("label", ["8x7B", "", "B", "12", "8B-it"])
def test_a_size_that_is_no_number_of_parameters(label: str) -> None:
    assert parse(head(string("general.size_label", label)), "x.gguf").parameters is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "does not begin"),
        (b"PK\x03\x04", "does not begin"),
        (b"GGUF\x03", "middle of its head"),
        (head(version=1), "version, 1,"),
        (struct.pack(">4sIQQ", b"GGUF", 3, 0, 0), "version"),
    ],
)
def test_what_is_no_such_file(data: bytes, told: str) -> None:
    with pytest.raises(NotGgufError, match=told):
        parse(data, "x.gguf")


@given(st.integers(24, len(QWEN)))
def test_a_head_that_is_cut_off_tells_what_came_before(end: int) -> None:
    whole, cut = parse(QWEN, "x.gguf"), parse(QWEN[:end], "x.gguf")
    assert all(mine in (None, theirs) for mine, theirs in zip(cut, whole, strict=True) if theirs != "model")


@given(st.binary(max_size=300), st.integers(0, 2**64 - 1))
def test_garbage_is_read_or_refused_and_nothing_else(data: bytes, count: int) -> None:
    assert isinstance(parse(b"GGUF" + struct.pack("<IQQ", 3, 0, count) + data, "x.gguf"), GgufHead)
