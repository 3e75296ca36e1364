from difflib import unified_diff

from hypothesis import given
from hypothesis import strategies as st

from orchd.features.workspace.texts.diffing import diff
from orchd.features.workspace.texts.prompt import DiffHunk

TEXTS = st.lists(st.sampled_from("abc"), max_size=20).map("\n".join)
SIGNS = {"same": " ", "removed": "-", "added": "+"}


def unified(hunk: DiffHunk) -> list[str]:
    """A hunk as `diff -u` writes it."""
    old, new = (
        f"{start}" if count == 1 else f"{start},{count}"
        for start, count in ((hunk.old_start, hunk.old_lines), (hunk.new_start, hunk.new_lines))
    )
    return [f"@@ -{old} +{new} @@", *(SIGNS[line.sign] + line.text for line in hunk.lines)]


@given(TEXTS, TEXTS)
def test_hunks_are_those_of_the_unified_format(old: str, new: str) -> None:
    told = [line for hunk in diff(old, new) for line in unified(hunk)]
    assert told == list(unified_diff(old.splitlines(), new.splitlines(), lineterm=""))[2:]


def test_the_same_text_has_none() -> None:
    assert diff("a\nb", "a\nb") == []
