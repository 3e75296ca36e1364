"""What asking models costs, and the failure that says so."""

from collections.abc import Iterable

from msgspec import Struct

from orchd.errors import OrchdError
from orchd.llm.asking.recording import Recording
from orchd.llm.types import Price


class Cost(Struct, frozen=True):
    """What was spent: calls of models, failed ones too, their tokens, seconds of wall time, side by side ones added up,
    and in `prices` the money that answers cost, one price a currency, as far as their models have one. It is stored as
    JSON where it is paid: members may be added with a default, but none be renamed.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    prices: tuple[Price, ...] = ()

    @property
    def tokens(self) -> int:
        """Tokens read and written."""
        return self.prompt_tokens + self.completion_tokens

    def plus(self, other: "Cost") -> "Cost":
        return Cost(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
            sum_of_prices(self.prices, other.prices),
        )


def sum_of_prices(some: Iterable[Price], more: Iterable[Price]) -> tuple[Price, ...]:
    """Add prices up, each currency by itself, in the order of their names."""
    sums: dict[str, int] = {}
    for price in (*some, *more):
        sums[price.currency] = sums.get(price.currency, 0) + price.micros
    return tuple(Price(micros, currency) for currency, micros in sorted(sums.items()))


class NoAnswerError(Exception):
    """Models were asked for nothing: why, what it cost, and the model that failed ("id@backend"), if it was one.

    `tried` is how often it was asked, waits for a model that was left alone aside; `recording` is what was heard last.
    """

    def __init__(
        self, error: OrchdError, spent: Cost, model: str | None, tried: int = 0, recording: Recording | None = None
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.spent = spent
        self.model = model
        self.tried = tried
        self.recording = recording
