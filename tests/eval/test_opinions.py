import json
from pathlib import Path

import pytest

from orchd.features.verification.checking.checkers import ClaimChecker, made_for_it
from orchd.llm import Priority, Requester, Scorer
from orchd.llm.types import ANY_REQUESTER
from tests.checking import CheckingBackends
from tests.eval import opinions
from tests.eval.opinions import Example, Measured, balanced, best_weight, judged, loss, measure, row, sets

TEXT = "The mill was built in 1820 by Ann Reed. It ground wheat until 1960, and is a museum today."
EXAMPLES = [
    Example(TEXT, "Ann Reed built the mill in 1820.", True),
    Example(TEXT, "People can visit what once made flour.", True),
    Example(TEXT, "The mill stopped grinding in 1960.", True),
    Example(TEXT, "The mill burnt down in a storm.", False),
    Example(TEXT, "Ann Reed sold it to a brewery.", False),
    Example(TEXT, "The mill is on an island.", False),
]
TRUE = {example.claim for example in EXAMPLES if example.supported}


async def measured(share: float, other: float) -> list[Measured]:
    """What comes of a checker that gives true claims one share and the others another."""
    backends = CheckingBackends("bespoke-minicheck")
    backends.thinks = lambda shown: share if any(claim in shown for claim in TRUE) else other
    (checker,) = made_for_it(backends, (), ANY_REQUESTER)
    return await measure(Scorer(backends, Requester(Priority.BACKGROUND), 9.0), checker, EXAMPLES)


async def test_a_good_checker_is_worth_much_and_a_bad_one_nothing() -> None:
    good, bad = await measured(0.95, 0.05), await measured(0.05, 0.95)
    assert [measure.example for measure in good] == EXAMPLES
    assert best_weight(good) > 0.5
    assert best_weight(bad) == 0.0
    assert loss(good, best_weight(good)) < loss(good, 0.0)
    assert row("mill", good).split()[-4:-2] == ["1.000", "1.000"]


async def test_without_answers_there_is_nothing_to_compare() -> None:
    backends = CheckingBackends("bespoke-minicheck")
    backends.thinks = lambda shown: None
    (checker,) = made_for_it(backends, (), ANY_REQUESTER)
    silent = await measure(Scorer(backends, Requester(Priority.BACKGROUND), 9.0), checker, EXAMPLES)
    assert "too few answers" in row("mill", silent)
    assert best_weight([measure for measure in silent if measure.said is not None]) == 0.0


def test_balanced_accuracy_is_the_mean_of_both_sides() -> None:
    some = [Measured(example, item) for example in EXAMPLES if (item := opinions.weakest(example)) is not None]
    assert balanced(judged(some, [1.0 if measure.example.supported else 0.0 for measure in some])) == 1.0
    assert balanced(judged(some, [1.0] * len(some))) == 0.5


def test_the_sets_are_those_here_or_those_of_a_directory(tmp_path: Path) -> None:
    assert set(sets(None, 5)) == {"dev", "heldout"}
    lines = [json.dumps(example._asdict()) for example in EXAMPLES]
    (tmp_path / "mill.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    found = sets(tmp_path, 4)
    assert list(found) == ["mill"]
    assert len(found["mill"]) == 4
    assert sets(tmp_path, 4) == found, "the same are drawn each time"


async def test_which_model_is_measured() -> None:
    backends = CheckingBackends("qwen3-8b", "bespoke-minicheck")
    checker = await opinions.chosen(backends, None)
    assert (checker.kind, checker.target.model.id) == ("minicheck", "bespoke-minicheck")
    assert isinstance(checker, ClaimChecker)


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["eval", "--judge", "http://127.0.0.1:9"])
    with pytest.raises(SystemExit, match="could not be measured"):
        opinions.main()
