"""What `orchd check` found, one line each."""

import json
from collections.abc import Sequence
from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """One line of the check's report; `FAILED` ones make it exit with 1."""

    verdict: Literal["ok", "note", "FAILED"]
    what: str
    told: str

    @property
    def failed(self) -> bool:
        """Whether the daemon could not work as configured."""
        return self.verdict == "FAILED"

    def __str__(self) -> str:
        """Names of models and words of servers are anybody's: no control character reaches a terminal."""
        line = f"{self.verdict:<7} {self.what}: {self.told}"
        return "".join(each if each.isprintable() else "?" for each in line)


class Findings:
    """What was found so far. Whoever shows it while it grows overrides both methods."""

    def __init__(self) -> None:
        self.all: list[Finding] = []

    def begin(self, what: str) -> None:
        """Something begins that may take its time."""

    def add(self, *found: Finding) -> None:
        """Something was found."""
        self.all += found


def findings_json(findings: Sequence[Finding]) -> str:
    """Return all of it as one JSON object, for programs."""
    told = [{"verdict": each.verdict.lower(), "what": each.what, "told": each.told} for each in findings]
    return json.dumps({"ok": not any(each.failed for each in findings), "findings": told}, ensure_ascii=False)
