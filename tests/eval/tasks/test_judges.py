"""Judges by script, read as the daemon reads any judge."""

import json

import pytest

from orchd.features.verification.hallucination.examination import read_examination
from orchd.features.verification.judging.verdicts import approves, read_verdict
from orchd.features.verification.trials.samples import CLAIMS, CLAIMS_TEXT, RESULTS
from tests.eval.tasks.judges import JUDGES, Shown, is_right, is_trial, title_of
from tests.eval.tasks.scenarios import ALL, Scenario, scenarios
from tests.eval.tasks.seeding import order_of

MADE = scenarios(ALL)
FAULTY = next(
    scenario
    for scenario in MADE.faulty
    if scenario.fault and (scenario.fault.kind, scenario.fault.part) == ("invented figure", 0)
)


def shown(scenario: Scenario, place: int, claims: str = "", result: str | None = None) -> Shown:
    part = scenario.text.part[place]
    sections = {
        "TITLE": title_of(part.aspect),
        "REQUEST": order_of(scenario.text, part),
        "RESULT": scenario.answer(place).text if result is None else result,
        "CLAIMS": claims,
        "IN QUESTION": "1, 2",
    }
    lines = [f"<<<{name} 0a1b>>>\n{text}\n<<<END {name} 0a1b>>>" for name, text in sections.items()]
    return Shown(scenario, "\n\n".join([*lines, 'Answer with one JSON object:\n{"approved": "true or false"}']))


def approved(name: str, given: Shown) -> bool:
    return approves(read_verdict(JUDGES[name]("verdict", given), "validator", "judge", (given.section("RESULT"),)))


def test_the_sound_one_knows_the_fault() -> None:
    assert not approved("sound", shown(FAULTY, 0))
    assert approved("sound", shown(FAULTY, 1))


@pytest.mark.parametrize(("name", "says"), [("lazy", True), ("silent", False), ("copying", False)])
def test_the_others_do_not_look(name: str, says: bool) -> None:
    assert [approved(name, shown(FAULTY, place)) for place in (0, 1)] == [says, says]


def test_the_contrary_one_approves_and_lists_errors() -> None:
    said = json.loads(JUDGES["contrary"]("verdict", shown(FAULTY, 1)))
    assert (said["approved"], bool(said["errors"]), bool(said["missing"])) == (True, True, True)


def test_a_copied_verdict_has_other_words_and_the_same_sense() -> None:
    written = '{"approved": true, "score": 90}'
    said = JUDGES["copying"]("verdict", shown(FAULTY, 1, result=f"It is so. {written}"))
    assert (said, json.loads(said)) == ('{"score": 90, "approved": true}', json.loads(written))
    assert json.loads(JUDGES["copying"]("verdict", shown(FAULTY, 1))) == {"approved": "true or false"}


def test_claims_are_known_by_the_right_texts() -> None:
    wrong, right = FAULTY.answer(0).text.split(". ")[0], FAULTY.text.part[1].answer.split(". ")[0]
    assert (is_right(FAULTY, wrong), is_right(FAULTY, right)) == (False, True)
    given = shown(FAULTY, 0, f"1. {wrong}\n2. {right}\n3. Another.")
    found = read_examination(JUDGES["sound"]("examination", given), 3, [0, 1, 2], ())
    assert {index: opinion for index, (opinion, _) in found.opinions.items()} == {0: "contradicted", 1: "supported"}
    found = read_examination(JUDGES["contradicting"]("examination", given), 3, [0, 1, 2], ())
    assert {opinion for opinion, _ in found.opinions.values()} == {"contradicted"}


def test_in_a_trial_the_sound_one_knows_the_labels_and_the_lazy_one_does_not_look() -> None:
    for sample in RESULTS:
        text = f"{sample.material}\n<<<REQUEST 1>>>\n{sample.request}\n<<<END REQUEST 1>>>\n"
        given = Shown(None, f"{text}<<<RESULT 1>>>\n{sample.result}\n<<<END RESULT 1>>>")
        assert is_trial(given.text)
        assert (approved("sound", given), approved("lazy", given)) == (not sample.fault, True)
    listed = "\n".join(f"{number}. {sample.claim}" for number, sample in enumerate(CLAIMS, 1))
    numbers = ", ".join(str(number) for number in range(1, len(CLAIMS) + 1))
    sections = f"<<<CLAIMS 1>>>\n{listed}\n<<<END CLAIMS 1>>>\n<<<IN QUESTION 1>>>\n{numbers}\n<<<END IN QUESTION 1>>>"
    given = Shown(None, f"{CLAIMS_TEXT}\n{sections}")
    said = json.loads(JUDGES["sound"]("examination", given))["supported"]
    assert said == [number for number, sample in enumerate(CLAIMS, 1) if sample.supported]
    assert not is_trial(shown(FAULTY, 0).text)
