"""Making one answer of many: in as many rounds as it takes, since all of them may not fit into one prompt."""

from collections.abc import Callable, Sequence

import trio

from orchd.errors import TooLarge
from orchd.features.text.processing.asking import ChunkAsker, Reply

MAX_BYTES = 256 * 1024
"""Of one answer to many."""


def question(instruction: str, answers: Sequence[str]) -> str:
    """Return what to ask for a group of answers."""
    listed = "\n\n".join(f"### Part {number}\n\n{answer}" for number, answer in enumerate(answers, 1))
    return f"{instruction}\n\nThese are the answers to the parts of a text, in order:\n\n{listed}"


def groups(answers: Sequence[str], room: int, measure: Callable[[str], int]) -> list[list[str]]:
    """Return neighbouring answers put together as far as they fit into `room`.

    Raises TooLarge when no two neighbours fit together: then nothing would become less.
    """
    found: list[list[str]] = []
    left = 0
    for answer in answers:
        size = measure(answer)
        if not found or size > left:
            found.append([])
            left = room
        found[-1].append(answer)
        left -= size
    if len(found) == len(answers) > 1:
        raise TooLarge("the answers to the parts are too long to be put together by this model")
    return found


async def reduce(
    answers: Sequence[str],
    instruction: str,
    asking: ChunkAsker,
    room: int,
    measure: Callable[[str], int],
    tell: Callable[[int, int], None],
) -> Reply:
    """Return the one answer to all, or the first failure. `tell` hears the calls done and planned.

    A single answer is asked about too, at the end; a group of one in between is left as it is. Raises TooLarge.
    """
    level, done = list(answers), 0
    while True:
        found = groups(level, room, measure)
        wanted = [index for index, group in enumerate(found) if len(group) > 1 or len(found) == 1]
        replies: dict[int, Reply] = {}
        tell(done, done + len(wanted))

        async def ask(index: int, group: list[str], planned: int, replies: dict[int, Reply] = replies) -> None:
            nonlocal done
            replies[index] = await asking.ask(question(instruction, group), MAX_BYTES, instruction=instruction)
            done += 1
            tell(done, planned)

        async with trio.open_nursery() as nursery:
            for index in wanted:
                nursery.start_soon(ask, index, found[index], done + len(wanted))
        failed = next((reply for reply in replies.values() if reply.error is not None), None)
        if failed is not None or len(found) == 1:
            return failed or replies[0]
        level = [replies[index].text or "" if index in replies else group[0] for index, group in enumerate(found)]
