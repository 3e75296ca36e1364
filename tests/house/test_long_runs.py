"""Every place where a text of a client's or a model's is read takes linear time for long runs of any characters.

What is heavy works in a process of its own (`orchd.worker`), and patterns are tried one by one (`test_patterns`). This
is about what stands around them: loops, cuts, joins. Each entry is given a run of each class of characters.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest

from orchd.claims import Source, ends, ledger, normal
from orchd.claims.texts.segments import segments
from orchd.errors import OrchdError
from orchd.features import make_codec
from orchd.features.chat.answer.loops import LoopDetector
from orchd.features.conversation import title_of
from orchd.features.models import check_response, repetition
from orchd.features.models.generating.structured import check_value
from orchd.features.task.core.plan_check import UnusablePlan
from orchd.features.task.core.results import Part
from orchd.features.task.workers.consolidating import link_parts
from orchd.features.task.workers.plan_reading import read_plan
from orchd.features.text.cutting.counting import Basis
from orchd.features.text.cutting.cuts import cut_chunks, cut_text, cut_turns
from orchd.features.verification.judging.model_family import families, plain
from orchd.features.verification.judging.reading import Unreadable, read_object
from orchd.features.verification.judging.verdicts import read_verdict
from orchd.llm.answers.think import ThinkSplitter
from orchd.llm.answers.thoughts import split_thoughts
from orchd.llm.answers.words import read_body
from orchd.llm.types import Turn
from orchd.llm.wire.sse import EventParser
from orchd.masking import mask_text
from orchd.protocol.codec import FrameRefused
from tests.growth import is_square
from tests.house.patterns import UNITS

BASIS = Basis("heuristic", "cautious", 1.0, 1.0)
CODEC = make_codec()
SENTENCE = "The bridge opened in 1937 and it is 1,280 metres long. "
SIZE = 2_000
NOISE = 0.004
"""Seconds that say nothing of how something grows. The square of any work on each of 8 000 characters takes more."""

FEW = (" ", "\n", "7", "a", "\u0301", ".", '"', "(", "a.", "1,", " \n", "字", "Yes.\n", "- a\n", "| a\n")
"""For what takes long."""


def frame(text: str) -> None:
    with suppress(FrameRefused):
        CODEC.decode('{"type":"chat:send","id":"1","data":' + text)


def fed(text: str, add: Callable[[str], object]) -> None:
    for start in range(0, len(text), 4):
        add(text[start : start + 4])


def stream(text: str) -> None:
    parser = EventParser()
    for start in range(0, len(text), 64):
        parser.feed(text[start : start + 64].encode())


def plan(text: str) -> None:
    with suppress(UnusablePlan):
        read_plan('{"subtasks": [' + text, [])


def judged(text: str) -> None:
    with suppress(Unreadable):
        read_object('{"a": 1}', ["a"], [text])


def value(text: str) -> None:
    with suppress(OrchdError):
        check_value("Here:\n```json\n" + text, {}, 100)


ENTRIES: dict[str, Callable[[str], object]] = {
    "segments": segments,
    "sentences": lambda text: list(ends(text)),
    "normal": normal,
    "cut": lambda text: cut_text(text, "cautious", 1000, len(text) // 2, "both"),
    "cut of turns": lambda text: cut_turns([Turn("user", text)], BASIS, len(text) // 2, 1, "end"),
    "chunks": lambda text: cut_chunks(text, None, max(20, len(text) // 50), 5),
    "estimate": BASIS.text,
    "repetition": repetition,
    "response": lambda text: check_response(f"[{text}]", prompt=text),
    "response without a prompt": check_response,
    "plan": plan,
    "verdict": lambda text: read_verdict(text, "validator", "m", (text,)),
    "judged text": judged,
    "structured answer": value,
    "loop": lambda text: fed(text, LoopDetector(4, 64, 50).add),
    "thoughts": lambda text: fed(text, ThinkSplitter().feed),
    "thoughts of a whole answer": split_thoughts,
    "parts": lambda text: link_parts(text, [Part(1, "a", "b")]),
    "title": title_of,
    "names of models": lambda text: (plain(text), families(text)),
    "mask": lambda text: mask_text(f"://{text}@"),
    "error body": lambda text: read_body(400, text.encode()),
    "events": stream,
    "frame": frame,
}
HEAVY: dict[str, Callable[[str], object]] = {
    "answer": lambda text: ledger(text, [Source("s", SENTENCE)]),
    "source": lambda text: ledger(SENTENCE, [Source("s", text)]),
    "both": lambda text: ledger(text, [Source("s", text)]),
}


def grow(read: Callable[[str], object], unit: str, size: int, noise: float) -> bool:
    def work(length: int) -> Callable[[], object]:
        text = "a" + unit * (length // len(unit)) + "b"
        return lambda: read(text)

    return is_square(work, size, noise)


@pytest.mark.parametrize("entry", ENTRIES)
def test_long_runs_are_read_in_linear_time(entry: str) -> None:
    slow = [unit for unit in UNITS if grow(ENTRIES[entry], unit, SIZE, NOISE)]
    assert not slow


@pytest.mark.parametrize("entry", HEAVY)
def test_a_ledger_takes_linear_time(entry: str) -> None:
    slow = [unit for unit in FEW if grow(HEAVY[entry], unit, SIZE // 2, 2 * NOISE)]
    assert not slow


def test_what_takes_the_square_is_found() -> None:
    """By one look of a few: on a busy machine the short work sometimes takes long, and then it is let pass."""

    def strip(text: str) -> list[str]:
        return [text[place:].lstrip() for place in range(len(text))]

    assert any(grow(strip, " ", SIZE, NOISE) for _ in range(10))
