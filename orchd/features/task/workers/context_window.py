"""Material that goes into a prompt, cut or condensed so that the prompt and its answer fit into a model's context.

The order of a step stays whole as long as that is possible. What is around it has a share each: results of other steps
are cut (beginning and end stay, with a note of how much is missing), while a task's own text, if too long, is worked
through by the model part by part, since what a step needs may stand anywhere in it.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from orchd.features.task.core.results import Part, TaskAssignmentGround
from orchd.features.text import Digest, ShortenedText
from orchd.llm import Cost, NoAnswerError, Target

ANSWER_SHARE = 4
"""One part in so many of the context is left for the answer."""

AROUND_TOKENS = 200
"""For headings, and for what the model's template adds."""

ORDER_CUT, TEXT_CUT = TaskAssignmentGround(code="order_condensed"), TaskAssignmentGround(code="text_condensed")

LEAST_TOKENS = 128
"""Room for a prompt, however small a context is said to be."""

_DIGEST = """\
You prepare the material for one step of a larger piece of work. The step is:

{step}

Below stands a part of the material. Write down everything in it that the step needs: facts, figures, names, \
conditions and wording that matters, exactly. Leave out the rest. Add nothing of your own. If there is nothing, write \
"Nothing."."""

_DIGEST_JOIN = """\
You prepare the material for one step of a larger piece of work. The step is:

{step}

Join the notes below into one text that holds everything in them that the step needs. Add nothing of your own."""

_ORDER_DIGEST = """\
Below stands a part of the instructions for one step of a larger piece of work, with the material that they are \
about. Write it anew, as short as can be, so that no instruction, condition, fact or figure is lost. Add nothing of \
your own."""

_ORDER_JOIN = """\
Below stand the condensed parts of the instructions for one step of a larger piece of work. Join them into one text \
that can be followed, without losing an instruction, condition, fact or figure. Add nothing of your own."""

STEP_CHARACTERS = 2_000
"""Of a step that a part of a text is condensed for."""


class Truncator(Protocol):
    """Counts, cuts and condenses; `Texts` does."""

    def at_most(self, target: Target, text: str) -> int:
        """Return the tokens that a text hardly ever exceeds."""

    def context(self, target: Target) -> int:
        """Return the tokens of a model's context."""

    async def shorten(self, target: Target, text: str, limit: int) -> ShortenedText:
        """Return a text of `limit` tokens at most, with a note of what is left out."""

    async def digest(self, user: int, target: Target, text: str, instruction: str, reduce: str) -> Digest:
        """Have a model follow `instruction` on each part of a text, then `reduce` on all the answers."""


class PromptParts(NamedTuple):
    """What a step is given: its order, what was found wrong with an earlier attempt, the task's text, other results."""

    order: str
    guidance: str
    around: str
    parts: tuple[Part, ...]


class FittedParts(NamedTuple):
    """Material that fits, what is missing from it, and what that cost."""

    material: PromptParts
    cuts: tuple[TaskAssignmentGround, ...]
    cost: Cost


def room(context: int, share: float) -> int:
    """Return the tokens that a prompt may have, `share` of what an answer leaves."""
    return max(LEAST_TOKENS, int((context - context // ANSWER_SHARE - AROUND_TOKENS) * share))


def shares(sizes: Sequence[int], total: int) -> list[int]:
    """Divide `total` among texts of these sizes: small ones whole, the rest evenly. The sum is never over `total`."""
    limits = [0] * len(sizes)
    left = max(0, total)
    by_size = sorted(range(len(sizes)), key=lambda index: sizes[index])
    for place, index in enumerate(by_size):
        limits[index] = min(sizes[index], left // (len(sizes) - place))
        left -= limits[index]
    return limits


class ContextFitter:
    """Fits material for one user's step into models' contexts; what was condensed for a model is remembered."""

    def __init__(self, trimmer: Truncator, user: int) -> None:
        self._trimmer = trimmer
        self._user = user
        self._digests: dict[tuple[Target, str], str] = {}
        self._cuts: list[TaskAssignmentGround] = []
        self._cost = Cost()

    async def fit(self, target: Target, given: PromptParts, share: float, beside: str = "") -> FittedParts:
        """Return material that fits, `share` (0..1) of what there is room for with the text `beside` it.

        Raises an OrchdError, or NoAnswerError, when a text has to be condensed and can't be.
        """
        self._cuts, self._cost = [], Cost()
        left = room(self._trimmer.context(target) - self._size(target, beside), share)
        guidance = (await self._trimmer.shorten(target, given.guidance, left // 8)).text
        left -= self._size(target, guidance)
        order = await self._condense(target, given.order, left * 3 // 4, _ORDER_DIGEST, _ORDER_JOIN, ORDER_CUT)
        left -= self._size(target, order)
        around_limit = self._around_limit(target, given, left)
        step = given.order[:STEP_CHARACTERS]
        around = await self._condense(
            target,
            given.around,
            around_limit,
            _DIGEST.format(step=step),
            _DIGEST_JOIN.format(step=step),
            TEXT_CUT,
        )
        parts = await self._parts(target, given.parts, left - self._size(target, around))
        return FittedParts(PromptParts(order, guidance, around, parts), tuple(self._cuts), self._cost)

    def _around_limit(self, target: Target, given: PromptParts, left: int) -> int:
        """Return what the task's text may have: all that the other results don't need, and half in any case."""
        needed = sum(self._size(target, part.text, part.title) for part in given.parts)
        return max(left // 2, left - needed)

    async def _condense(
        self, target: Target, text: str, limit: int, instruction: str, join: str, cut: TaskAssignmentGround
    ) -> str:
        """Return a text whole if it fits, else condensed by the model, which `cut` says, and that cut if it is still
        too long."""
        if self._size(target, text) <= limit:
            return text
        done = self._digests.get((target, text))
        if done is None:
            done = await self._digest(target, text, instruction, join)
        self._cuts.append(cut)
        return (await self._trimmer.shorten(target, done, limit)).text

    async def _digest(self, target: Target, text: str, instruction: str, join: str) -> str:
        try:
            digest = await self._trimmer.digest(self._user, target, text, instruction, join)
        except NoAnswerError as failed:
            raise NoAnswerError(failed.error, self._cost.plus(failed.spent), failed.model) from failed
        self._cost = self._cost.plus(digest.cost)
        self._digests[target, text] = digest.text
        return digest.text

    async def _parts(self, target: Target, parts: Sequence[Part], left: int) -> tuple[Part, ...]:
        """Return other results, each cut to its share; their headings count too."""
        left -= sum(self._size(target, part.title) + 16 for part in parts)
        limits = shares([self._size(target, part.text) for part in parts], left)
        found: list[Part] = []
        for part, limit in zip(parts, limits, strict=True):
            short = await self._trimmer.shorten(target, part.text, limit)
            if short.left_out:
                self._cuts.append(TaskAssignmentGround(code="result_cut", title=part.title, count=short.left_out))
            found.append(Part(part.subtask_id, part.title, short.text))
        return tuple(found)

    def _size(self, target: Target, *texts: str) -> int:
        return sum(self._trimmer.at_most(target, text) for text in texts)
