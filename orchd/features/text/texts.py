"""What other features do with texts: fit one into a model's context, or have a long one worked through."""

from typing import NamedTuple

from orchd.errors import UpstreamError
from orchd.features.text.cutting.counting import Counting, CountTarget
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.processing.process import UNKNOWN_CONTEXT_TOKENS, Processing, ProcessOptions
from orchd.features.text.queries import Job
from orchd.llm import Cost, NoAnswerError
from orchd.llm.types import Target
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import LOCAL

MARK_TOKENS = 24
"""Left for the note in place of what is left out."""

PARALLEL = 2


class ShortenedText(NamedTuple):
    """A text that fits, and how many code points of it were left out: 0 when it is whole."""

    text: str
    left_out: int


class Digest(NamedTuple):
    """What a long text came to, and what that cost."""

    text: str
    cost: Cost


class Texts:
    """The door's object."""

    def __init__(self, counting: Counting, cutting: Cutting, processing: Processing) -> None:
        self._counting = counting
        self._cutting = cutting
        self._processing = processing

    def at_most(self, target: Target, text: str) -> int:
        """Return the tokens that a text hardly ever exceeds with this model. Never waits."""
        return self._counting.basis(_count_target(target)).at_most(text)

    def context(self, target: Target) -> int:
        """Return the tokens of a model's context; where its server does not tell, what is taken for it."""
        return target.model.context or UNKNOWN_CONTEXT_TOKENS

    async def shorten(self, target: Target, text: str, limit: int) -> ShortenedText:
        """Return a text of `limit` tokens at most: beginning and end, and a note where something is left out.

        Without room for the note nothing is left. Waits for the server's tokenizer some seconds at most, and raises
        what a worker for long texts does.
        """
        if self.at_most(target, text) <= limit:
            return ShortenedText(text, 0)
        if limit <= MARK_TOKENS:
            return ShortenedText("", len(text))
        gap, _ = await self._cutting.truncate(_count_target(target), text, limit - MARK_TOKENS, "both")
        left_out = gap.end - gap.start
        if left_out == 0:
            return ShortenedText(text, 0)
        note = f"\n[… {left_out} characters left out …]\n"
        return ShortenedText(text[: gap.start] + note + text[gap.end :], left_out)

    async def digest(self, user: int, target: Target, text: str, instruction: str, reduce: str) -> Digest:
        """Have a model follow `instruction` on each part of a text, then `reduce` on all the answers: `text:process`.

        May take minutes. Raises Invalid (too long for so small a context), Unavailable, NotFound, NoAnswerError.
        """
        job = Job(user, text, instruction, reduce, target.full_name)
        done, cost = await self._processing.begin(_SilentOwner(user), job, ProcessOptions(None, 0, PARALLEL))
        if done.result is None:
            failed = done.error or next((part.error for part in done.parts if part.error is not None), None)
            why = "" if failed is None else f": {failed.message}"
            error = UpstreamError(f"the text could not be worked through{why}", reason="digest")
            raise NoAnswerError(error, cost, target.full_name)
        return Digest(done.result, cost)


class _SilentOwner:
    """Whose job it is, when nobody watches its progress."""

    def __init__(self, user_id: int) -> None:
        self.identity = LOCAL._replace(user_id=user_id)

    def emit(self, kind: FrameType[Payload], payload: Payload) -> None:
        """Nobody is told."""


def _count_target(target: Target) -> CountTarget:
    return CountTarget(target.model.id, target)
