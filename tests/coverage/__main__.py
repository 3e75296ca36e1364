"""`python -m tests.coverage`: compare what the last run of the tests has reached with the floors, and raise them.

Ends with 1 when a module has fallen below its own; its floor then stays.
"""

import json
import sys

from coverage import Coverage

from tests.coverage.floors import FLOORS, below, floors, measured, raised, written


def main() -> int:
    """Combine what the processes wrote down, and report."""
    coverage = Coverage()
    coverage.combine()
    coverage.save()
    coverage.json_report(outfile=str(FLOORS.parents[2] / ".coverage" / "report.json"))
    report = json.loads((FLOORS.parents[2] / ".coverage" / "report.json").read_text(encoding="utf-8"))
    known, now = floors(), measured(report)
    fallen = below(known, now)
    print(
        f"{report['totals']['percent_covered']:.1f} % of {len(now)} modules together; {len(fallen)} below their floor"
    )
    for line in fallen:
        print(f"  {line}")
    FLOORS.write_text(written(raised(known, now)), encoding="utf-8")
    return 1 if fallen else 0


sys.exit(main())
