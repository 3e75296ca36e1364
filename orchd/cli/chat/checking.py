"""What a check of an answer found, as lines for people."""

from typing import Any

from orchd.cli.showing import count_of, one_line, span

_OUTCOMES = {
    "verified": "verified: approved by {reviewer}, another model than its author",
    "self_checked": "checked only by its own author ({reviewer}), since there was no other model to ask",
    "rejected": "rejected by {reviewer}",
    "undecided": "undecided: you have to judge for yourself",
}
_SHOWN = 12


def ledger_lines(ledger: dict[str, Any]) -> list[str]:
    """The outcome, then what speaks against the answer, then the claims that nothing supports."""
    outcome = _OUTCOMES.get(ledger["outcome"], ledger["outcome"])
    if ledger["outcome"] == "rejected" and ledger.get("reviewer") is None:
        outcome = "rejected: it is no answer, so no model was asked"
    flagged = ", which is too low to rely on" if ledger.get("flagged") else ""
    lines = [
        outcome.replace("{reviewer}", one_line(ledger.get("reviewer") or "a model")),
        f"confidence {ledger['confidence']} of 100{flagged}; {count_of(ledger['claimCount'], 'claim')} looked at",
    ]
    lines += [f"- {one_line(text)}" for text in (ledger.get("notes"), ledger.get("guidance")) if text]
    lines += [f"- {one_line(finding['reason'])} (-{finding['points']})" for finding in ledger["findings"]]
    lines += [f"- not looked into: {one_line(reason)}" for reason in ledger["unchecked"]]
    doubtful = [claim for claim in ledger["claims"] if claim["score"] is not None and claim["score"] < 0.5]
    lines += [f"? {one_line(claim['claim'])}{_why(claim)}" for claim in doubtful[:_SHOWN]]
    if len(doubtful) > _SHOWN:
        lines.append(f"... and {count_of(len(doubtful) - _SHOWN, 'more claim')} in doubt")
    cost = ledger["cost"]
    return [*lines, f"({count_of(cost['calls'], 'call')} to models, {span(cost['seconds'] * 1000)})"]


def _why(claim: dict[str, Any]) -> str:
    said = [opinion for opinion in claim.get("opinions", ()) if opinion["kind"] != "judge" and opinion["opinion"]]
    others = [f"{one_line(opinion['by'])} finds it {one_line(opinion['opinion'])}" for opinion in said]
    reasons = [one_line(claim["reason"])] if claim.get("reason") else []
    return f": {'; '.join([*reasons, *others])}" if reasons or others else ""
