"""The door for other features: fitting texts into a context, and working through long ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Invalid, OrchdError, UpstreamError
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.processing.process import Processing
from orchd.features.text.texts import MARK_TOKENS, Texts
from orchd.llm import NoAnswerError
from orchd.storage import Database
from orchd.worker.pool import InPlace
from tests.features.text.texts import TEXTS, TokenizedBackends, counting

LONG = "".join(f"This is sentence number {number} of a long text. " for number in range(400))


class Unstored(Processing):
    """There is no database where nothing is worked through."""

    def __init__(self) -> None:
        """Nothing is kept."""


def cutter(backends: TokenizedBackends) -> Texts:
    counter = counting(backends)
    return Texts(counter, Cutting(counter, InPlace()), Unstored())


@given(text=TEXTS, limit=st.integers(0, 200))
async def test_what_is_shortened_fits(text: str, limit: int) -> None:
    backends = TokenizedBackends()
    texts = cutter(backends)
    short = await texts.shorten(backends.target, text, limit)
    assert texts.at_most(backends.target, short.text) <= limit
    assert (short.left_out == 0) == (short.text == text)


async def test_beginning_and_end_stay_around_a_note() -> None:
    backends = TokenizedBackends()
    short = await cutter(backends).shorten(backends.target, LONG, 200)
    assert short.text.startswith("This is sentence number 0 ")
    assert short.text.rstrip().endswith("number 399 of a long text.")
    assert f"[… {short.left_out} characters left out …]" in short.text


async def test_there_is_no_room_for_a_note_alone() -> None:
    backends = TokenizedBackends()
    assert await cutter(backends).shorten(backends.target, LONG, MARK_TOKENS) == ("", len(LONG))


async def test_the_tokenizer_decides_where_there_is_one() -> None:
    backends = TokenizedBackends(lambda text: len(text) // 100)
    assert (await cutter(backends).shorten(backends.target, LONG, 210)).left_out == 0


@pytest.mark.parametrize(("known", "taken"), [(777, 777), (None, 4096)])
async def test_an_unknown_context_is_taken_for_a_small_one(known: int | None, taken: int) -> None:
    backends = TokenizedBackends(context=known)
    assert cutter(backends).context(backends.target) == taken


class Desk:
    """Texts on a real database; questions are answered by their first word, unless `broken`."""

    def __init__(self, store: Database, context: int = 1000) -> None:
        self.backends = TokenizedBackends(context=context)
        self.backends.answer = self.answer
        self.broken: OrchdError | None = None
        counter = counting(self.backends)
        processing = Processing(store, self.backends, counter, Cutting(counter, InPlace()))
        self.texts = Texts(counter, Cutting(counter, InPlace()), processing)

    async def answer(self, question: str) -> str:
        if self.broken is not None:
            raise self.broken
        return question.split()[0]


async def test_a_long_text_is_digested(store: Database) -> None:
    desk = Desk(store)
    digest = await desk.texts.digest(0, desk.backends.target, LONG, "Note it.", "Join it.")
    assert digest.text == "Join"
    assert digest.cost.calls == len(desk.backends.questions) > 2
    assert desk.backends.questions[-1].count("Note") == digest.cost.calls - 1


async def test_why_a_text_cannot_be_digested(store: Database) -> None:
    desk = Desk(store)
    desk.broken = Invalid("no such luck")
    with pytest.raises(NoAnswerError, match="no such luck") as failed:
        await desk.texts.digest(0, desk.backends.target, LONG, "Note it.", "Join it.")
    assert isinstance(failed.value.error, UpstreamError)
    assert failed.value.error.reason == "digest"


async def test_an_instruction_needs_room(store: Database) -> None:
    desk = Desk(store, context=100)
    with pytest.raises(Invalid, match="no room"):
        await desk.texts.digest(0, desk.backends.target, LONG, "Note it. " * 50, "Join it.")
