"""Where the model server keeps an answer that is generated, as the journal has it: by this another run takes it up."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

import msgspec
from msgspec.structs import replace

from orchd.llm import START, StreamMark, StreamPlace


class AnswerStream(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An answer as its model server keeps it.

    Its text there begins at the position `base` of the answer's, and was at `seq` when it was read up to `mark`. `runs`
    are the daemon runs that have told of it, the first one first, whose positions are all the same; it was asked for by
    `user`, and by the API token `token` if by one.
    """

    place: StreamPlace
    base: int
    seq: int
    runs: tuple[str, ...]
    user: int
    token: int | None = None
    mark: StreamMark = START


NoteStream: TypeAlias = Callable[[str | None, int], None]
"""Told what the journal is to have of a stream (None: nothing), and up to which position the text must be there."""
_DECODER = msgspec.json.Decoder(AnswerStream)


def read_stream(stored: str | None) -> AnswerStream | None:
    """Return what was noted; None for nothing, and for what another version may have noted."""
    if stored is None:
        return None
    try:
        return _DECODER.decode(stored)
    except msgspec.DecodeError:
        return None


class TextEnd(Protocol):
    """Where a text that grows ends."""

    @property
    def seq(self) -> int:
        """The position after the last code point."""


class StreamNotes:
    """Notes where the answer whose text is `text` is kept. Satisfies `PlaceListener`."""

    def __init__(
        self,
        text: TextEnd,
        run: str,
        user: int,
        token: int | None,
        note: NoteStream,
        found: AnswerStream | None = None,
    ) -> None:
        self.stream = found
        """Where it is kept; None: nowhere."""
        self.left = False
        """Whether another run will hear the rest of it."""
        self._text = text
        self._asked = (run,), user, token
        self._note = note

    @property
    def taken_up(self) -> bool:
        """Whether another run told some of it before."""
        return self.stream is not None and len(self.stream.runs) > 1

    def on_place(self, place: StreamPlace | None) -> None:
        seq, noted = self._text.seq, self.stream is not None
        self.stream = None if place is None else AnswerStream(place, seq, seq, *self._asked)
        if noted or place is not None:
            self._tell()

    def on_mark(self, mark: StreamMark) -> None:
        if self.stream is not None:
            self.stream = replace(self.stream, mark=mark, seq=self._text.seq)
            self._tell()

    def _tell(self) -> None:
        stored = None if self.stream is None else msgspec.json.encode(self.stream).decode()
        self._note(stored, self._text.seq)
