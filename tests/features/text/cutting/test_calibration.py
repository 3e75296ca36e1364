import pytest

from orchd.features.text.cutting.calibration import MAX_MODELS, TOKENS_PER_TURN, Calibration
from orchd.features.text.cutting.weights import tokens
from orchd.llm.types import ModelInfo, Outcome, Prompt, Target, Turn, Usage

WORDS = "some words of a prompt that goes on " * 40


def see(calibration: Calibration, model: str, ratio: float, text: str = WORDS) -> None:
    counted = round(tokens(text, "expected") * ratio) + TOKENS_PER_TURN
    outcome = Outcome("stop", model, Usage(counted, 1, counted + 1))
    calibration.observe(Target(ModelInfo(model, "box"), "box"), Prompt((Turn("user", text),)), outcome)


def test_a_model_is_learnt_from_its_own_counts() -> None:
    calibration = Calibration()
    assert calibration.factor("a") is None
    for _ in range(5):
        see(calibration, "a", 1.5)
    found = calibration.factor("a")
    assert found is not None
    assert found.expected == pytest.approx(1.5, rel=0.02)
    assert 1.5 < found.cautious < 1.8
    assert calibration.factor("b") is None
    assert calibration.factor(None) is None


def test_the_past_fades_and_spread_makes_cautious() -> None:
    calibration = Calibration()
    for _ in range(30):
        see(calibration, "a", 0.8)
    steady = calibration.factor("a")
    for _ in range(30):
        see(calibration, "a", 1.2)
    later = calibration.factor("a")
    for ratio in (0.8, 1.4) * 10:
        see(calibration, "a", ratio)
    spread = calibration.factor("a")
    assert steady is not None
    assert later is not None
    assert spread is not None
    assert later.expected == pytest.approx(1.2, rel=0.03)
    assert spread.cautious / spread.expected > steady.cautious / steady.expected


def test_little_is_not_enough_and_nonsense_is_not_believed() -> None:
    calibration = Calibration()
    see(calibration, "a", 1.0, "hello")
    assert calibration.factor("a") is None
    see(calibration, "a", 0.01)
    see(calibration, "a", 50.0)
    calibration.observe(
        Target(ModelInfo("a", "box"), "box"), Prompt((Turn("user", WORDS),)), Outcome("stop", "a", None)
    )
    assert calibration.factor("a") is None


def test_what_is_remembered_is_bounded() -> None:
    calibration = Calibration()
    for number in range(MAX_MODELS + 10):
        see(calibration, f"m{number}", 1.0)
    assert calibration.factor("m9") is None
    assert calibration.factor(f"m{MAX_MODELS + 9}") is not None
