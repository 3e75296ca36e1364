"""SQL of the tables `text_job` and `text_part`."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from orchd.features.text.messages import TextError, TextPart
from orchd.storage import Statement, Steps


class Job(NamedTuple):
    """A long text and what is to be done with it; `model` as it was asked for, else the one that was chosen."""

    user_id: int
    text: str
    instruction: str
    reduce: str | None
    model: str | None = None


def add(job: Job, spans: Sequence[tuple[int, int]], now: int) -> Steps[int]:
    """Insert a job with its parts, none of them done; return its id."""
    inserted = yield Statement(
        "INSERT INTO text_job (user_id, body, instruction, reduction, model, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*job, now, now),
    )
    for part, (start, end) in enumerate(spans):
        yield Statement(
            "INSERT INTO text_part (job_id, part, start_at, end_at, attempts) VALUES (?, ?, ?, ?, 0)",
            (inserted.last_id, part, start, end),
        )
    return inserted.last_id


def find(job_id: int, user: int) -> Steps[tuple[Job, list[TextPart]] | None]:
    """Return a job of this user with its parts in order, None when there is none."""
    found = yield Statement(
        "SELECT user_id, body, instruction, reduction, model FROM text_job WHERE id = ? AND user_id = ?",
        (job_id, user),
    )
    if not found.rows:
        return None
    parts = yield Statement(
        "SELECT part, start_at, end_at, output, finish_reason, error_json, attempts FROM text_part"
        " WHERE job_id = ? ORDER BY part",
        (job_id,),
    )
    return Job(*found.rows[0]), [_part(*row) for row in parts.rows]


def save(job_id: int, part: TextPart, now: int) -> Steps[None]:
    """Store what became of a part."""
    error = None if part.error is None else msgspec.json.encode(part.error).decode()
    yield Statement(
        "UPDATE text_part SET output = ?, finish_reason = ?, error_json = ?, attempts = ?"
        " WHERE job_id = ? AND part = ?",
        (part.output, part.finish_reason, error, part.attempts, job_id, part.index),
    )
    yield Statement("UPDATE text_job SET updated_at = ? WHERE id = ?", (now, job_id))


def forget(before: int) -> Steps[int]:
    """Delete the jobs last worked on before a time, with their parts; return how many."""
    removed = yield Statement("DELETE FROM text_job WHERE updated_at < ?", (before,))
    return removed.changed


def _part(
    part: int,
    start: int,
    end: int,
    output: str | None,
    finish_reason: str | None,
    error_json: str | None,
    attempts: int,
) -> TextPart:
    error = None if error_json is None else msgspec.json.decode(error_json, type=TextError)
    return TextPart(part, start, end, output, finish_reason, error, attempts)
