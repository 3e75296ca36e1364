"""Each complaint about the predecessor's page names tests, and they exist."""

import re

from tests.fix_typescript import ROOT

TESTS = ROOT / "tests"
TABLE = TESTS / "web" / "README.md"
PAGE = ROOT / "orchd" / "web" / "src"


def test_the_tests_that_complaints_name_are_there() -> None:
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 25
    missing = []
    for row in rows:
        names = re.findall(r"`([\w/.-]+\.(?:py|ts)(?:::\w+)?)`", row)
        assert names, f"no test is named: {row}"
        for name in names:
            file, _, test = name.partition("::")
            found = [place / file for place in (TABLE.parent, TESTS, PAGE) if (place / file).is_file()]
            if not found or (test and f"def {test}(" not in found[0].read_text(encoding="utf-8")):
                missing.append(name)
    assert not missing
