from orchd.llm.costs import CostsWithin
from orchd.llm.types import Channel, Phase, Usage, hears_costs

USAGE = Usage(1, 2, 3)


class Deaf:
    """A listener that is told of an answer alone."""

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Nothing."""

    def on_delta(self, channel: Channel, text: str) -> None:
        """Nothing."""

    def on_close(self) -> None:
        """Nothing."""


class Payer(Deaf):
    """One that hears of costs, too."""

    def __init__(self) -> None:
        self.heard: list[Usage | str | None] = []

    def on_call(self) -> None:
        """Note it."""
        self.heard.append("call")

    def on_usage(self, usage: Usage | None) -> None:
        """Note it."""
        self.heard.append(usage)


def test_costs_are_told_to_whoever_hears_of_them() -> None:
    payer = Payer()
    for inner in (payer, Deaf()):
        around = CostsWithin(inner)
        assert hears_costs(around)
        around.on_call()
        around.on_usage(USAGE)
        around.on_usage(None)
    assert payer.heard == ["call", USAGE, None]
