"""A request that is handed on as it came: its members are its sender's, and the pieces of the answer go back as the
server wrote them.

The answer is read all the same, since only then it is known what it took and how it ended. Of a model that is given up
before its first token nothing is told, so that another one may follow.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

MAX_HELD_BYTES = 256 * 1024
"""Of pieces before an answer's first output, of which servers send a few: more of them are handed on as they come."""


class RelayedPiece(NamedTuple):
    """A piece of an answer: JSON as the server wrote it. `speaks`: it may hold text, rather than counts alone."""

    data: bytes
    speaks: bool


class RelayedRequest(NamedTuple):
    """A body to be sent to `path` under the address of a server's API.

    `members` are those of the body, values as anything that can be encoded; the model's name is put in. `tell` is told
    of the pieces of the answer, those at once that came at once.
    """

    path: str
    members: Mapping[str, Any]
    streams: bool
    size: int
    """Bytes of the body's texts, by which its tokens are guessed."""
    tell: Callable[[Sequence[RelayedPiece]], None]

    def members_for(self, model: str) -> dict[str, Any]:
        """Return the members of the request to a server that calls the model so. A stream is to tell its counts."""
        asked = {**self.members, "model": model, "stream": self.streams}
        if not self.streams:
            asked.pop("stream_options", None)
            return asked
        options = self.members.get("stream_options")
        return {**asked, "stream_options": {**(options if isinstance(options, dict) else {}), "include_usage": True}}


class ChunkRelay:
    """Hands on the pieces of one attempt's answer, from its first output on."""

    def __init__(self, tell: Callable[[Sequence[RelayedPiece]], None]) -> None:
        self._tell = tell
        self._held: list[RelayedPiece] = []
        self._held_bytes = 0
        self._begun = False

    def take(self, data: bytes, *, speaks: bool) -> None:
        """Take a piece. `speaks`: it holds some of the text, or could."""
        self._held.append(RelayedPiece(data, speaks))
        if not self._begun:
            self._held_bytes += len(data)
            self._begun = self._held_bytes > MAX_HELD_BYTES

    def flush(self, *, output: bool) -> None:
        """Hand on what came at once. `output`: the answer has begun by now."""
        held = self._held
        if held and (output or self._begun):
            self._held, self._begun = [], True
            self._tell(held)

    def close(self) -> None:
        """Hand on what was held back: the answer is what it is, be it empty."""
        held, self._held, self._begun = self._held, [], True
        if held:
            self._tell(held)
