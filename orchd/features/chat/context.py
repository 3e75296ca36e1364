"""What of a conversation a model is shown: whole messages, as roles, cut to its context.

The system prompt and the last message always stay; older messages go first, whole. Instructions follow the system
prompt, as many as have room in a quarter of the context. Sizes are estimates, since most
servers have no tokenizer to ask: a third of the UTF-8 length errs towards too many tokens in every language, and too
many is the safe side, because some servers answer an overflow with an empty stream.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby
from operator import attrgetter
from sys import getsizeof
from typing import NamedTuple

import msgspec

from orchd.budget import MemoryBudget
from orchd.features.chat.messages import ChatFile
from orchd.features.chat.rows import AttachingTurn, Foreseen, StoredExchange
from orchd.llm import PlaceListener, answer_of
from orchd.llm.types import IMAGE_TOKENS, Prompt, Sampling, Target, Turn

BYTES_PER_TOKEN = 3
TOKENS_PER_MESSAGE = 8
"""What templates add around a message."""

GO_ON = "Your last message was cut off. Continue it exactly where it ends, without repeating any of it."
"""What a model is asked that can't go on with a text that is put into its mouth."""


class ContextLimits(NamedTuple):
    """What contexts may take: bytes read for one, and the memory of all."""

    max_bytes: int
    budget: MemoryBudget


def memory(exchange: StoredExchange) -> int:
    """Return about how many bytes an exchange takes while it is answered: its texts, and the request that has them."""
    texts = [turn.content for turn in exchange.branch]
    texts += [
        exchange.system_prompt or "",
        *exchange.instructions.texts,
        "" if exchange.prefix is None else exchange.prefix.text("content"),
    ]
    sent = (file for turn in exchange.branch if isinstance(turn, AttachingTurn) for file in turn.files)
    return 2 * sum(map(getsizeof, texts)) + files_memory(sent)


def files_memory(files: Iterable[ChatFile]) -> int:
    """Return about how many bytes files take while they are shown to a model: as Base64, and in the request."""
    return 3 * sum(file.size for file in files)


def estimate_tokens(text: str) -> int:
    """Return an upper estimate of the tokens of one message."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE


def turn_tokens(turn: Turn) -> int:
    """Return an estimate of the tokens of a turn, its images included."""
    return estimate_tokens(turn.content) + IMAGE_TOKENS * len(turn.images)


def build(
    branch: Sequence[Turn],
    system_prompt: str | None,
    context: int | None,
    max_tokens: int | None,
    keep: int = 1,
    instructions: Sequence[str] = (),
) -> tuple[Turn, ...]:
    """Return the turns to send: the system prompt, then as much of the end of `branch` as fits.

    `branch` is oldest first; its last `keep` turns always stay, and begin with a user's. `context` is the model's, in
    tokens; None is not cut. Room for the answer is `max_tokens`, a quarter of the context at most.
    """
    turns = _merge([_answer(turn) for turn in branch if turn.content or turn.images])
    system = "\n\n".join(text for text in (system_prompt, *_first_that_fit(instructions, context)) if text)
    head = (Turn("system", system),) if system else ()
    if context is None:
        return (*head, *turns)
    quarter = context // 4
    room = context - (quarter if max_tokens is None else min(max_tokens, quarter))
    room -= sum(estimate_tokens(turn.content) for turn in head)
    return (*head, *_last_that_fit(turns, room, keep))


def prompt(
    exchange: StoredExchange | Foreseen,
    context: int | None,
    sampling: Sampling,
    most_tokens: int | None = None,
    *,
    sees: bool | None = None,
    keeper: PlaceListener | None = None,
) -> Prompt:
    """Return what to ask a model with `context` tokens for the answer of `exchange`, which `most_tokens` bounds where
    `sampling` doesn't. `sees`: whether the model can be shown images; None: it is tried. `keeper` hears where the
    answer is kept.
    """
    branch, keep = [_without_images(turn) if sees is False else turn for turn in exchange.branch], 1
    begun = "" if exchange.prefix is None else exchange.prefix.text("content")
    if begun:
        branch.append(Turn("assistant", begun))
        keep = 2
        if not exchange.prefilled:
            branch.append(Turn("user", GO_ON))
            keep = 3
    system, instructions = exchange.system_prompt, exchange.instructions.texts
    turns = build(branch, system, context, sampling.max_tokens, keep, instructions)
    prefill = bool(begun) and exchange.prefilled
    return Prompt(turns, sampling, prefill=prefill, most_tokens=most_tokens, keep=keeper)


def reprompt(
    exchange: StoredExchange | Foreseen,
    sampling: Sampling,
    target: Target,
    *,
    most_tokens: int | None = None,
    keeper: PlaceListener | None = None,
) -> Prompt:
    """Return what to ask a fall-back: cut to its context, and for the rest of an answer by the way that any model has,
    since nobody knows whether this one goes on with a text itself.
    """
    exchange, model = exchange._replace(prefilled=False), target.model
    return prompt(exchange, model.context, sampling, most_tokens, sees=model.sees, keeper=keeper)


def _first_that_fit(instructions: Sequence[str], context: int | None) -> Sequence[str]:
    """Return the instructions that a quarter of the context holds, whole ones, up to the first that it doesn't."""
    if context is None:
        return instructions
    return instructions[: sum(total <= context // 4 for total in accumulate(map(estimate_tokens, instructions)))]


def _last_that_fit(turns: list[Turn], room: int, keep: int) -> list[Turn]:
    must = start = max(0, len(turns) - keep)
    room -= sum(map(turn_tokens, turns[start:]))
    while start > 0:
        room -= turn_tokens(turns[start - 1])
        if room < 0:
            break
        start -= 1
    while turns[start].role == "assistant" and start < must:
        start += 1  # strict templates want the user to begin
    return turns[start:]


def _answer(turn: Turn) -> Turn:
    """Return a turn without the reasoning in it, which a model isn't shown again."""
    if turn.role != "assistant":
        return turn
    answer = answer_of(turn.content)
    return msgspec.structs.replace(turn, content=answer) if answer and answer != turn.content else turn


def _merge(turns: list[Turn]) -> list[Turn]:
    """Join neighbours of one role, which failed answers leave behind: strict templates refuse them."""
    return [_join(list(run)) for _, run in groupby(turns, attrgetter("role"))]


def _join(turns: list[Turn]) -> Turn:
    text = "\n\n".join(turn.content for turn in turns)
    return Turn(turns[0].role, text, images=tuple(image for turn in turns for image in turn.images))


def _without_images(turn: Turn) -> Turn:
    """Return a turn for a model that can't be shown images: it says which there were."""
    notes = (f"[The image “{image.name}” can't be shown to this model.]" for image in turn.images)
    return Turn(turn.role, "\n\n".join(text for text in (*notes, turn.content) if text)) if turn.images else turn
