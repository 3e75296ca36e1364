"""The logic of the page, tested by Vitest as the page's own tools run it."""

import os
import shutil
import subprocess

import pytest

from tests.fix_page import SECONDS
from tests.fix_typescript import ROOT


def test_what_needs_no_browser() -> None:
    if not (ROOT / "orchd" / "web" / "node_modules" / ".done").exists() or shutil.which("sh") is None:
        (pytest.fail if os.environ.get("ORCHD_TEST_REQUIRE") else pytest.skip)(
            "the page's tools aren't there (make page)"
        )
    done = subprocess.run(
        ["scripts/page.sh", "vitest", "run"], cwd=ROOT, capture_output=True, text=True, timeout=6 * SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
