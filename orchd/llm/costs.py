"""Listeners around another one, which hears of costs through them."""

from orchd.llm.types import Listener, Usage, hears_costs


class CostsWithin:
    """Tells `inner` what there is to be paid for, if it hears of that. Satisfies `CostListener`."""

    def __init__(self, inner: Listener) -> None:
        self._inner = inner

    def on_call(self) -> None:
        """See `CostListener`."""
        if hears_costs(self._inner):
            self._inner.on_call()

    def on_usage(self, usage: Usage | None) -> None:
        """See `CostListener`."""
        if hears_costs(self._inner):
            self._inner.on_usage(usage)
