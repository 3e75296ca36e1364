from typing import get_args

from orchd.features.task.core.causes import failure
from orchd.features.task.core.results import JoinRemarkCode, TaskJoinRemark
from orchd.features.task.workers.join_words import FLAWS, WHYS, flaw_lines, join_notes

CODES: tuple[JoinRemarkCode, ...] = get_args(get_args(JoinRemarkCode)[0])


def remark(code: JoinRemarkCode) -> TaskJoinRemark:
    return TaskJoinRemark(
        code=code,
        model="joiner@two",
        error=failure("timeout", "it is slow", "gap"),
        rule="echo",
        claims=["It is red."],
        titles=["Museums"],
        count=1,
        languages=["en"],
        other_languages=["pt"],
    )


def test_each_code_is_said_and_none_as_another_one() -> None:
    said = [join_notes([remark(code)]) for code in CODES]
    assert len(set(said)) == len(CODES)
    assert "UNSET" not in " ".join(said)
    assert {"as_they_are", "other_language", "unmarked"} == {*CODES} - FLAWS - WHYS


def test_each_flaw_is_a_line() -> None:
    assert flaw_lines(remark(code) for code in CODES if code in FLAWS).splitlines() == [
        "- this is left out: “It is red.”",
        "- it is far longer than the results together",
        "- it is far shorter than the results together",
        "- the results don't say this: “It is red.”",
        "- the answer only repeats the question",
        "- the result “Museums” is not in it",
        "- it is too long to be held against the results",
    ]


def test_what_was_put_together_says_why_and_what_did_not_hold() -> None:
    whole = [remark("as_they_are"), remark("does_not_hold"), remark("invented")]
    assert join_notes(whole) == (
        "The results are put together as they are, in order, without a model: what joiner@two wrote does not hold, "
        "and so it was thrown away.\nWhat was wrong with the text that was thrown away:\n"
        "- the results don't say this: “It is red.”"
    )
    assert join_notes([remark("as_they_are"), remark("model_failed")]).endswith("without a model: it is slow.")
    assert join_notes([remark("as_they_are"), remark("cut_off"), remark("other_language")]).splitlines() == [
        (
            "The results are put together as they are, in order, without a model: the text of joiner@two was cut off, "
            "and so it was thrown away."
        ),
        "The answer is in English, and the task in Portuguese.",
    ]
    assert join_notes([]) == ""
