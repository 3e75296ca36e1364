"""What a check found, in lines."""

from pathlib import Path
from typing import Any

import pytest

from orchd.cli.chat.checking import ledger_lines, read_sources
from orchd.errors import Invalid, TooLarge

OUTCOMES = ("verified", "self_checked", "rejected", "undecided")

LEDGER: dict[str, Any] = {
    "outcome": "self_checked",
    "reviewer": None,
    "confidence": 55,
    "flagged": False,
    "claimCount": 14,
    "notes": "so\nso",
    "guidance": "",
    "findings": [{"kind": "unsupported", "points": 20, "reason": "no source says it"}],
    "unchecked": ["the author was away"],
    "claims": [{"claim": f"claim {number}", "score": 0.1, "reason": None} for number in range(14)]
    + [{"claim": "sure", "score": 0.9, "reason": None}, {"claim": "unknown", "score": None, "reason": None}],
    "cost": {"calls": 1, "seconds": 2.0},
}


def test_doubts_are_told_and_no_more_than_fit() -> None:
    lines = ledger_lines(LEDGER)
    assert lines[:6] == [
        "approved by a model, which verifies nothing: it is the author, or failed its trial as a judge",
        "confidence 55 of 100; 14 claims looked at",
        "- no sources were given, so no claim was held against any; `/verify FILE ...` does that",
        "- so so",
        "- no source says it (-20)",
        "- not looked into: the author was away",
    ]
    assert lines[-2:] == ["... and 2 more claims in doubt", "(1 call to models, 2.0 s)"]
    assert "sure" not in "".join(lines)


def test_a_claims_reason_and_a_new_outcome() -> None:
    claims = [{"claim": "c", "score": 0.0, "reason": "wrong\x1b"}]
    lines = ledger_lines(LEDGER | {"outcome": "novel", "reviewer": "judge", "flagged": True, "claims": claims})
    assert lines[0] == "novel"
    assert "? c: wrong\ufffd" in lines


def test_what_further_models_think_stands_with_a_claim_in_doubt() -> None:
    opinions = [
        {"by": "judge", "kind": "judge", "value": None, "opinion": "unsupported", "reason": "no"},
        {"by": "mini\x1bcheck", "kind": "minicheck", "value": 0.02, "opinion": "unsupported", "reason": "No"},
        {"by": "ranker", "kind": "reranker", "value": 0.5, "opinion": None, "reason": ""},
    ]
    claims = [{"claim": "c", "score": 0.0, "reason": "no", "opinions": opinions}]
    assert "? c: no; mini\ufffdcheck finds it unsupported" in ledger_lines(LEDGER | {"claims": claims})


def test_the_reviewer_stands_where_the_sentence_wants_it() -> None:
    said = {outcome: ledger_lines(LEDGER | {"outcome": outcome, "reviewer": "j\n@s"})[0] for outcome in OUTCOMES}
    assert said["verified"] == "verified: approved by j @s, another model than its author"
    assert said["self_checked"] == (
        "approved by j @s, which verifies nothing: it is the author, or failed its trial as a judge"
    )
    assert said["rejected"] == "rejected by j @s"
    assert all("{" not in line for line in said.values())
    unasked = ledger_lines(LEDGER | {"outcome": "rejected", "reviewer": None})[0]
    assert unasked == "rejected: it is no answer, so no model was asked"


def test_what_the_sources_say_of_a_claim_in_doubt_is_told() -> None:
    evidence = {"source": "a.txt", "start": 0, "end": 6, "text": "It is\n420 m."}
    claims = [
        {"claim": "450 m", "score": 0.2, "reason": "no", "verdict": "contradicted", "evidence": evidence},
        {"claim": "Bob", "score": 0.1, "reason": None, "verdict": "not_found", "evidence": evidence},
        {"claim": "old", "score": 0.1, "reason": None, "verdict": None, "evidence": None},
    ]
    lines = ledger_lines(LEDGER | {"claims": claims}, sources=True)
    assert "? 450 m: the sources say something else: “It is 420 m.” (a.txt); no" in lines
    assert "? Bob: the sources do not say it, nor anything else in its place" in lines
    assert "? old" in lines
    assert not any("no sources were given" in line for line in lines)


def test_nothing_found_is_said_and_guidance_says_nothing_twice() -> None:
    guidance = "- Missing: the date\n- Found: no source says it\n- Not borne out: “claim 1”"
    lines = ledger_lines(LEDGER | {"confidence": 100, "guidance": guidance}, sources=True)
    assert lines[1] == "confidence 100 of 100: nothing was found against it; 14 claims looked at"
    assert "- Missing: the date" in lines
    assert not any(line.startswith(("- Found", "- Not borne")) for line in lines)


def test_files_are_read_as_sources(tmp_path: Path) -> None:
    (tmp_path / "my notes.txt").write_text("é 42", "utf-8")
    assert read_sources(f"'{tmp_path}/my notes.txt'") == [{"name": f"{tmp_path}/my notes.txt"[-200:], "text": "é 42"}]
    assert read_sources("") == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nowhere.txt", "nowhere.txt: No such file or directory"),
        ("latin", "latin: not UTF-8, at byte 3"),
        ("empty", "empty: there is no text in it"),
        ("'open", "a quotation mark is not closed"),
        ("large", "large: too large; 1000000 bytes at most, of all files together"),
        ("a " * 51, "at most 50 files can be given"),
    ],
)
def test_a_file_that_is_no_source_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(b"a" * 1_000_001)
    monkeypatch.chdir(tmp_path)
    with pytest.raises((Invalid, TooLarge)) as caught:
        read_sources(name)
    assert str(caught.value) == told
