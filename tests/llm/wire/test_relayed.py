"""The pieces of an answer that is handed on as its server wrote it."""

from orchd.llm.wire.relayed import MAX_HELD_BYTES, ChunkRelay, RelayedPiece

PIECE = b"{}"


def relay() -> tuple[ChunkRelay, list[RelayedPiece]]:
    told: list[RelayedPiece] = []
    return ChunkRelay(told.extend), told


def test_nothing_is_told_before_the_first_output() -> None:
    one, told = relay()
    one.take(PIECE, speaks=False)
    one.flush(output=False)
    assert told == []
    one.take(b"text", speaks=True)
    one.flush(output=True)
    one.take(PIECE, speaks=False)
    one.flush(output=False)
    assert told == [(PIECE, False), (b"text", True), (PIECE, False)]


def test_an_answer_without_output_is_told_at_its_end() -> None:
    one, told = relay()
    one.take(PIECE, speaks=False)
    one.close()
    one.close()
    assert told == [(PIECE, False)]


def test_what_is_held_back_is_bounded() -> None:
    one, told = relay()
    large = bytes(MAX_HELD_BYTES // 4)
    for _ in range(4):
        one.take(large, speaks=False)
        one.flush(output=False)
    assert told == []
    one.take(large, speaks=False)
    one.flush(output=False)
    assert len(told) == 5
    one.take(large, speaks=False)
    one.flush(output=False)
    assert len(told) == 6
