"""The text of an answer while it grows, and what of it a reader has yet to see.

An answer has two channels that alternate in runs. A position in it, the wire's `seq`, is the number of code points
before it over both channels: it grows strictly, is the same for every reader, and lets text that a slow reader missed
be merged without a gap or a repeat.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from orchd.llm import closing_mark
from orchd.llm.types import Channel


class Piece(NamedTuple):
    """Text of one channel, ending at position `seq`."""

    channel: Channel
    text: str
    seq: int


class Transcript:
    """Everything generated so far. Only grows."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self.seq = 0
        """The position after the last code point."""
        self.bytes = 0
        """The text's length in UTF-8."""

    def add(self, channel: Channel, text: str) -> None:
        """Append `text`, not empty."""
        self.seq += len(text)
        self.bytes += len(text) if text.isascii() else len(text.encode())
        self._pieces.append(Piece(channel, text, self.seq))

    def text(self, channel: Channel) -> str:
        """Return all text of one channel."""
        return "".join(piece.text for piece in self._pieces if piece.channel == channel)

    def after(self, seq: int, limit: int) -> Piece | None:
        """Return the text after `seq`, merged within one channel, `limit` code points at most; None at the end."""
        if seq >= self.seq:
            return None
        index = self._index_after(seq)
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

    def runs(self) -> list[tuple[Channel, int]]:
        """Return how the channels alternate: each run's channel and length in code points."""
        runs: list[tuple[Channel, int]] = []
        for piece in self._pieces:
            if runs and runs[-1][0] == piece.channel:
                runs[-1] = (piece.channel, runs[-1][1] + len(piece.text))
            else:
                runs.append((piece.channel, len(piece.text)))
        return runs

    def settled(self) -> "Transcript":
        """Return the whole answer with its reasoning as such, where only its closing mark tells it from the content.

        Each character, the mark's too, keeps its position: only its channel may be another one.
        """
        if not self._pieces or self._pieces[0].channel != "content":
            return self
        begins = list(takewhile(lambda piece: piece.channel == "content", self._pieces))
        text = "".join(piece.text for piece in begins)
        mark = closing_mark(text)
        if mark is None:
            return self
        found = Transcript()
        found.add("reasoning", text[: mark.end])
        found.add("content", text[mark.end :])
        for piece in self._pieces[len(begins) :]:
            found.add(piece.channel, piece.text)
        return found

    @classmethod
    def of(cls, content: str, reasoning: str, runs: Sequence[tuple[Channel, int]] | None) -> "Transcript | None":
        """Rebuild a transcript from its texts and runs; None when they don't fit, so that nothing is told wrongly."""
        texts: dict[Channel, str] = {"content": content, "reasoning": reasoning}
        taken: dict[Channel, int] = {"content": 0, "reasoning": 0}
        transcript = cls()
        for channel, length in runs or ():
            text = texts[channel][taken[channel] : taken[channel] + length]
            if len(text) != length or not length:
                return None
            taken[channel] += length
            transcript.add(channel, text)
        whole = all(taken[channel] == len(text) for channel, text in texts.items())
        return transcript if whole else None

    def _index_after(self, seq: int) -> int:
        """Return the index of the first piece that ends after `seq`."""
        return bisect_right(self._pieces, seq, key=lambda piece: piece.seq)
