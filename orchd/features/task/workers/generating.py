"""One text asked of the models that were chosen, and which texts are of no use to a task."""

from collections.abc import Sequence

from orchd.errors import UpstreamError
from orchd.features.models import check_response
from orchd.features.task.core.work import StepListener
from orchd.llm import Answer, Asker, Backends, Channel, Fit, Hooks, Measure, Requester, Retry, Target, whole

RETRY = Retry(rounds=3, first_pause=1.0, patience=120.0, squeeze=0.6)

WORK_SECONDS = 3600.0
MAX_ANSWER_BYTES = 4 * 1024 * 1024

USELESS = frozenset(["error_report", "placeholder", "template", "garbled"])
"""Rules of `check_response` whose breach fails an attempt. The others are for those who check the result: "None" can
be right, and so can a text that was cut off where it ends."""

SOFT = ("temperature", "response_format")
"""Members of a request that a model may do without: each result is checked."""


class Generator:
    """Asks models for texts. `seconds` is the time that one of them may work on one text."""

    def __init__(self, backends: Backends, measure: Measure, seconds: float = WORK_SECONDS) -> None:
        self._backends = backends
        self._measure = measure
        self._seconds = seconds

    async def write(self, targets: Sequence[Target], fit: Fit, requester: Requester, listener: StepListener) -> Answer:
        """Return the text of the first model that gives one, and tell `listener` of it. Raises NoAnswerError."""

        def tell(channel: Channel, text: str) -> None:
            if channel == "content":
                listener.on_delta(text)

        hooks = Hooks(model=lambda target: listener.on_model(target.full_name), delta=tell)
        asker = Asker(
            self._backends,
            requester,
            measure=self._measure,
            seconds=self._seconds,
            hooks=hooks,
            paid=listener.on_cost,
        )
        return await asker.ask(targets, fit, RETRY, check_useful, max_bytes=MAX_ANSWER_BYTES)


def check_useful(target: Target, text: str, finish_reason: str) -> None:
    """Raise UpstreamError for what no server should have sent as an answer. A short one is fine."""
    found = [objection for objection in check_response(text) if objection.rule in USELESS]
    if found:
        raise UpstreamError(f"{target.full_name}: {found[0].reason}", reason="unusable_answer")
    whole(target, text, finish_reason)
