import pytest

from orchd.errors import NotFound, Unavailable
from orchd.features.text.cutting.calibration import Calibration
from orchd.features.text.cutting.counting import CAUTIOUS_PER_TURN, Counting, scale_to
from orchd.features.text.cutting.weights import tokens
from orchd.llm.types import Outcome, Prompt, Target, Turn, Usage
from tests.features.text.texts import TokenizedBackends, counting

TEXT = "Some words about nothing. " * 60
TURNS = [Turn("system", "Be brief."), Turn("user", TEXT)]


class Missing(TokenizedBackends):
    def __init__(self, error: NotFound | Unavailable) -> None:
        super().__init__(len)
        self.error = error

    async def resolve(self, asked: str | None, conversation: str | None, default: str | None, **_: object) -> Target:
        raise self.error


async def test_the_tokenizer_comes_first() -> None:
    counter = counting(TokenizedBackends(len))
    chosen = await counter.choose("tiny")
    assert await counter.text(chosen, TEXT) == (len(TEXT), len(TEXT), "exact")
    assert await counter.turns(chosen, TURNS) == (len(TEXT) + 9 + 8, len(TEXT) + 9 + 8, "exact")
    assert await counter.text(chosen, "") == (0, 0, "exact")


async def test_then_what_the_model_counted_before() -> None:
    calibration = Calibration()
    counter = Counting(TokenizedBackends(), calibration, None)
    chosen = await counter.choose(None)
    assert chosen.target is not None
    counted = 2 * tokens(TEXT, "expected")
    for _ in range(3):
        calibration.observe(
            chosen.target, Prompt((Turn("user", TEXT),)), Outcome("stop", "tiny", Usage(counted + 5, 1, counted + 6))
        )
    tally = await counter.text(chosen, TEXT)
    assert tally.method == "calibrated"
    assert tally.tokens == pytest.approx(counted, rel=0.02)
    assert counted <= tally.at_most <= counted * 1.2


async def test_else_a_guess() -> None:
    counter = counting(TokenizedBackends())
    chosen = await counter.choose("tiny")
    assert await counter.text(chosen, TEXT) == (tokens(TEXT, "expected"), tokens(TEXT, "cautious"), "heuristic")
    tally = await counter.turns(chosen, TURNS)
    assert tally.at_most == tokens(TEXT, "cautious") + tokens("Be brief.", "cautious") + 2 * CAUTIOUS_PER_TURN
    assert tally.tokens < tally.at_most


async def test_a_model_that_is_away_is_counted_for_and_an_unknown_one_is_not() -> None:
    away = counting(Missing(Unavailable("away")))
    chosen = await away.choose("tiny")
    assert (chosen.model, chosen.target) == ("tiny", None)
    assert (await away.text(chosen, TEXT)).method == "heuristic"
    unknown = counting(Missing(NotFound("no such model", field="model")))
    with pytest.raises(NotFound):
        await unknown.choose("tiny")
    assert await unknown.choose(None) == (None, None)


def test_a_scale_gives_the_whole_text_its_count() -> None:
    for count in (1, 100, len(TEXT)):
        assert scale_to(TEXT, count).at_most(TEXT) == pytest.approx(count, rel=0.02)
    assert scale_to("", 5).factor == 1.0
