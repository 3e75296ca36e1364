import struct
from contextlib import suppress
from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.llm.local.extent import BLOCKS, MAX_TENSORS, Extent, examine
from orchd.llm.local.gguf import MAX_MEMBERS, NotGgufError
from tests.llm.local.test_gguf import head, number, numbers, string, strings, text


def tensor(name: str, dimensions: list[int], kind: int = 0, offset: int = 0) -> bytes:
    shape = struct.pack(f"<{len(dimensions)}Q", *dimensions)
    return text(name) + struct.pack("<I", len(dimensions)) + shape + struct.pack("<IQ", kind, offset)


def model(*members: bytes, tensors: tuple[bytes, ...] = (), promised: int | None = None) -> bytes:
    data = bytearray(head(*members) + b"".join(tensors))
    struct.pack_into("<Q", data, 8, len(tensors) if promised is None else promised)
    return bytes(data)


def look(path: Path, data: bytes) -> Extent:
    path.write_bytes(data)
    return examine(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m.gguf"


def test_a_real_file_is_exactly_as_long_as_it_must_be(tiny_gguf: Path) -> None:
    assert examine(tiny_gguf) == Extent(tiny_gguf.stat().st_size, True)


def test_each_missing_byte_is_missed(tiny_gguf: Path, path: Path) -> None:
    data = tiny_gguf.read_bytes()
    begin = data.rindex(b"blk.1.ffn_norm.weight")
    for length in (24, 100, begin, begin + 30):
        with pytest.raises(NotGgufError, match="cut off in the middle of its head"):
            look(path, data[:length])
    for length in (begin + 100, len(data) // 2, len(data) - 1):
        assert (look(path, data[:length]).bytes or 0) > length


def test_types_are_as_long_as_the_library_says() -> None:
    known = {kind.value: sizes for kind, sizes in gguf.GGML_QUANT_SIZES.items()}
    assert {kind: known[kind] for kind in BLOCKS if kind in known} == {k: v for k, v in BLOCKS.items() if k in known}
    assert set(known) - set(BLOCKS) <= {9, 36, 37, 38} | set(range(40, 100)), "a type that models are written in"


def test_a_quantized_file_of_the_library(path: Path) -> None:
    writer = gguf.GGUFWriter(str(path), "llama")
    kind = gguf.GGMLQuantizationType.Q8_0
    writer.add_tensor("a", gguf.quantize(np.ones((4, 64), np.float32), kind), raw_dtype=kind)
    writer.add_tensor("b", np.ones((3,), np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    wanted = examine(path).bytes
    assert wanted is not None
    assert 0 <= path.stat().st_size - wanted < 32, "the library fills up the last tensor"


@pytest.mark.parametrize(
    ("members", "template"),
    [
        ([string("tokenizer.chat_template", "{{ x }}")], True),
        ([string("tokenizer.chat_template", " ")], False),
        ([string("tokenizer.chat_template.tool_use", "{{ x }}"), number("n", 4)], True),
        ([numbers("tokenizer.ggml.scores", [1, 2]), string("general.name", "tokenizer.chat_template")], False),
        ([], False),
    ],
)
def test_a_chat_template_is_found(path: Path, members: list[bytes], template: bool) -> None:
    assert look(path, model(*members)).template is template


def test_a_chat_template_is_found_behind_the_longest_lists(path: Path) -> None:
    tokens = strings("tokenizer.ggml.tokens", ["a", "b"] * 100_000)
    assert look(path, model(tokens, string("tokenizer.chat_template", "{{ x }}"))).template


def test_an_alignment_of_its_own(path: Path) -> None:
    data = model(number("general.alignment", 4_096), tensors=(tensor("a", [2, 3]),))
    assert look(path, data).bytes == 4_096 + 24


def test_a_type_that_is_not_known_is_reckoned_with_from_where_it_begins(path: Path) -> None:
    assert look(path, model(tensors=(tensor("a", [9], 99, 1 << 40),))).bytes == (1 << 40) + 64


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GGUF",
        b"<!doctype html>" * 9,
        head(version=9),
        head(version=3)[:16] + struct.pack("<Q", MAX_MEMBERS + 1),
        head(version=3)[:16] + struct.pack("<Q", 2**64 - 1),
        model(promised=MAX_TENSORS + 1),
        model(promised=2**63),
        model(promised=5),
        model(strings("a", [], promised=2**62)),
        model(strings("a", ["x"] * 10, promised=11)),
        model(text("a") + struct.pack("<IIQ", 9, 10, 2**61)),
        model(text("a") + struct.pack("<IIQ", 9, 9, 1)),
        model(text("a") + struct.pack("<I", 77)),
        model(text("a") + struct.pack("<IQ", 8, 2**64 - 1)),
        model(struct.pack("<Q", 2**64 - 8)),
        model(tensors=(text("a") + struct.pack("<I", 2**32 - 1),)),
    ],
)
@pytest.mark.timeout(90)
def test_what_promises_more_than_it_holds_is_refused_at_once(path: Path, data: bytes) -> None:
    with pytest.raises(NotGgufError):
        look(path, data)


def test_absurd_dimensions_are_only_a_big_number(path: Path) -> None:
    data = model(tensors=(tensor("a", [2**64 - 1] * 8, 12, 2**64 - 1),))
    assert (look(path, data).bytes or 0) > 2**400


def test_nobodys_list_is_walked_for_ever(path: Path) -> None:
    empty = text("a") + struct.pack("<IIQ", 9, 8, 1_000_000) + bytes(8_000_000)
    assert look(path, model(*[empty] * 3)).template is False


@settings(max_examples=200)
@given(st.binary(max_size=120), st.integers(0, 200))
def test_no_bytes_crash_it(tmp_path_factory: pytest.TempPathFactory, tail: bytes, cut: int) -> None:
    path = tmp_path_factory.getbasetemp() / "random.gguf"
    good = model(string("a", "b"), number("c", 4), tensors=(tensor("t", [3]),))
    for data in (good[:cut] + tail, b"GGUF" + struct.pack("<I", 3) + tail):
        with suppress(NotGgufError):
            look(path, data)
