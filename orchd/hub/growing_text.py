"""A text while it grows, in channels that alternate (reasoning and content, say).

A position in it, the wire's `seq`, is the number of code points before it over all channels: it grows strictly, is the
same for every reader, and lets text that a slow reader missed be merged without a gap or a repeat.
"""

from bisect import bisect_right
from typing import Generic, NamedTuple, TypeVar

C = TypeVar("C", bound=str)


class Piece(NamedTuple, Generic[C]):
    """Text of one channel, ending at position `seq`."""

    channel: C
    text: str
    seq: int


class GrowingText(Generic[C]):
    """Everything so far. Only grows."""

    def __init__(self) -> None:
        self._pieces: list[Piece[C]] = []
        self.seq = 0
        """The position after the last code point."""
        self.bytes = 0
        """The text's length in UTF-8."""

    def add(self, channel: C, text: str) -> None:
        """Append `text`, not empty."""
        self.seq += len(text)
        self.bytes += len(text) if text.isascii() else len(text.encode())
        self._pieces.append(Piece(channel, text, self.seq))

    def text(self, channel: C) -> str:
        """Return all text of one channel."""
        return "".join(piece.text for piece in self._pieces if piece.channel == channel)

    def after(self, seq: int, limit: int) -> Piece[C] | None:
        """Return the text after `seq`, merged within one channel, `limit` code points at most; None at the end."""
        if seq >= self.seq:
            return None
        index = bisect_right(self._pieces, seq, key=lambda piece: piece.seq)
        first = self._pieces[index]
        start = first.seq - len(first.text)
        texts = [first.text[seq - start :]]
        end = first.seq
        while end - seq < limit and (index := index + 1) < len(self._pieces):
            piece = self._pieces[index]
            if piece.channel != first.channel:
                break
            texts.append(piece.text)
            end = piece.seq
        if end - seq > limit:
            return Piece(first.channel, "".join(texts)[:limit], seq + limit)
        return Piece(first.channel, texts[0] if len(texts) == 1 else "".join(texts), end)
