"""The logic of the page, tested by Vitest as the page's own tools run it."""

import os
import re
import shutil
import subprocess

import pytest

from tests.fix_page import SECONDS
from tests.fix_typescript import ROOT

NAMED = re.compile(r"`([\w/.-]+\.py)(?:::(\w+))?`|`([\w/.-]+\.test\.ts)`")


def test_every_complaint_has_tests_that_are_there() -> None:
    found = NAMED.findall((ROOT / "tests" / "web" / "README.md").read_text())
    assert len(found) > 40
    for file, name, logic in found:
        if logic:
            assert (ROOT / "orchd" / "web" / "src" / logic).is_file(), logic
            continue
        beside, below = ROOT / "tests" / "web" / file, ROOT / "tests" / file
        told = (beside if beside.exists() else below).read_text()
        assert not name or f"def {name}(" in told, f"{file}::{name}"


def test_what_needs_no_browser() -> None:
    if not (ROOT / "orchd" / "web" / "node_modules" / ".done").exists() or shutil.which("sh") is None:
        (pytest.fail if os.environ.get("ORCHD_TEST_REQUIRE") else pytest.skip)(
            "the page's tools aren't there (make page)"
        )
    done = subprocess.run(
        ["scripts/page.sh", "vitest", "run"], cwd=ROOT, capture_output=True, text=True, timeout=6 * SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
