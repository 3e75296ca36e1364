"""What `make eval` prints: every kind and language, and the truth about its counts."""

import sys

import pytest

from tests.eval.__main__ import main
from tests.eval.labelled import KINDS, Claim, Kind, Labelled, Source
from tests.eval.methods import Compared
from tests.eval.metrics import Judged
from tests.eval.report import table


def pair(kind: Kind, language: str) -> list[Compared]:
    """Two claims, of which the ledger gets both right and the baseline both wrong."""
    source = Source(f"{language}-{kind}", "en" if language == "en" else "pt", "test", "text")
    return [
        Compared(
            Labelled(Claim(f"{source.id}-{supported}", source.id, kind, supported, "text"), source),
            Judged(-float(supported), not supported, not supported, source.id),
            Judged(float(supported), supported, not supported, source.id),
        )
        for supported in (True, False)
    ]


def test_a_row_has_the_figures_of_both_methods() -> None:
    rows = table(
        [result for kind in KINDS for language in ("en", "pt") for result in pair(kind, language)]
    ).splitlines()
    shown = {line.rsplit(maxsplit=9)[0].strip(): line.split()[-9:] for line in rows if line[:4] != "95 %"}
    assert {*KINDS, "en", "pt", "all", "all, supported as positive"} < set(shown)
    right, wrong = ["1.00"] * 4, ["0.00"] * 4
    assert shown["merged"] == ["4", *right, *wrong]
    assert shown["all"] == shown["all, supported as positive"] == [str(4 * len(KINDS)), *right, *wrong]


@pytest.mark.parametrize("arguments", [["--dev"], ["--dev", "--misses"]])
def test_dev_alone_never_shows_the_held_out_part(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["eval", *arguments])
    main()
    printed = capsys.readouterr().out
    assert "280 claims over 30 sources, 140 unsupported" in printed
    assert "held-out" not in printed
    assert ("wrong on dev" in printed) == ("--misses" in arguments)
