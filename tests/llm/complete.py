"""A whole answer, for tests of what brings it here."""

from typing import Any, NamedTuple

from orchd.llm import Backends, Outcome, Prompt, Recording, Target


class Completion(NamedTuple):
    """The answer, the thoughts before it, and how it ended."""

    content: str
    reasoning: str
    outcome: Outcome


async def complete(backends: Backends, target: Target, prompt: Prompt, **named: Any) -> Completion:
    """Generate an answer and return it whole. Raises like `Backends.stream`."""
    recording = Recording(target)
    outcome = await backends.stream(target, prompt, recording, **named)
    reasoning, content = recording.split()
    return Completion(content, reasoning, outcome)
