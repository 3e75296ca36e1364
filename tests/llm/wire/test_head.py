import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.wire.body import Body, BodyError, ChunkedBody, LengthBody, UntilCloseBody
from orchd.llm.wire.head import MAX_HEAD_BYTES, MAX_INTERIM_BYTES, HeadParser, ResponseHead, codings, framing

OK = b"HTTP/1.1 200 OK\r\n"


def parsed(*pieces: bytes) -> tuple[ResponseHead | None, bytes]:
    parser = HeadParser()
    head = None
    for place, piece in enumerate(pieces):
        head = parser.feed(piece)
        if head is not None:
            return head, parser.rest + b"".join(pieces[place + 1 :])
    return head, parser.rest


def heads(value: bytes) -> ResponseHead:
    head, _ = parsed(value)
    assert head is not None
    return head


@pytest.mark.parametrize(
    ("data", "status", "headers"),
    [
        (OK + b"A: b\r\n\r\n", 200, [(b"A", b"b")]),
        (b"HTTP/1.1 200\r\nA:b\r\n\r\n", 200, [(b"A", b"b")]),
        (b"HTTP/1.1 429 Too Many\nA:  b \n\n", 429, [(b"A", b"b")]),
        (b"HTTP/1.0  200 OK\r\nA: b\n\r\n", 200, [(b"A", b"b")]),
        (b"HTTP/2 200\r\nA: b\r\n\r\n", 200, [(b"A", b"b")]),
        (b"ICY 200 OK\r\nA: b\r\n\r\n", 200, [(b"A", b"b")]),
        (b"\r\n\r\n" + OK + b"A: b\r\n\r\n", 200, [(b"A", b"b")]),
        (OK + b"A : b\r\n B: c\r\n\r\n", 200, [(b"A", b"b B: c")]),
        (OK + b"A B: c\r\nodd line\r\n: x\r\n\r\n", 200, [(b"AB", b"c")]),
        (OK + b"A: \xff\xfe\x00\r\n\r\n", 200, [(b"A", b"\xff\xfe")]),
        (OK + b"\r\n", 200, []),
    ],
)
def test_heads_as_servers_and_proxies_write_them(data: bytes, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    data += b"the body\n\n"
    for pieces in ([data], [data[place : place + 1] for place in range(len(data))]):
        assert parsed(*pieces) == (ResponseHead(status, headers), b"the body\n\n")


def test_interim_responses_are_passed_over_however_many() -> None:
    data = b"HTTP/1.1 102 Processing\r\nX: y\r\n\r\n" * 40 + OK + b"\r\nrest"
    assert parsed(data) == (ResponseHead(200, []), b"rest")
    with pytest.raises(BodyError, match="never end"):
        parsed(*[b"HTTP/1.1 100 Continue\r\nX: " + b"y" * 40_000 + b"\r\n\r\n"] * (MAX_INTERIM_BYTES // 40_000 + 1))
    with pytest.raises(BodyError, match="another protocol"):
        parsed(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"220 smtp.example.org ESMTP\r\n", "it begins with `220 smtp.example.org ESMTP`"),
        (b"\x15\x03\x01\x00\x02\x02\x50\n", "it begins with `"),
        (b"<html>" + b"x" * 100, "it begins with `<html>xxx"),
        (b"HTTP/1.1 abc\r\n\r\n", "it begins with"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "it begins with"),
        (OK + b"X: " + b"x" * MAX_HEAD_BYTES, "its head is longer than 65536 bytes"),
    ],
)
def test_what_is_no_head_is_told(data: bytes, what: str) -> None:
    with pytest.raises(BodyError, match=what):
        parsed(data)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (b"Transfer-Encoding: chunked\r\n", ChunkedBody),
        (b"Transfer-Encoding: Chunked\r\nTransfer-Encoding: chunked\r\n", ChunkedBody),
        (b"Transfer-Encoding: chunked, chunked\r\nContent-Length: 7\r\n", ChunkedBody),
        (b"Transfer-Encoding: gzip, chunked\r\n", ChunkedBody),
        (b"Transfer-Encoding: identity\r\n", UntilCloseBody),
        (b"Transfer-Encoding: identity\r\nContent-Length: 7\r\n", LengthBody),
        (b"Content-Length: 7\r\nContent-Length: 7\r\n", LengthBody),
        (b"Content-Length : 7, 7\r\n", LengthBody),
        (b"Content-Length:\r\n", UntilCloseBody),
        (b"Transfer-Encoding:\r\n", UntilCloseBody),
        (b"", UntilCloseBody),
    ],
)
def test_framings(headers: bytes, kind: type[Body]) -> None:
    assert type(framing(heads(OK + headers + b"\r\n"))) is kind


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_no_body(status: bytes) -> None:
    assert framing(heads(b"HTTP/1.1 " + status + b"\r\nContent-Length: 9\r\n\r\n")).done


@pytest.mark.parametrize(
    ("headers", "what"),
    [
        (b"Content-Length: x\r\n", "its length is `x`"),
        (b"Content-Length: -1\r\n", "its length is `-1`"),
        (b"Content-Length: 7\r\nContent-Length: 8\r\n", "it has two lengths"),
        (b"Content-Length: " + b"9" * 40 + b"\r\n", "its length is `999"),
    ],
)
def test_lengths_that_are_none(headers: bytes, what: str) -> None:
    with pytest.raises(BodyError, match=what):
        framing(heads(OK + headers + b"\r\n"))


def test_compressions_are_undone_from_the_last_to_the_first() -> None:
    assert codings(
        heads(OK + b"Content-Encoding: deflate, GZIP\r\nTransfer-Encoding: x-gzip;q=1, chunked\r\n\r\n")
    ) == [
        "x-gzip",
        "gzip",
        "deflate",
    ]
    assert codings(heads(OK + b"Content-Encoding: identity\r\nContent-Encoding:\r\n\r\n")) == []


@given(st.binary(max_size=80))
def test_no_bytes_crash_it(data: bytes) -> None:
    for start in (b"", OK):
        with contextlib.suppress(BodyError):
            head, _ = parsed(start + data)
            if head is not None:
                framing(head)
                codings(head)
