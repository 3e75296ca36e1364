"""`orchd verify` with real files: what it prints, in which positions, and what it refuses."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchd.claims import MAX_ANSWER_BYTES, MAX_SOURCE_BYTES
from orchd.cli.verify import verify
from orchd.errors import ConfigurationError
from tests.fix_command import HANG, RunCommand

SOURCE = "A torre é alta.\r\nThe tower stands 42 metres above the rock.\nIt fell."
ANSWER = "é\r\nThe tower is 42 m above the rock. It was built by Bob."


@pytest.fixture
def source(tmp_path: Path) -> str:
    (tmp_path / "source.txt").write_bytes(SOURCE.encode())
    return str(tmp_path / "source.txt")


@pytest.fixture
def answer(tmp_path: Path) -> str:
    (tmp_path / "answer.txt").write_bytes(ANSWER.encode())
    return str(tmp_path / "answer.txt")


def refused(sources: list[str], answer: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        list(verify(sources, answer, as_json=False))
    return str(caught.value).splitlines()


def test_json_counts_code_points_of_both_files(source: str, answer: str) -> None:
    rows = [json.loads(line) for line in verify([source], answer, as_json=True)]
    assert [list(row) for row in rows] == [["claim", "start", "end", "support", "method", "evidence", "verdict"]] * len(
        rows
    )
    assert all(ANSWER[row["start"] : row["end"]] == row["claim"] for row in rows)
    tower = next(row for row in rows if "42" in row["claim"])
    assert tower["support"] > 0.5
    evidence = tower["evidence"]
    assert evidence["source"] == source
    assert SOURCE[evidence["start"] : evidence["end"]] == "The tower stands 42 metres above the rock."


def test_lines_for_people(source: str, answer: str) -> None:
    lines = list(verify([source], answer, as_json=False))
    assert re.fullmatch(r"supported     0\.9\d The tower is 42 m above the rock\.", lines[2])
    assert f"number compared; {source}:2: The tower stands 42 metres above the rock." in "\n".join(lines)
    assert any(line.startswith("NOT FOUND     0.") for line in lines)
    assert lines[-1] == "2 of 3 claims supported, 1 NOT FOUND"


def test_what_decided_is_told_as_agreeing_or_as_speaking_against(source: str, tmp_path: Path) -> None:
    (tmp_path / "answer").write_text("The tower stands 43 metres above the rock. Bob painted fences. It fell.")
    told = [line.strip() for line in verify([source], str(tmp_path / "answer"), as_json=False)][1::2]
    assert told[0] == f"against it: number; {source}:2: The tower stands 42 metres above the rock."
    assert told[1] == "nothing to compare it with"
    assert told[2].startswith("word for word; ")


def test_nothing_that_a_terminal_obeys_is_printed(source: str, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"The \x1b[31mtower fell\x07.")
    assert all(line.isprintable() for line in verify([source], str(tmp_path / "bad.txt"), as_json=False))


def test_an_empty_answer(source: str, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert list(verify([source], str(tmp_path / "empty"), as_json=False)) == ["no claims"]
    assert list(verify([source], str(tmp_path / "empty"), as_json=True)) == []


def test_every_file_that_can_not_be_read_is_named(source: str, tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    (tmp_path / "large").write_bytes(b"a" * (MAX_ANSWER_BYTES + 1))
    assert refused([source, "nowhere", str(tmp_path), str(tmp_path / "latin"), "a\0b"], str(tmp_path / "large")) == [
        f"--answer: {tmp_path}/large: too large: {MAX_ANSWER_BYTES} bytes at most, in all",
        "--source: nowhere: No such file or directory",
        f"--source: {tmp_path}: Is a directory",
        f"--source: {tmp_path}/latin: not UTF-8, at byte 3",
        "--source: a\0b: embedded null byte",
    ]


def test_sources_are_bounded_together(source: str, answer: str, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"a" * MAX_SOURCE_BYTES)
    (line,) = refused([source, str(tmp_path / "large")], answer)
    assert line == f"--source: {tmp_path}/large: too large: {MAX_SOURCE_BYTES} bytes at most, in all"


def test_the_command_takes_several_sources_and_stdin(
    run_command: RunCommand, source: str, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path(answer).open("rb") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        done = run_command("verify", "--source", answer, source, "--answer", source, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert {json.loads(line)["method"] for line in done.stdout.splitlines()} == {"verbatim"}


def test_a_language_that_is_not_read_is_told(run_command: RunCommand, tmp_path: Path) -> None:
    (tmp_path / "de.txt").write_text("Der Turm wurde nicht im Jahr 1931 eröffnet.", "utf-8")
    done = run_command("verify", "--source", str(tmp_path / "de.txt"), "--answer", str(tmp_path / "de.txt"))
    assert done.returncode == 0
    first, second = done.stderr.splitlines()
    assert first.startswith("orchd: warning: language: the answer seems to be in German")
    assert "de.txt seems to be in German" in second


def test_it_starts_without_the_daemon(environ: dict[str, str], source: str, answer: str) -> None:
    heavy = "{'trio', 'httpx', 'orchd.features', 'orchd.app'} & set(sys.modules)"
    asked = ["verify", "--source", source, "--answer", answer]
    script = f"import sys; from orchd.cli import run; run({asked}); print({heavy})"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, timeout=HANG, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_wrong_usage_exits_2(run_command: RunCommand, answer: str) -> None:
    done = run_command("verify", "--source", "nowhere", "--answer", answer)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "orchd: --source: nowhere: No such file or directory\n"
    assert run_command("verify", "--answer", answer).returncode == 2


def test_a_source_in_the_other_language_is_named(tmp_path: Path) -> None:
    (tmp_path / "pt").write_text("A ponte foi inaugurada em 1931. Os ciclistas não podem usar a ponte.")
    (tmp_path / "en").write_text("The bridge was opened in 1931, and it is not for cyclists.")
    told: list[str] = []
    for name in ("pt", "en"):
        list(verify([str(tmp_path / name)], str(tmp_path / "en"), as_json=False, warn=told.append))
    (note,) = told
    assert note.startswith(f"language: the answer is in English and the source {tmp_path}/pt in Portuguese; ")
