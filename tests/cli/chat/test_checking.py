"""What a check found, in lines."""

from typing import Any

from orchd.cli.chat.checking import ledger_lines

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
    assert lines[:5] == [
        "checked only by its own author (a model), since there was no other model to ask",
        "confidence 55 of 100; 14 claims looked at",
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
    assert said["self_checked"] == "checked only by its own author (j @s), since there was no other model to ask"
    assert said["rejected"] == "rejected by j @s"
    assert all("{" not in line for line in said.values())
    unasked = ledger_lines(LEDGER | {"outcome": "rejected", "reviewer": None})[0]
    assert unasked == "rejected: it is no answer, so no model was asked"
