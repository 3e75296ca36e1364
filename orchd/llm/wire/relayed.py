"""A request that is handed on as it came: its members are its sender's, and the pieces of the answer go back as the
server wrote them.

The answer is read all the same, since only then it is known what it took and how it ended. Of a model that is given up
before its first token nothing is told, so that another one may follow.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class RelayedRequest(NamedTuple):
    """A body to be sent to `path` under the address of a server's API.

    `members` are those of the body, values as anything that can be encoded; the model's name is put in. `tell` is told
    of each piece of the answer: its JSON, and whether it holds any of the text, rather than only counts.
    """

    path: str
    members: Mapping[str, Any]
    streams: bool
    size: int
    """Bytes of the body's texts, by which its tokens are guessed."""
    tell: Callable[[bytes, bool], None]

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

    def __init__(self, tell: Callable[[bytes, bool], None]) -> None:
        self._tell = tell
        self._held: list[tuple[bytes, bool]] = []
        self._begun = False

    def take(self, data: bytes, *, speaks: bool, output: bool) -> None:
        """Take a piece. `speaks`: it holds some of the text, or could; `output`: the answer has begun by now."""
        if self._begun:
            self._tell(data, speaks)
            return
        self._held.append((data, speaks))
        if output:
            self.close()

    def close(self) -> None:
        """Hand on what was held back: the answer is what it is, be it empty."""
        held, self._held, self._begun = self._held, [], True
        for data, speaks in held:
            self._tell(data, speaks)
