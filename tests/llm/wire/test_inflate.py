import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.wire import inflate
from orchd.llm.wire.body import BodyError
from orchd.llm.wire.inflate import PIECE_BYTES, Inflater, inflaters


def raw(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate without a header": raw,
}


def taken(inflater: Inflater, *pieces: bytes) -> bytes:
    found = b""
    for piece in pieces:
        inflater.feed(piece)
        while inflater.pending:
            found += inflater.take()
    return found


@given(st.binary(max_size=300), st.sampled_from(sorted(WAYS)), st.data())
def test_any_cut_comes_out_as_it_went_in(data: bytes, way: str, draw: st.DataObject) -> None:
    body = WAYS[way](data)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(body)), max_size=5)))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert taken(Inflater(way.split()[0]), *pieces) == data
    assert taken(Inflater(way.split()[0]), *(bytes([byte]) for byte in body)) == data


def test_what_is_flushed_comes_out_at_once() -> None:
    stream, inflater = zlib.compressobj(wbits=31), Inflater("gzip")
    for text in (b"data: a\n\n", b"data: b\n\n"):
        assert taken(inflater, stream.compress(text) + stream.flush(zlib.Z_SYNC_FLUSH)) == text


def test_several_members_are_one_body_and_what_follows_is_left_out() -> None:
    assert taken(Inflater("gzip"), gzip.compress(b"a") + gzip.compress(b"b") + b"rest") == b"ab"


def test_a_bomb_comes_out_in_pieces_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    inflater = Inflater("gzip")
    inflater.feed(gzip.compress(bytes(8 * PIECE_BYTES)))
    assert [len(inflater.take()) for _ in range(8)] == [PIECE_BYTES] * 8
    monkeypatch.setattr(inflate, "MAX_INFLATED_BYTES", 1000)
    assert len(taken(Inflater("gzip"), gzip.compress(bytes(1000)))) == 1000
    with pytest.raises(BodyError, match="too long"):
        taken(Inflater("gzip"), gzip.compress(bytes(1001)))


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("body", [b"data: a\n\n", b"\x1f\x8b\xff" * 20])
def test_what_is_not_compressed_so_is_told(coding: str, body: bytes) -> None:
    with pytest.raises(BodyError, match=f"compressed with `{coding}`, and can't be read"):
        taken(Inflater(coding), body)


def test_what_cant_be_undone_is_named() -> None:
    assert [type(inflater) for inflater in inflaters(["gzip", "deflate"])] == [Inflater, Inflater]
    for coding in ("br", "zstd", "compress"):
        with pytest.raises(BodyError, match=f"`{coding}`, though no compression was asked for"):
            inflaters([coding])
    with pytest.raises(BodyError, match="4 times"):
        inflaters(["gzip"] * 4)
