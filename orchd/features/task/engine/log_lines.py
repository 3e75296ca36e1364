"""What the log says of tasks: numbers and states only, since titles and reasons hold what people wrote."""

from collections import Counter

import structlog

from orchd.errors import OrchdError, for_log
from orchd.features.task.core.rows import ENDED, StepKey
from orchd.features.task.core.state import TaskState


def log_start(state: TaskState) -> None:
    """A daemon has acquired a task."""
    task = state.task
    structlog.get_logger().info("task started", task=task.id, state=task.status, round=task.round)


def log_rest(state: TaskState, steps: int, seconds: float) -> None:
    """It has released it: the task has ended, or waits for somebody or something. `steps` ran, in `seconds`."""
    task, log = state.task, structlog.get_logger()
    about = {"task": task.id, "state": task.status, "steps": steps, "seconds": round(seconds, 3)}
    if task.status not in ENDED:
        log.info("task waiting", **about, waits_for=task.waits_for or None)
        return
    tell = log.warning if task.status == "failed" else log.info
    subtasks = Counter(subtask.status for subtask in state.subtasks.values())
    tell("task ended", **about, calls=task.calls, tokens=task.tokens, subtasks=dict(subtasks))


def log_release(task_id: int, steps: int, seconds: float) -> None:
    """This daemon no longer owns it: it was cancelled, deleted, or acquired by another daemon."""
    structlog.get_logger().info("task released", task=task_id, steps=steps, seconds=round(seconds, 3))


def step_failed(state: TaskState, key: StepKey, error: OrchdError) -> None:
    """A step has failed; whether it is tried again the task decides."""
    texts = [state.task.title, state.task.description]
    texts += [text for subtask in state.subtasks.values() for text in (subtask.title, subtask.prompt)]
    structlog.get_logger().warning(
        "task step failed",
        task=state.task.id,
        step=key.name,
        attempt=key.attempt,
        error=error.code,
        reason=for_log(error, *texts),
    )
