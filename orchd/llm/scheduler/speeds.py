"""How long things took on one model server, for guessing how long a request will wait. Pure."""

WEIGHT = 0.25
"""Of the newest measurement in the moving average."""
MAX_MODELS = 1_000


class Speeds:
    """Moving averages by model, in seconds: of a whole generation without the load, and of a load."""

    def __init__(self) -> None:
        self._generations: dict[str, float] = {}
        self._loads: dict[str, float] = {}

    def note_generation(self, model: str, seconds: float) -> None:
        """Note a generation that ended well."""
        _average(self._generations, model, seconds)

    def note_load(self, model: str, seconds: float) -> None:
        _average(self._loads, model, seconds)

    def generation(self, model: str) -> float | None:
        """Return the seconds of a generation, None when none was measured."""
        return self._generations.get(model)

    def load(self, model: str) -> float | None:
        """Return the seconds of a load, None when none was measured."""
        return self._loads.get(model)


def _average(known: dict[str, float], model: str, seconds: float) -> None:
    last = known.pop(model, seconds)
    known[model] = last + WEIGHT * (seconds - last)
    if len(known) > MAX_MODELS:
        del known[next(iter(known))]
