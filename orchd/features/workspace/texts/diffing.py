"""Where two texts differ, line by line."""

import difflib

from orchd.features.workspace.texts.prompt import DiffHunk, DiffLine

AROUND = 3
"""Lines that are the same, shown before and after a difference."""


def diff(old: str, new: str) -> list[DiffHunk]:
    """Return the hunks in which two texts differ, as the unified format has them. May take long: for a worker."""
    before, after = old.splitlines(), new.splitlines()
    hunks: list[DiffHunk] = []
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND):
        lines: list[DiffLine] = []
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                lines += [DiffLine(sign="same", text=line) for line in before[old_start:old_end]]
                continue
            lines += [DiffLine(sign="removed", text=line) for line in before[old_start:old_end]]
            lines += [DiffLine(sign="added", text=line) for line in after[new_start:new_end]]
        old_start, old_end, new_start, new_end = group[0][1], group[-1][2], group[0][3], group[-1][4]
        hunks.append(
            DiffHunk(
                old_start=_first(old_start, old_end),
                old_lines=old_end - old_start,
                new_start=_first(new_start, new_end),
                new_lines=new_end - new_start,
                lines=lines,
            )
        )
    return hunks


def _first(start: int, end: int) -> int:
    """Return the number of a hunk's first line; of no lines, that of the line before them."""
    return start + 1 if end > start else start
