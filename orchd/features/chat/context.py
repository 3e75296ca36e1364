"""What of a conversation a model is shown: whole messages, as roles, cut to its context.

The system prompt and the last message always stay; older messages go first, whole. Sizes are estimates, since most
servers have no tokenizer to ask: a third of the UTF-8 length errs towards too many tokens in every language, and too
many is the safe side, because some servers answer an overflow with an empty stream.
"""

from collections.abc import Sequence

from orchd.llm.types import Turn

BYTES_PER_TOKEN = 3
TOKENS_PER_MESSAGE = 8
"""What templates add around a message."""


def estimate_tokens(text: str) -> int:
    """Return an upper estimate of the tokens of one message."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE


def build(
    branch: Sequence[Turn], system_prompt: str | None, context: int | None, max_tokens: int | None
) -> tuple[Turn, ...]:
    """Return the turns to send: the system prompt, then as much of the end of `branch` as fits.

    `branch` is oldest first and ends with the user's message. `context` is the model's, in tokens; None is not cut.
    Room for the answer is `max_tokens`, a quarter of the context at most.
    """
    turns = _merged([turn for turn in branch if turn.content])
    head = (Turn("system", system_prompt),) if system_prompt else ()
    if context is None:
        return (*head, *turns)
    quarter = context // 4
    room = context - (quarter if max_tokens is None else min(max_tokens, quarter))
    room -= sum(estimate_tokens(turn.content) for turn in head)
    return (*head, *_last_that_fit(turns, room))


def _last_that_fit(turns: list[Turn], room: int) -> list[Turn]:
    start = len(turns) - 1
    room -= estimate_tokens(turns[start].content)
    while start > 0:
        room -= estimate_tokens(turns[start - 1].content)
        if room < 0:
            break
        start -= 1
    while turns[start].role == "assistant" and start < len(turns) - 1:
        start += 1  # strict templates want the user to begin
    return turns[start:]


def _merged(turns: list[Turn]) -> list[Turn]:
    """Join neighbours of one role, which failed answers leave behind: strict templates refuse them."""
    merged: list[Turn] = []
    for turn in turns:
        if merged and merged[-1].role == turn.role:
            merged[-1] = Turn(turn.role, f"{merged[-1].content}\n\n{turn.content}")
        else:
            merged.append(turn)
    return merged
