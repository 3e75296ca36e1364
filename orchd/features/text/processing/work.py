"""One run of a job: its parts asked for side by side, its progress told, its result put together."""

import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Literal, Protocol

import trio
from msgspec import structs

from orchd.errors import OrchdError, TooLarge
from orchd.features.text.messages import PROGRESS, TextPart, TextProgress
from orchd.features.text.processing.asking import ChunkAsker, Reply, is_hopeless, text_error
from orchd.features.text.processing.reduce import reduce
from orchd.features.text.queries import Job
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import Identity

PROGRESS_SECONDS = 5.0
"""Longest silence towards the client."""

OUTPUT_BYTES = 1280 * 1024
"""Of all outputs: they go out in one frame, which must not be larger than what a connection may have unsent."""

LEAST_BYTES = 2048
"""What each output may have in any case."""


class JobOwner(Protocol):
    """On whose behalf a job runs, and who is told of its progress: a request, or another feature."""

    @property
    def identity(self) -> Identity:
        """Whose job it is."""

    def emit(self, kind: FrameType[Payload], payload: Payload) -> None:
        """Tell of progress."""


class RunningJob:
    """A job in progress. `parts` says what became of each; `save` stores one."""

    def __init__(
        self,
        context: JobOwner,
        job_id: int,
        job: Job,
        parts: list[TextPart],
        asking: ChunkAsker,
        save: Callable[[TextPart], Awaitable[None]],
    ) -> None:
        self.parts = parts
        self._context = context
        self._job_id = job_id
        self._job = job
        self.asking = asking
        self._save = save
        self._begun = time.monotonic()
        self._hopeless: OrchdError | None = None
        self._tried = {part.index for part in parts if part.output is not None}
        self._reduced: tuple[int, int] | None = None

    async def run_parts(self) -> None:
        """Ask for every part that has no output yet, in their order. Raises nothing."""
        missing = iter([part for part in self.parts if part.output is None])
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._repeat_progress)
            self._tell()
            async with trio.open_nursery() as asking:
                for _ in range(self.asking.parallel):
                    asking.start_soon(self._run_each, missing)
            nursery.cancel_scope.cancel()

    async def result(self, room: int, measure: Callable[[str], int]) -> tuple[str | None, OrchdError | None]:
        """Return the one answer to all outputs, failed ones noted in their place, or why there is none.

        Both are None where there is nothing to do.
        """
        if self._job.reduce is None or all(part.output is None for part in self.parts):
            return None, None
        outputs = [self._show(part) for part in self.parts]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._repeat_progress)
            reply = await self._reduce(outputs, self._job.reduce, room, measure)
            nursery.cancel_scope.cancel()
        return reply.text, reply.error

    async def _reduce(self, outputs: list[str], instruction: str, room: int, measure: Callable[[str], int]) -> Reply:
        try:
            return await reduce(outputs, instruction, self.asking, room, measure, self._tell_reduced)
        except TooLarge as error:
            return Reply(None, None, error, 0)

    async def _run_each(self, missing: Iterator[TextPart]) -> None:
        """Ask for one part after another, of those that nobody else has taken."""
        for part in missing:
            await self._run_part(part)

    async def _run_part(self, part: TextPart) -> None:
        """Ask for one part, unless another one has shown that asking is no use."""
        question = self._question(part)
        max_bytes = max(LEAST_BYTES, OUTPUT_BYTES // len(self.parts))
        reply = await self.asking.ask(question, max_bytes, lambda: self._hopeless, self._job.instruction)
        if reply.error is not None and is_hopeless(reply.error):
            self._hopeless = reply.error
        part = structs.replace(
            part,
            output=reply.text,
            finish_reason=reply.finish_reason,
            error=None if reply.error is None else text_error(reply.error),
            attempts=part.attempts + reply.attempts,
        )
        self.parts[part.index] = part
        await self._save(part)
        self._tried.add(part.index)
        self._tell()

    def _question(self, part: TextPart) -> str:
        place = f"This is part {part.index + 1} of {len(self.parts)} of the text:\n\n" if len(self.parts) > 1 else ""
        return f"{self._job.instruction}\n\n{place}{self._job.text[part.start : part.end]}"

    def _show(self, part: TextPart) -> str:
        if part.output is not None:
            return part.output
        why = "" if part.error is None else f": {part.error.message}"
        return f"[part {part.index + 1} of {len(self.parts)} failed{why}]"

    async def _repeat_progress(self) -> None:
        while True:
            await trio.sleep(PROGRESS_SECONDS)
            self._tell()

    def _tell_reduced(self, done: int, total: int) -> None:
        self._reduced = (done, total)
        self._tell()

    def _tell(self) -> None:
        phase: Literal["map", "reduce"] = "map"
        done = sum(part.output is not None for part in self.parts)
        failed, total = len(self._tried) - done, len(self.parts)
        if self._reduced is not None:
            phase, failed = "reduce", 0
            done, total = self._reduced
        elapsed = round((time.monotonic() - self._begun) * 1000)
        self._context.emit(PROGRESS, TextProgress(self._job_id, phase, done, max(0, failed), total, elapsed))
