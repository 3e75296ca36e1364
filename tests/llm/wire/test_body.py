import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.wire.body import Body, BodyError, ChunkedBody, LengthBody, UntilCloseBody


def ours(decoder: Body, pieces: list[bytes]) -> bytes | None:
    """The body, None when it is broken or cut."""
    try:
        content = b"".join(decoder.feed(piece) for piece in pieces)
        if not decoder.done:
            decoder.end()
    except BodyError:
        return None
    return content


def theirs(headers: list[tuple[str, str]], body: bytes) -> bytes | None:
    """What h11 makes of the same bytes."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    connection.send(h11.EndOfMessage())
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    connection.receive_data(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body)
    connection.receive_data(b"")
    content = b""
    try:
        while True:
            match connection.next_event():
                case h11.Data(data=data):
                    content += data
                case h11.EndOfMessage():
                    return content
                case _:
                    pass
    except h11.RemoteProtocolError:
        return None


def splits(body: bytes) -> list[list[bytes]]:
    """The body in one piece, at every cut in two, and byte by byte."""
    halves = [[body[:cut], body[cut:]] for cut in range(1, len(body))]
    return [[body], *halves, [body[place : place + 1] for place in range(len(body))]]


CHUNKS = st.lists(st.binary(min_size=1, max_size=20), max_size=5)
EXTENSIONS = st.sampled_from([b"", b";a=b", b"; x", b" "])


@given(CHUNKS, EXTENSIONS, st.sampled_from([b"\r\n", b"X-T: 1\r\n\r\n", b"a: b\r\nc: d\r\n\r\n"]), st.booleans())
def test_chunked_agrees_with_h11_at_every_split(chunks: list[bytes], ext: bytes, trailer: bytes, upper: bool) -> None:
    size = "%X" if upper else "%x"
    body = b"".join((size % len(part)).encode() + ext + b"\r\n" + part + b"\r\n" for part in chunks)
    body += b"0\r\n" + trailer
    assert theirs([("Transfer-Encoding", "chunked")], body) == b"".join(chunks)
    for pieces in splits(body):
        assert ours(ChunkedBody(), pieces) == b"".join(chunks)


@given(CHUNKS, st.data())
def test_cut_chunked_bodies_are_refused_like_h11_does(chunks: list[bytes], draw: st.DataObject) -> None:
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in chunks) + b"0\r\n\r\n"
    cut = body[: draw.draw(st.integers(0, len(body) - 1))]
    assert theirs([("Transfer-Encoding", "chunked")], cut) is None
    for pieces in splits(cut):
        assert ours(ChunkedBody(), pieces) is None


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\nab\r\n0\r\n\r\n",
        b"-1\r\n\r\n",
        b"+2\r\nab\r\n0\r\n\r\n",
        b"1_0\r\n" + b"a" * 16 + b"\r\n0\r\n\r\n",
        b"\r\nab",
        b"2\r\nabc\r\n0\r\n\r\n",
        b"1\r\nabc\r\n0\r\n\r\n",
        b"2\r\nabXY0\r\n\r\n",
        b"f" * 17 + b"\r\n",
        b"2;" + b"x" * 5000,
        b"0\r\n" + b"x" * 5000,
    ],
)
def test_malformed_chunks_are_refused(body: bytes) -> None:
    for pieces in ([body], [body[place : place + 1] for place in range(len(body))]):
        assert ours(ChunkedBody(), pieces) is None


@pytest.mark.parametrize("body", [b"2\nab\n1\nc\n0\n\n", b"2\nab\r\n1\r\nc\n0\r\n\n", b"2 ;x\nab\n1\nc\n00\nT: 1\n\n"])
def test_a_bare_lf_ends_a_line(body: bytes) -> None:
    for pieces in splits(body):
        assert ours(ChunkedBody(), pieces) == b"abc"


def test_a_read_that_is_one_chunk_is_checked_too() -> None:
    assert ours(ChunkedBody(), [b"2\r\nab\r\n", b"0\r\n\r\n"]) == b"ab"
    assert ours(ChunkedBody(), [b"2\r\nabXY", b"0\r\n\r\n"]) is None


def test_each_read_gives_all_its_chunks_at_once_and_nothing_waits() -> None:
    decoder = ChunkedBody()
    assert decoder.feed(b"2\r\nab\r\n") == b"ab"
    assert decoder.feed(b"1\r\nc\r\n2\r\nde\r\n3\r\nf") == b"cdef"
    assert decoder.feed(b"g") == b"g"
    assert decoder.feed(b"h\r") == b"h"
    assert decoder.feed(b"\n0\r\n\r\n and more") == b""
    assert decoder.done


@given(st.binary(max_size=30))
def test_counted_takes_its_bytes_and_no_more(content: bytes) -> None:
    for pieces in splits(content + b"rest"):
        decoder = LengthBody(len(content))
        assert ours(decoder, pieces) == content
        assert decoder.done
    if content:
        assert ours(LengthBody(len(content)), [content[:-1]]) is None


def test_until_close_ends_with_the_connection() -> None:
    decoder = UntilCloseBody()
    assert decoder.feed(b"abc") == b"abc"
    assert not decoder.done
    decoder.end()
    assert decoder.done
