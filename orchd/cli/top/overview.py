"""What is known of a daemon at a moment, from its frames."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from orchd.cli.reply import JsonObject


class Overview(NamedTuple):
    """What the daemon said last of each thing; None: nothing yet, or the token may not see it."""

    session: Mapping[str, Any]
    queue: Sequence[JsonObject] | None = None
    backends: Sequence[JsonObject] | None = None
    metrics: JsonObject | None = None
    tasks: Sequence[JsonObject] | None = None
    rates: Sequence[float | None] = ()
    """Tokens a second of each item of the queue; shorter where nothing is known."""
    lost: str | None = None
    """Why there is no connection; None while there is one."""

    def to_json(self) -> JsonObject:
        """Return it as the frames have it."""
        told = {name: self.session.get(name) for name in ("server", "protocol", "epoch", "user")}
        rates = list(self.rates)
        return told | {
            "metrics": self.metrics,
            "backends": self.backends,
            "queue": None
            if self.queue is None
            else [item | {"tokensPerSecond": rates[at]} for at, item in enumerate(self.queue)],
            "tasks": self.tasks,
        }


def mean_rates(queue: Sequence[JsonObject]) -> list[float | None]:
    """Return how many tokens a second each answer has had since its turn began."""
    return [_per_second(item.get("tokens"), item["elapsedMs"]) for item in queue]


def rates_between(before: Sequence[JsonObject], after: Sequence[JsonObject], seconds: float) -> list[float | None]:
    """Return how many tokens a second each answer had from one look to the next; since it began for one that is new.

    Answers have no names: those of one model that began longest ago come first in both.
    """
    older: dict[tuple[str, str], list[JsonObject]] = {}
    for item in before:
        older.setdefault((item["backend"], item["model"]), []).append(item)
    rates: list[float | None] = []
    for item in after:
        found = next(
            (each for each in older.get((item["backend"], item["model"]), []) if _is_same(each, item, seconds)), None
        )
        if found is None or found.get("tokens") is None or item.get("tokens") is None:
            rates.append(_per_second(item.get("tokens"), item["elapsedMs"]))
            continue
        older[item["backend"], item["model"]].remove(found)
        rates.append(_per_second(max(0, item["tokens"] - found["tokens"]), seconds * 1000))
    return rates


def _is_same(before: JsonObject, after: JsonObject, seconds: float) -> bool:
    """Whether both may be one answer: it is older by as much time as has passed, and has no fewer tokens."""
    aged = after["elapsedMs"] - before["elapsedMs"]
    return abs(aged - seconds * 1000) < 500 and (after.get("tokens") or 0) >= (before.get("tokens") or 0)


def _per_second(tokens: int | None, milliseconds: float) -> float | None:
    return None if tokens is None or milliseconds <= 0 else tokens * 1000 / milliseconds
