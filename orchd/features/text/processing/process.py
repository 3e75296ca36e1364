"""Working through a text that is too long for one prompt: each chunk by itself, then all the answers together.

The parts are fixed and stored before the first one is asked for, and each answer as it comes. So whatever ends the
request, a lost connection included, costs only the answers under way; the job's id takes it up again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import structlog

from orchd.clock import unix_now
from orchd.errors import Conflict, Invalid, NotFound, OrchdError, Unavailable
from orchd.features.requester import requester_for
from orchd.features.text import queries
from orchd.features.text.cutting.counting import Basis, Counting, CountTarget
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.messages import TextPart, TextProcessed
from orchd.features.text.processing.asking import ChunkAsker, text_error
from orchd.features.text.processing.work import JobOwner, RunningJob
from orchd.features.text.queries import Job
from orchd.llm import Asker, Backends, Cost
from orchd.llm.types import Priority, Target
from orchd.storage import Database

KEPT_MILLISECONDS = 7 * 24 * 3600 * 1000
"""How long a job can be taken up again."""

MAX_PARTS = 500

UNKNOWN_CONTEXT_TOKENS = 4096
"""Taken for the context of a model whose server does not tell."""

ANSWER_SHARE = 4
"""One part in so many of the context is left for the answer."""

AROUND_TOKENS = 64
"""For what stands around a chunk in its prompt, and around the prompt in the model's template."""

WORK_SECONDS = 3600.0
"""For one question, from when the model begins to work on it."""

LARGEST_SIZE, SMALLEST_SIZE = 4096, 16
"""Bounds of a size that is not given: models read long chunks with less care."""


class ProcessOptions(NamedTuple):
    """How a text is to be worked through; sizes in tokens."""

    size: int | None
    overlap: int
    parallel: int


class FinishedJob(NamedTuple):
    """What came of a job, and what the questions asked for it cost now."""

    processed: TextProcessed
    cost: Cost


class Processing:
    """The jobs of this daemon; each runs within its request."""

    def __init__(self, database: Database, backends: Backends, counting: Counting, cutting: Cutting) -> None:
        self._database = database
        self._backends = backends
        self._counting = counting
        self._cutting = cutting
        self._running: set[int] = set()

    async def begin(self, context: JobOwner, job: Job, options: ProcessOptions) -> FinishedJob:
        """Cut the text, store the job, and work through it.

        Raises Invalid naming `size`, `overlap` or `instruction`, NotFound or Unavailable for the model, Unavailable for
        the database. What fails later is told in the reply.
        """
        target = await self._target(context, job.model)
        chosen = CountTarget(target.model.id, target)
        size = _size(target, self._counting.basis(chosen), job, options.size)
        spans, _, _ = await self._cutting.chunk(chosen, job.text, size, options.overlap)
        if len(spans) > MAX_PARTS:
            raise Invalid(
                f"the size is too small: {len(spans)} parts, {MAX_PARTS} at most", field="size", path="$.data.size"
            )
        now, job = unix_now(), job._replace(model=job.model or target.model.id)
        await self._database.write(queries.forget, now - KEPT_MILLISECONDS)
        job_id = await self._database.write(queries.add, job, [(span.start, span.end) for span in spans], now)
        parts = [TextPart(index, span.start, span.end, None, None, None, 0) for index, span in enumerate(spans)]
        return await self._work(context, job_id, job, parts, target, options.parallel)

    async def resume(self, context: JobOwner, job_id: int, model: str | None, parallel: int) -> FinishedJob:
        """Take up a job: do what is missing or has failed, then the last step; by its model unless another is named.

        Raises NotFound for an unknown job or model, Conflict while it runs, Unavailable.
        """
        job, parts = await self._find(context, job_id)
        target = await self._target(context, model or job.model)
        return await self._work(context, job_id, job, parts, target, parallel)

    async def show(self, context: JobOwner, job_id: int) -> TextProcessed:
        """Return what there is of a job, without `result`. Raises NotFound, Unavailable."""
        job, parts = await self._find(context, job_id)
        complete = all(part.output is not None for part in parts)
        return _reply(job_id, job.model or "", parts, None, None, complete=complete)

    async def _find(self, context: JobOwner, job_id: int) -> tuple[Job, list[TextPart]]:
        found = await self._database.read(queries.find, job_id, context.identity.user_id)
        if found is None:
            raise NotFound("there is no such job", field="jobId", path="$.data.jobId")
        return found

    async def _work(
        self,
        context: JobOwner,
        job_id: int,
        job: Job,
        parts: list[TextPart],
        target: Target,
        parallel: int,
    ) -> FinishedJob:
        tokens = target.model.context or UNKNOWN_CONTEXT_TOKENS
        requester = requester_for(context.identity, Priority.TASK, f"text:{job_id}")
        max_tokens = tokens // ANSWER_SHARE if target.model.context else None
        basis = self._counting.basis(CountTarget(target.model.id, target))
        asker = Asker(self._backends, requester, measure=lambda _, text: basis.at_most(text), seconds=WORK_SECONDS)
        asking = ChunkAsker(asker, target, parallel, max_tokens)

        async def save(part: TextPart) -> None:
            try:
                await self._database.write_relaxed(queries.save, job_id, part, unix_now())
            except Unavailable as error:
                structlog.get_logger().warning("a part could not be stored", job_id=job_id, reason=error.message)

        with self._alone(job_id):
            work = RunningJob(context, job_id, job, parts, asking, save)
            await work.run_parts()
            result, error = await work.result(_room(tokens, basis, job.reduce or ""), basis.at_most)
        complete = error is None and all(part.output is not None for part in work.parts)
        done = _reply(job_id, target.model.id, work.parts, result, error, complete=complete)
        return FinishedJob(done, asker.cost)

    @contextmanager
    def _alone(self, job_id: int) -> Iterator[None]:
        if job_id in self._running:
            raise Conflict("this job is being worked on", field="jobId", path="$.data.jobId")
        self._running.add(job_id)
        try:
            yield
        finally:
            self._running.remove(job_id)

    async def _target(self, context: JobOwner, model: str | None) -> Target:
        requester = requester_for(context.identity, Priority.TASK)
        return await self._backends.resolve(model, None, self._counting.default_model, requester=requester)


def _size(target: Target, basis: Basis, job: Job, wanted: int | None) -> int:
    """Return the size of the chunks: the one wanted if it fits into the model's context, else a fitting one."""
    context = target.model.context
    room = _room(context or UNKNOWN_CONTEXT_TOKENS, basis, job.instruction)
    if wanted is None:
        if room < SMALLEST_SIZE:
            raise Invalid(
                "the instruction leaves no room in the model's context",
                field="instruction",
                path="$.data.instruction",
                context=context,
            )
        return min(room, LARGEST_SIZE)
    if context is not None and wanted > room:
        raise Invalid(
            f"a chunk may have {max(0, room)} tokens in this model's context of {context}",
            field="size",
            path="$.data.size",
            context=context,
        )
    return wanted


def _room(context: int, basis: Basis, instruction: str) -> int:
    """Return the tokens that an instruction and an answer leave of a context."""
    return context - context // ANSWER_SHARE - basis.at_most(instruction) - AROUND_TOKENS


def _reply(
    job_id: int, model: str, parts: list[TextPart], result: str | None, error: OrchdError | None, *, complete: bool
) -> TextProcessed:
    return TextProcessed(
        job_id=job_id,
        model=model,
        parts=parts,
        failed=sum(part.output is None for part in parts),
        complete=complete,
        result=result,
        error=None if error is None else text_error(error),
    )
