"""Run tasks with known faults and say what they end as. `python -m tests.eval.tasks [--leaks] [--floors]`."""

import argparse
import sys

from tests.eval.tasks.floors import broken_floors
from tests.eval.tasks.panels import all_panels
from tests.eval.tasks.report import leaked, tables
from tests.eval.tasks.trial import PANELS


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.eval.tasks", description=__doc__)
    parser.add_argument("--leaks", action="store_true", help="list each fault that ended as checked")
    parser.add_argument("--floors", action="store_true", help="fail where something is worse than it may be")
    parser.add_argument("--judge", action="append", choices=[panel.name for panel in PANELS], help="try this one only")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    wanted = [panel for panel in PANELS if not asked.judge or panel.name in asked.judge]
    tried = all_panels(wanted)
    print("\nTasks with one known fault each, and how many of them ended as verified (self-checked), by who judged:\n")
    print(tables(tried))
    for item in tried if asked.leaks else ():
        print(f"\n{item.panel.name}:", *leaked(item), sep="\n")
    if asked.floors and (broken := broken_floors(tried)):
        sys.exit("\n".join(broken))


if __name__ == "__main__":
    main()
