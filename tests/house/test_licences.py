"""What is handed on with orchd may be: the licence of each library that is pinned asks for no more than its text."""

import json
import re
from importlib import metadata

import pytest

from tests.house.source import ROOT

PERMISSIVE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "MIT-0", "PSF-2.0"),
    # Asks for its own files' sources, which are public; nothing of ours becomes part of them.
    "MPL-2.0",
}

SPOKEN = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What older packages say, in the terms of SPDX."""

READ = {"pyrage": "MIT", "node_modules/svelte-toolbelt": "MIT"}
"""Those that don't say it where programs look, by what stands in their licence file."""


def _one(told: metadata.PackageMetadata, name: str) -> str:
    return next(iter(told.get_all(name) or ()), "")


def said(name: str) -> str:
    """Return what a package says of its licence, as an expression of SPDX."""
    told = metadata.metadata(name)
    classes = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if line.startswith("License")]
    licence = (
        _one(told, "License-Expression")
        or " OR ".join(SPOKEN.get(name, name) for name in classes)
        or _one(told, "License")
    )
    return READ.get(name) or SPOKEN.get(licence, licence)


def allows(expression: str) -> bool:
    """Whether a choice of the licences of an expression is permissive."""
    choices = re.sub(r"[()]", "", expression).split(" OR ")
    return any(set(choice.split(" AND ")) <= PERMISSIVE for choice in choices)


def pinned() -> list[str]:
    return re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", pinned())
def test_a_library_may_be_handed_on(name: str) -> None:
    assert allows(said(name)), f"{name}: {said(name)!r}"


def test_libraries_of_the_page_may_be_handed_on() -> None:
    packages = json.loads((ROOT / "orchd/web/package-lock.json").read_text())["packages"]
    told = {path: READ.get(path) or package.get("license", "") for path, package in packages.items() if path}
    assert len(told) > 100
    assert {path: licence for path, licence in told.items() if not allows(licence)} == {}


def test_a_licence_that_asks_for_more_is_found() -> None:
    assert allows("(GPL-3.0-only OR MIT)")
    assert not allows("GPL-3.0-only")
    assert not allows("MIT AND AGPL-3.0-only")
    assert not allows("")
