"""Guessing when those that wait will begin. Pure."""

from collections.abc import Iterable

from orchd.llm.scheduler.plan import Schedule
from orchd.llm.scheduler.ticket import Ticket


def etas(plan: Schedule, order: Iterable[Ticket], now: float) -> list[float | None]:
    """Guess for each waiting ticket, in their order, the seconds from now until it begins; None where nothing was
    measured.

    As if all that runs were spread evenly over its time, and each model's requests came one after another.
    """
    places: dict[str, int] = {}
    starts: dict[str, float] = {}
    end = 0.0
    found: list[float | None] = []
    for ticket in order:
        model = ticket.model
        each = plan.speeds.generation(model)
        if each is None:
            found.append(None)
            continue
        if model not in starts:
            starts[model] = 0.0 if plan.is_resident(model) else end + (load_left(plan, model, now) or 0.0)
        place = places[model] = places.get(model, 0) + 1
        slots = plan.slots(model) or place
        found.append(starts[model] + place * each / slots)
        end = max(end, starts[model] + (place / slots + 1) * each)
    return found


def load_left(plan: Schedule, model: str, now: float) -> float | None:
    """Guess the seconds from now that a load takes, or still takes where it is under way; None where none was
    measured."""
    whole, loading = plan.speeds.load(model), plan.loading
    if whole is None or loading is None or loading.model != model:
        return whole
    return max(0.0, whole - (now - loading.since))
