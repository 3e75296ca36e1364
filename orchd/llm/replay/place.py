"""Where a model server keeps an answer, and how far its bytes were read: what must be known to take it up."""

from typing import Protocol

import msgspec


class StreamMark(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A place in the bytes of an answer from which it can be read as well as from its start.

    `offset` in bytes; `thinking` is the `ThinkState` that the text is in there.
    """

    offset: int = 0
    thinking: str = ""


START = StreamMark()


class StreamPlace(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An answer of the model called `model` on the server called `server`, at the address `url`, which keeps it under
    `id`. Another run may call the server otherwise.

    Nobody can guess the `id`. `continued`: it goes on with a text; `echoes`: the server may repeat that one first.
    `relayed`: a program asked for it in its own words, so that it may be empty.
    """

    server: str
    model: str
    id: str
    continued: bool = False
    echoes: bool = False
    relayed: bool = False
    url: str = ""


class PlaceListener(Protocol):
    """Who has an answer kept at the server, and sees to it that it is dropped there when it is stored elsewhere."""

    @property
    def left(self) -> bool:
        """Whether the answer is to stay at the server when it is cancelled: somebody else will hear the rest."""

    def on_place(self, place: StreamPlace | None) -> None:
        """It is about to be asked for, and kept there; None: this server keeps nothing. Never waits, never raises."""

    def on_mark(self, mark: StreamMark) -> None:
        """It was read, and told, up to there. Never waits, never raises."""
