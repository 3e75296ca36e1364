"""What is to be said of how results were joined, in English: for people whose program knows none of the codes, and for
a model that writes the text anew."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import UNSET

from orchd.claims import language_of_tags
from orchd.features.models import objection_words
from orchd.features.task.core.results import JoinRemarkCode, TaskJoinRemark

FLAWS = frozenset[JoinRemarkCode](
    ["no_answer", "too_long", "far_longer", "far_shorter", "invented", "result_missing", "claims_left_out"]
)
"""What a text has that does not hold, a line each."""
WHYS = frozenset[JoinRemarkCode](["too_long_for_models", "model_failed", "cut_off", "does_not_hold"])
"""Why no model has joined the results."""


def flaw_lines(flaws: Iterable[TaskJoinRemark]) -> str:
    """Return what is wrong with a text, a line each."""
    return "\n".join(f"- {line}" for flaw in flaws for line in _lines(flaw))


def join_notes(remarks: Iterable[TaskJoinRemark]) -> str:
    """Return what is said of how the results were joined."""
    said = list(remarks)
    if said and said[0].code == "as_they_are":
        why = " ".join(_WORDS[remark.code](remark) for remark in said if remark.code in WHYS)
        flaws = flaw_lines(remark for remark in said if remark.code in FLAWS)
        joined = f"The results are put together as they are, in order, without a model: {why}."
        if flaws:
            joined += f"\nWhat was wrong with the text that was thrown away:\n{flaws}"
        others = (_WORDS[remark.code](remark) for remark in said[1:] if remark.code not in FLAWS | WHYS)
        return "\n".join([joined, *others])
    return " ".join(_WORDS[remark.code](remark) for remark in said)


def _lines(flaw: TaskJoinRemark) -> Iterator[str]:
    match flaw.code:
        case "invented":
            yield from (f"the results don't say this: “{claim}”" for claim in flaw.claims or ())
        case "result_missing":
            yield from (f"the result “{title}” is not in it" for title in flaw.titles or ())
        case "claims_left_out":
            yield from (f"this is left out: “{claim}”" for claim in flaw.claims or ())
        case _:
            yield _WORDS[flaw.code](flaw)


def _message(remark: TaskJoinRemark) -> str:
    return "" if remark.error is UNSET else remark.error.message


def _other_language(remark: TaskJoinRemark) -> str:
    spoken, wanted = language_of_tags(remark.languages or ()), language_of_tags(remark.other_languages or ())
    return f"The answer is in {spoken}, and the task in {wanted}."


def _missing_marks(remark: TaskJoinRemark) -> str:
    names = ", ".join(f'"{title}"' for title in remark.titles or ())
    return f"The joined text has no mark for these results, which are listed at its end: {names}."


def _left_out(remark: TaskJoinRemark) -> str:
    shown = " ".join(f"“{claim}”" for claim in remark.claims or ())
    return f"Claims of the results that the joined text leaves out ({remark.count}): {shown}"


_WORDS: Mapping[JoinRemarkCode, Callable[[TaskJoinRemark], str]] = {
    "as_they_are": lambda said: "The results are put together as they are, in order, without a model.",
    "claims_left_out": _left_out,
    "cut_off": lambda said: f"the text of {said.model} was cut off, and so it was thrown away",
    "does_not_hold": lambda said: f"what {said.model} wrote does not hold, and so it was thrown away",
    "far_longer": lambda said: "it is far longer than the results together",
    "far_shorter": lambda said: "it is far shorter than the results together",
    "invented": lambda said: "the results don't say all of it",
    "model_failed": _message,
    "no_answer": objection_words,
    "other_language": _other_language,
    "result_missing": lambda said: "results are not in it",
    "too_long": lambda said: "it is too long to be held against the results",
    "too_long_for_models": lambda said: "they are too long for the models that there are",
    "unmarked": _missing_marks,
}
