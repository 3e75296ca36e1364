"""An answer that is heard again from an earlier place: what is known of it already is compared, and not told twice."""

from collections.abc import Sequence

from orchd.errors import NotFound
from orchd.llm.costs import CostsWithin
from orchd.llm.types import Channel, Listener, Phase


class RepeatListener(CostsWithin):
    """Tells `inner` what follows `known`, the texts that were told before. Satisfies `Listener`.

    Raises NotFound out of `on_delta` when the answer turns out to be another one: with a seam in it, it would be
    nobody's. Nothing is told after that.
    """

    def __init__(self, inner: Listener, known: Sequence[tuple[Channel, str]], backend: str) -> None:
        super().__init__(inner)
        self._known = [(channel, text) for channel, text in known if text]
        self._backend = backend
        self._differs = False

    @property
    def caught_up(self) -> bool:
        """All that was known has come."""
        return not self._known

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        self._inner.on_phase(phase, progress)

    def on_delta(self, channel: Channel, text: str) -> None:
        while self._known and text and not self._differs:
            name, expected = self._known[0]
            size = min(len(expected), len(text))
            if name != channel or expected[:size] != text[:size]:
                self._differs = True
                raise NotFound(f"{self._backend} repeats the answer otherwise", backend=self._backend)
            text = text[size:]
            self._known[:1] = [(name, expected[size:])] if size < len(expected) else []
        if text and not self._differs:
            self._inner.on_delta(channel, text)

    def on_close(self) -> None:
        """The whole generation ends later; nobody is told."""
