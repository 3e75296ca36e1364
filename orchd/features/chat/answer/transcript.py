"""The text of an answer: what is said and what was thought before, how these alternate in runs, and what that took."""

from collections.abc import Sequence
from itertools import takewhile

from orchd.hub import GrowingText
from orchd.llm import closing_mark
from orchd.llm.types import Channel


class Transcript(GrowingText[Channel]):
    """Everything generated so far."""

    def runs(self) -> list[tuple[Channel, int]]:
        """Return how the channels alternate: each run's channel and length in code points."""
        runs: list[tuple[Channel, int]] = []
        for piece in self._pieces:
            if runs and runs[-1][0] == piece.channel:
                runs[-1] = (piece.channel, runs[-1][1] + len(piece.text))
            else:
                runs.append((piece.channel, len(piece.text)))
        return runs

    def settle(self) -> "Transcript":
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


class ReasoningClock:
    """How long a text's reasoning has taken: the time of each run, up to what follows it. By the monotonic clock, in
    seconds; `before` is what the text that it begins with took, None where that isn't known."""

    def __init__(self, before: float | None = 0.0) -> None:
        self._before, self._taken = before, before or None
        self._since: float | None = None

    def note(self, channel: Channel, now: float) -> None:
        """A piece of text has come."""
        if channel == "reasoning":
            self._since = now if self._since is None else self._since
        elif self._since is not None:
            self._taken, self._since = self.seconds(now), None

    def seconds(self, now: float) -> float | None:
        """Return how long it was until now; None where there was no reasoning, or that isn't known."""
        if self._before is None or self._since is None:
            return self._taken
        return (self._taken or 0.0) + max(0.0, now - self._since)
