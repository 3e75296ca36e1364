"""The ledger as a whole: what it says of plain cases, that positions are exact, and that nothing makes it fail."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.claims import SUPPORTED, Source, ledger
from orchd.claims.texts.segments import segments
from orchd.claims.texts.talk import claiming
from tests.claims.parts import TEXTS, judged, supported
from tests.examples import examples

BRIDGE = (
    "The bridge opened on May 27, 1937, after four years of work. It is 1,280 metres long and cost about $35 million. "
    "The chief engineer was Joseph Strauss; Charles Ellis did the design. Bicycles are not allowed on it."
)
PONTE = (
    "A ponte foi aberta em 27 de maio de 1937. Tem 1.280 metros e custou R$ 35 milhões. "
    "O engenheiro era José Prado; Carlos Lima fez o projeto. Bicicletas não são permitidas."
)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The bridge opened on 1937-05-27.", BRIDGE),
        ("It opened in May 1937.", BRIDGE),
        ("The bridge is 1.28 km long.", BRIDGE),
        ("It cost roughly 35 million dollars.", BRIDGE),
        ("Charles Ellis designed it.", BRIDGE),
        ("Bicycles are forbidden on the bridge.", BRIDGE),
        ("A ponte foi inaugurada em 27/05/1937.", PONTE),
        ("A ponte tem 1,28 km.", PONTE),
        ("O projeto foi feito por Carlos Lima.", PONTE),
        ("Ellis.", BRIDGE),
        ("42", "The answer is forty-two."),
    ],
)
def test_supported(claim: str, source: str) -> None:
    assert supported(claim, source) >= SUPPORTED


@pytest.mark.parametrize(
    ("claim", "source", "method"),
    [
        ("The bridge opened on May 25, 1937.", BRIDGE, "date"),
        ("The bridge is 1,820 metres long.", BRIDGE, "number"),
        ("It cost about $53 million.", BRIDGE, "number"),
        ("Bicycles are allowed on it.", BRIDGE, "negation"),
        ("The designer was Frank Gehry.", BRIDGE, "name"),
        ("A ponte tem 2.180 metros.", PONTE, "number"),
        ("A ponte foi aberta em 27 de março de 1937.", PONTE, "date"),
        ("Bicicletas são permitidas.", PONTE, "negation"),
        ("Zebras crossed unseen.", BRIDGE, "none"),
    ],
)
def test_not_supported(claim: str, source: str, method: str) -> None:
    (finding,) = judged(claim, source)
    assert finding.support < SUPPORTED
    assert finding.method == method


def test_each_clause_is_a_claim_with_its_own_evidence() -> None:
    answer = "Strauss was the chief engineer and the bridge opened in 1949."
    first, second = judged(answer, BRIDGE)
    assert (first.claim, second.claim) == ("Strauss was the chief engineer", "the bridge opened in 1949.")
    assert first.support > SUPPORTED > second.support
    assert second.evidence is not None
    assert BRIDGE[second.evidence.start : second.evidence.end].startswith("The bridge opened")


def test_what_can_not_be_checked_is_neither() -> None:
    assert [(finding.support, finding.method) for finding in judged("Yes. No.", BRIDGE)] == [(0.5, "none")] * 2
    assert judged(" \n--- *** ", BRIDGE) == []


def test_without_sources_nothing_is_supported() -> None:
    (finding,) = judged("The tower fell.")
    assert (finding.method, finding.evidence) == ("none", None)
    assert finding.support < 0.1


def test_evidence_names_its_source() -> None:
    (finding,) = ledger("A keeper lit the lamp.", [Source("a", "Ann left."), Source("b", "Hm. A keeper lit the lamp.")])
    assert finding.evidence is not None
    assert (finding.evidence.source, finding.evidence.start, finding.method) == ("b", 4, "verbatim")


@pytest.mark.parametrize("before", ["", "\ufeff", "\ufeff\r\n", "\ufeff# Head\n", "\ufeff\u200b", "Hm.\n\ufeff"])
def test_evidence_begins_behind_a_byte_order_mark(before: str) -> None:
    text = f"{before}Ánn left now."
    for answer in ("Ánn left now.", "\ufeffÁnn left now.", "Ánn left."):
        (finding,) = ledger(answer, [Source("s", text)])
        assert finding.evidence is not None
        assert text[finding.evidence.start : finding.evidence.end] == "Ánn left now."
        assert answer[finding.start : finding.end] == answer.lstrip("\ufeff")


@given(TEXTS, st.lists(TEXTS, max_size=3))
@settings(max_examples=examples(60), deadline=None)
def test_positions_are_exact_and_support_is_bounded(answer: str, texts: list[str]) -> None:
    sources = [Source(str(number), text) for number, text in enumerate(texts)]
    found = ledger(answer, sources)
    last = 0
    for finding in found:
        assert last <= finding.start < finding.end <= len(answer)
        assert answer[finding.start : finding.end] == finding.claim
        assert 0 <= finding.support <= 1
        if finding.evidence is not None:
            assert 0 <= finding.evidence.start < finding.evidence.end <= len(texts[int(finding.evidence.source)])
        last = finding.end
    assert ledger(answer, sources) == found


@given(TEXTS)
@settings(max_examples=examples(60), deadline=None)
def test_a_copied_sentence_is_wholly_supported(text: str) -> None:
    # Where talk leads up to it in the source, it is no whole sentence there.
    for start, end in (
        found for found in segments(text) if claiming(text[slice(*found)]) == [(0, found[1] - found[0])]
    ):
        for finding in judged(text[start:end], text):
            assert (finding.support, finding.method) in ((1.0, "verbatim"), (0.5, "none"))


@pytest.mark.parametrize(
    "piece", ["a ", "x", ".", "?! ", "1 ", "12.5 and ", "he is and ", "b\n", "1/1/2001 ", "a-", "not "]
)
def test_long_runs_of_anything_come_to_an_end(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    judged(text, text * 5)  # time out of proportion would be a hang, which the tests' guard ends


def test_examples_are_mostly_right() -> None:
    rows = [json.loads(line) for line in (Path(__file__).parent / "examples.jsonl").read_text("utf-8").splitlines()]
    texts = {row["id"]: row["text"] for row in rows if row["type"] == "source"}
    claims = [row for row in rows if row["type"] == "claim"]
    right = sum((supported(row["text"], texts[row["source"]]) >= SUPPORTED) == row["supported"] for row in claims)
    assert right >= 0.75 * len(claims)


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("Sa\u0303o Paulo elected Joa\u0303o Figueire\u0302do in 1984.", "São Paulo elected João Figueirêdo in 1984."),
        ("The o\ufb03ce keeps \uff11\uff12 \ufb01les.", "The office keeps 12 files."),
        ("He co\u00adoperated with the min\u200bistry.", "He cooperated with the ministry."),
        ("She\u2019s the \u201cqueen\u201d of non\u2011stop chess.", 'She\'s the "queen" of non-stop chess.'),
        (unicodedata.normalize("NFD", "서울은 한국의 수도이다."), "서울은 한국의 수도이다."),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_one_text_in_two_spellings_is_one_text(source: str, answer: str, turned: bool) -> None:
    first, second = (answer, source) if turned else (source, answer)
    text = f"Introduction, a\u0303 \ufb01rst.\n\n{first} And more."
    (found,) = ledger(f"{second}", [Source("s", text)])
    assert (found.support, found.method, found.claim) == (1.0, "verbatim", second)
    assert found.evidence is not None
    assert text[found.evidence.start : found.evidence.end] == first
